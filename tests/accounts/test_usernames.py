"""One person whatever the letter case and width of their username."""

import json

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts.models import User
from notifcenter.models import InboxItem, Provider
from notifcenter.tokens import mint_for_provider
from tests.accounts.api.clients import ApiClient, management
from tests.people import PASSWORD
from tests.processes import PYTHON, run

SPELLINGS = ["anna", "ANNA", "Anna", "ＡＮＮＡ", "ａｎｎａ"]


@pytest.fixture
def anna(db) -> User:
    return User.objects.create_user("anna", password=PASSWORD)


@pytest.fixture
def provider(db) -> ApiClient:
    return ApiClient(mint_for_provider(Provider.objects.create(code="phones", name="Phones")))


def log_in(name: str) -> Client:
    """A browser after it sent the log-in form."""
    client = Client()
    client.post("/accounts/login/", {"username": name, "password": PASSWORD})
    return client


def logged_in(client: Client) -> int | None:
    """Who is logged in there."""
    return int(client.session[SESSION_KEY]) if SESSION_KEY in client.session else None


def doubles() -> tuple[User, User]:
    """The older and the newer of two, as an upgrade leaves them."""
    older = User.objects.create_user("Anna", password=PASSWORD)
    newer = User.objects.create_user("anna-2", password=PASSWORD, former_username="anna")
    return older, newer


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_username_is_the_same_person_for_the_host_application(anna, spelling):
    answer = management().call("put", f"users/{spelling}/", {"first_name": "Anna"})
    assert (answer.status_code, answer.json()["id"], answer.json()["username"]) == (200, anna.pk, "anna")
    assert management().call("post", f"users/{spelling}/token/").status_code == 200
    assert User.objects.count() == 1


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_username_receives_and_logs_in(anna, provider, spelling):
    body = {"kind": "message", "recipients": [spelling, anna.pk], "text": "x"}
    answer = provider.call("post", "notifications/", body)
    assert (answer.status_code, answer.json()["recipients"]) == (201, 1)
    assert InboxItem.objects.filter(user=anna).count() == 1
    assert logged_in(log_in(spelling)) == anna.pk


@pytest.mark.parametrize(("old", "new"), [("straße", "STRASSE"), ("Юлия", "юлия"), ("ſam", "SAM")])
def test_letter_case_is_that_of_unicode(db, old, new):
    assert management().call("put", f"users/{old}/", {}).status_code == 201
    assert management().call("put", f"users/{new}/", {}).status_code == 200


def test_a_new_username_is_kept_in_nfkc(db):
    answer = management().call("put", "users/Ｂｏｒｉｓ/", {})
    assert (answer.status_code, answer.json()["username"]) == (201, "Boris")


@pytest.mark.parametrize("name", ["ALL", "ａｌｌ", "All"])
def test_no_spelling_of_all_is_a_username(db, name):
    assert management().call("put", f"users/{name}/", {}).status_code == 400


def test_rows_made_in_bulk_are_found_too(db):
    User.objects.bulk_create([User(username="Boris")])
    assert User.objects.named("bORIS").username == "Boris"


def test_a_person_whom_the_version_before_made_is_found_by_the_exact_name(anna):
    User.objects.filter(pk=anna.pk).update(username_key=None)
    assert User.objects.named("anna") == anna
    assert management().call("put", "users/anna/", {}).status_code == 200


@pytest.mark.parametrize(("known", "spelling"), [("anna", "ANNA"), ("anna", "ＡＮＮＡ"), ("юлия", "ЮЛИЯ")])
def test_the_admin_refuses_another_spelling_of_somebodys_username(db, known, spelling):
    User.objects.create_user(known)
    other = User.objects.create_user("other")
    User.objects.create_superuser("boss", password=PASSWORD, language="en")
    staff = log_in("BOSS")
    fields = {"username": spelling, "password1": "9-Pines!", "password2": "9-Pines!", "usable_password": "true"}
    for address in ("/admin/accounts/user/add/", f"/admin/accounts/user/{other.pk}/change/"):
        page = staff.post(address, fields)
        assert "A user with that username already exists." in page.content.decode()
    assert set(User.objects.values_list("username", flat=True)) == {known, "other", "boss"}


