"""GET users/, GET, PUT and DELETE users/{username}/, its export: what a host application may do with people."""

import pytest
from django.contrib.auth.models import Group

from accounts.models import User
from tests.accounts.api.clients import as_user, management

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    made = [
        User.objects.create_user("anna", "anna@example.com", first_name="Анна", last_name="Соколова"),
        User.objects.create_user("Boris", "post@example.org", first_name="Борис", last_name="Annenkov"),
        User.objects.create_user("vera", "vera@example.com", first_name="Вера", last_name="Орлова"),
    ]
    made[0].groups.add(Group.objects.create(name="sales"))
    return made


def found(**query) -> list[str]:
    text = "&".join(f"{name}={value}" for name, value in query.items())
    answer = management().call("get", f"users/?{text}")
    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == {"next", "previous", "results"}
    return [row["username"] for row in answer.json()["results"]]


def test_the_list_has_everybody_newest_first_in_the_shape_of_put(people):
    assert found() == ["vera", "Boris", "anna"]
    row = management().call("get", "users/").json()["results"][2]
    assert row == management().call("get", "users/anna/").json() == management().call("put", "users/anna/", {}).json()
    assert row == {
        "id": people[0].pk,
        "username": "anna",
        "email": "anna@example.com",
        "first_name": "Анна",
        "last_name": "Соколова",
        "language": "ru",
        "timezone": "Europe/Moscow",
        "groups": ["sales"],
    }


@pytest.mark.parametrize(
    ("q", "usernames"),
    [
        ("ann", ["Boris", "anna"]),
        ("ANN", ["Boris", "anna"]),
        ("bor", ["Boris"]),
        ("post@", ["Boris"]),
        ("вер", ["vera"]),
        ("ОРЛ", ["vera"]),
        ("nna", []),
        ("100%25", []),
    ],
)
def test_q_is_the_beginning_of_a_name_or_address_in_any_letter_case(people, q, usernames):
    assert found(q=q) == usernames


def test_a_group_filters_and_an_unknown_one_is_empty(people):
    assert found(group="sales") == ["anna"]
    assert found(group="none") == []
    assert found(group="sales", q="bor") == []


def test_the_list_goes_on_by_cursors(people):
    first = management().call("get", "users/?limit=2").json()
    assert [row["username"] for row in first["results"]] == ["vera", "Boris"]
    second = management().call("get", first["next"].partition("/api/v1/")[2]).json()
    assert [row["username"] for row in second["results"]] == ["anna"]
    assert second["next"] is None
    assert second["previous"]


def test_the_list_takes_the_same_few_queries_for_any_number(people, django_assert_max_num_queries):
    User.objects.bulk_create(User(username=f"person{n}") for n in range(40))
    client = management()
    with django_assert_max_num_queries(4):
        assert len(client.call("get", "users/").json()["results"]) == 43


@pytest.mark.parametrize("rights", [{"is_staff": True}, {"is_superuser": True}])
def test_staff_are_seen_and_not_changed_exported_or_erased(rights):
    User.objects.create_user("boss", "boss@example.com", **rights)
    for method, path in (("put", "users/BOSS/"), ("get", "users/boss/export/"), ("delete", "users/boss/")):
        answer = management().call(method, path, {"email": "other@example.com"} if method == "put" else None)
        assert (answer.status_code, "staff" in answer.json()["detail"]) == (403, True)
    assert User.objects.get().email == "boss@example.com"
    assert management().call("get", "users/boss/").status_code == 200
    assert management().call("post", "users/boss/token/").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [("get", "users/nobody/"), ("get", "users/nobody/export/"), ("delete", "users/nobody/")]
)
def test_nobody_is_not_found(db, method, path):
    assert management().call(method, path).status_code == 404


@pytest.mark.parametrize("path", ["users/", "users/anna/", "users/anna/export/"])
def test_only_a_management_token_may(people, path):
    assert as_user(people[0]).call("get", path).status_code == 403


def test_an_erased_person_is_gone_and_the_name_is_free(people):
    answer = management().call("delete", "users/ANNA/")
    assert answer.status_code == 200
    assert answer.json()["erased"]["accounts_user"] == 1
    assert management().call("delete", "users/anna/").status_code == 404
    again = management().call("put", "users/anna/", {})
    assert (again.status_code, again.json()["email"]) == (201, "")


def test_an_export_is_the_whole_in_unix_seconds(people):
    document = management().call("get", "users/anna/export/").json()
    (account,) = document["accounts_user"]
    assert (account["username"], account["password"]) == ("anna", "(secret)")
    assert isinstance(account["date_joined"], int)
    assert document["accounts_user_groups"][0]["group_id"] == Group.objects.get().pk
