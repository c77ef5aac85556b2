"""Backup and restore: one file from a running product, the same data afterwards, whatever the database."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from notifcenter.operation.backup.progress import Progress
from tests.faults.estate import audit
from tests.notifcenter.operation.conftest import Installation
from tests.processes import PATIENCE, wait_until

ODD = """
from datetime import datetime, timezone
from accounts.models import User
from notifcenter import providers
from notifcenter.models import Notification
from notifcenter.publishing.publish import Publication, publish
anna = User.objects.create(username="anna", email="anna@example.com", first_name="\\\\N", last_name="a\\tb\\\\t")
provider = providers.save("odd", manifest={"name": {"ru": "Ё\\\\", "list": [1, None, True]}})[0]
texts = ["tab\\tnew\\nline\\rreturn", "\\\\N", "\\\\.", "back\\\\slash\\\\n", "\\x0b\\x0c\\x08"]
texts += ["\\u2028\\x85", "Ё 🎉", " "]
for text in texts:
    note = Notification.objects.create(provider=provider, kind="message", text=text, details={"text": text})
User.objects.filter(pk=anna.pk).update(date_joined=datetime(2026, 1, 1, 12, 0, 0, 120000, tzinfo=timezone.utc))
User.objects.create(username="boris", last_login=datetime(2026, 1, 1, tzinfo=timezone.utc), is_active=False)
"""
PEOPLE_BY_ID = "from accounts.models import User; print(*User.objects.order_by('pk').values_list('pk', flat=True))"


@pytest.mark.parametrize("target", ["SQLite", "PostgreSQL"])
def test_every_value_comes_back_in_either_database(make, database, target, file):
    source, copy = make(database, tables=True), make(target)
    source.shell(ODD)
    source.do("backup", str(file))
    copy.do("restore", str(file))
    rows = source.rows()
    assert len(rows["notifcenter_notification"]) == 8
    assert copy.rows() == rows
    assert copy.do("migrate", "--check") == ""


def test_every_publication_accepted_before_it_began_is_in_it(installation, make, file):
    with Publishing(installation) as publishing:
        wait_until(lambda: len(publishing.accepted) > 50, what="publications")
        before, begun = set(publishing.accepted), time.time()
        installation.manage("backup", str(file))
        wait_until(lambda: any(at > begun for at in list(publishing.accepted.values())), what="some meanwhile")
    copy = make("PostgreSQL" if "DATABASE_URL" in installation.env else "SQLite")
    copy.do("restore", str(file))
    assert before <= {UUID(pk) for pk, *_rest in copy.rows()["notifcenter_notification"]}
    assert audit(copy) == []
    assert publishing.refused == []
    assert publishing.longest < PATIENCE / 2


def test_tokens_and_secrets_of_before_work_after(start_product, file, folders):
    first = start_product()
    token, user_token, session = first.provider_token, first.user_token("anna"), first.signed_in("anna")
    key = first.client(user_token).get("push/key/").json()
    text = first.publish("anna", text="Before")
    first.manage("backup", str(file))
    first.stop()
    folder = folders("restored")
    Installation(DATA_DIR=str(folder)).do("restore", str(file))
    second = start_product(data_dir=folder, demo=False, PORT=first.env["PORT"])
    with second.client(user_token) as api:
        assert api.get("inbox/").json()["results"][0]["id"] == text
        assert api.get("push/key/").json() == key
    with second.client(token) as api:
        body = {"kind": "message", "recipients": ["anna"], "text": "After"}
        assert api.post("notifications/", json=body).status_code == 201
    assert session.get("/profile/").status_code == 200
    for name in ("secret_key", "vapid_private_key", "db.sqlite3"):
        assert os.stat(folder / name).st_mode & 0o777 == 0o600


def test_it_is_its_owners_alone_and_never_replaces_a_file(product, file):
    out = product.manage("backup", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert "secret_key, vapid_private_key" in out
    content = file.read_bytes()
    assert f"{file} exists" in Installation(**product.env).refused("backup", str(file))
    assert file.read_bytes() == content
    assert list(file.parent.iterdir()) == [file]


def test_where_it_cannot_be_written_it_says_so(product, tmp_path):
    installation = Installation(**product.env)
    assert "No such file" in installation.refused("backup", str(tmp_path / "none" / "file"))


def test_an_empty_database_has_nothing_to_back_up(make, file):
    assert "no tables" in make("SQLite").refused("backup", str(file))
    assert not file.exists()


def test_a_backup_that_is_killed_leaves_no_file_and_harms_nobody(make, file):
    source = make("SQLite", tables=True)
    source.die("backup.table", "backup", str(file))
    assert not file.exists()
    source.do("backup", str(file))
    assert file.exists()


def test_secrets_of_the_environment_are_not_in_it_and_are_asked_for(make, file):
    source, copy = make("SQLite", tables=True, SECRET_KEY="elsewhere"), make("SQLite")
    assert "secret_key" not in source.do("backup", str(file))
    assert b"elsewhere" not in file.read_bytes()
    done = copy.run("restore", str(file))
    assert "set SECRET_KEY" in done.stderr
    assert "VAPID" not in done.stderr


def test_an_older_database_is_restored_and_brought_up_to_date(make, database, file):
    source, copy = make(database), make(database)
    source.do("migrate", "accounts", "0006", "-v0")
    insert = "INSERT INTO accounts_erasure (at, \"by\", rows) VALUES ('2026-01-01 00:00:00', 'somebody', '{}')"
    source.shell(f"from django.db import connection as c; c.cursor().execute({insert!r})")
    source.do("backup", str(file))
    copy.do("restore", str(file))
    assert copy.rows()["accounts_erasure"][0][2] == "somebody"
    assert copy.run("migrate", "--check").returncode == 0
    assert audit(copy) == []


def test_new_rows_are_not_numbered_as_those_that_were_lost(make, database, file):
    source, copy = make(database, tables=True), make(database)
    source.shell(ODD)
    source.do("backup", str(file))
    copy.do("restore", str(file))
    copy.shell("from accounts.models import User; User.objects.create(username='new')")
    *_old, last, new = map(int, copy.shell(PEOPLE_BY_ID).split())
    assert new > last + 1_000_000


def test_long_work_tells_how_far_it_is(capsys, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    progress = Progress(3_000)
    progress.add(1_000, "users")
    now[0] += 2
    progress.add(1_000, "items")
    progress.add(1, "items")
    assert capsys.readouterr().err == "2,000 of 3,000 rows, at items\n"


class Publishing:
    """Four callers that publish until they are stopped; ``accepted`` is {id: when it was answered}."""

    def __init__(self, product):
        self._token, self._product, self._stopped = product.provider_token, product, threading.Event()
        self.people = [product.new_person() for _ in range(4)]
        self.accepted, self.refused, self.longest = {}, [], 0.0
        self._pool = ThreadPoolExecutor(4)

    def __enter__(self):
        for person in self.people:
            self._pool.submit(self._publish, person)
        return self

    def __exit__(self, *_error):
        self._stopped.set()
        self._pool.shutdown()

    def _publish(self, person):
        with self._product.client(self._token) as api:
            while not self._stopped.wait(0.01):
                begun = time.monotonic()
                body = {"kind": "message", "recipients": [person], "text": str(uuid4())}
                answer = api.post("notifications/", json=body)
                self.longest = max(self.longest, time.monotonic() - begun)
                if answer.status_code == 201:
                    self.accepted[UUID(answer.json()["id"])] = time.time()
                else:
                    self.refused.append(answer.text)