class TestDoubles:
    def test_each_exact_old_spelling_means_its_owner_and_any_other_is_a_conflict(self, db, provider):
        older, newer = doubles()
        ids = {name: management().call("put", f"users/{name}/", {}).json().get("id") for name in ("Anna", "anna")}
        assert ids == {"Anna": older.pk, "anna": newer.pk}
        assert management().call("put", "users/ANNA/", {}).status_code == 409
        assert management().call("get", "users/ANNA/").status_code == 409
        assert management().call("post", "users/ANNA/token/").status_code == 409
        body = {"kind": "message", "recipients": ["ANNA"], "text": "x"}
        assert provider.call("post", "notifications/", body).status_code == 409
        assert provider.call("post", "notifications/", body | {"recipients": ["anna", "Anna"]}).status_code == 201
        assert logged_in(log_in("ANNA")) is None
        assert logged_in(log_in("anna")) == newer.pk

    def test_staff_are_told_and_settle_it(self, db):
        older, newer = doubles()
        User.objects.create_superuser("boss", password=PASSWORD, language="en")
        staff = log_in("boss")
        for address in ("/admin/", "/admin/accounts/user/"):
            assert "anna → anna-2" in staff.get(address).content.decode()
        body = {"action": "settle_username", "_selected_action": [newer.pk]}
        staff.post("/admin/accounts/user/", body)
        assert "anna → anna-2" not in staff.get("/admin/").content.decode()
        assert User.objects.named("ANNA") == User.objects.named("anna") == older


MAKE_OLD = """
import json
from django.db import connection
columns = dict(password="", first_name="", last_name="", email="", is_superuser=False, is_staff=False, is_active=True,
    date_joined="2020-01-01", language="ru", timezone="localtime", receive_notifications=True,
    quiet_while_active=False, mail_off=False, mail_blocked="")
with connection.cursor() as cursor:
    for name in {names!r}:
        row = {{"username": name}} | columns
        marks = ", ".join(["%s"] * len(row))
        cursor.execute(f"INSERT INTO accounts_user ({{', '.join(row)}}) VALUES ({{marks}})", list(row.values()))
"""
READ = """
import json
from accounts.models import User
fields = ("username", "username_key", "former_username", "timezone")
print(json.dumps([[getattr(user, name) for name in fields] for user in User.objects.order_by("pk")]))
"""


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_an_upgrade_gives_the_newer_of_doubles_a_suffix(request, tmp_path, database):
    env = {"DATA_DIR": str(tmp_path)}
    if database == "PostgreSQL":
        env["DATABASE_URL"] = request.getfixturevalue("postgres").new_database("usernames")
    manage(env, "migrate", "-v0", "accounts", "0002_initial")
    names = ["ＡＮＮＡ", "anna", "anna-2", "Anna", "bob", "ANNA", "Ｃarl"]
    manage(env, "shell", "-c", MAKE_OLD.format(names=names))
    manage(env, "migrate", "-v0")
    rows = json.loads(manage(env, "shell", "-v0", "-c", READ))
    assert [(name, former) for name, _key, former, _zone in rows] == [
        ("ANNA", "ＡＮＮＡ"),
        ("anna-3", "anna"),
        ("anna-2", None),
        ("Anna-4", "Anna"),
        ("bob", None),
        ("ANNA-5", "ANNA"),
        ("Carl", None),
    ]
    assert len({key for _name, key, _former, _zone in rows}) == len(names)
    assert {zone for *_names, zone in rows} == {"Europe/Moscow"}


def manage(env: dict[str, str], *arguments: str) -> str:
    done = run([PYTHON, "manage.py", *arguments], **env)
    assert done.returncode == 0, done.stderr
    return done.stdout
