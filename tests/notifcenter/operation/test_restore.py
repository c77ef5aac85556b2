"""What a restore refuses, and that nothing half done stays."""

import json
from zipfile import ZipFile

import psycopg
import pytest

from notifcenter.operation.backup import archive
from notifcenter.operation.backup.archive import BackupError
from tests.faults.estate import audit
from tests.migrated import put_tables
from tests.notifcenter.operation.conftest import Installation
from tests.processes import free_port

PERSON = "from accounts.models import User; User.objects.create(username='anna')"
NAMES = "from accounts.models import User; print(*User.objects.values_list('username', flat=True))"


@pytest.fixture(scope="module")
def filled(folders):
    """A backup with a person in it."""
    folder = folders("filled")
    folder.mkdir()
    put_tables(folder)
    source = Installation(DATA_DIR=str(folder))
    source.shell(PERSON)
    source.do("backup", str(folder / "filled.backup"))
    return folder / "filled.backup"


def test_a_database_with_something_in_it_is_refused_and_unchanged(make, database, filled):
    other = make(database, tables=True)
    other.shell(PERSON.replace("anna", "boris"))
    key = (other.data_dir / "secret_key").read_bytes()
    assert "not empty: accounts_user" in other.refused("restore", str(filled))
    assert other.shell(NAMES).split() == ["boris"]
    assert (other.data_dir / "secret_key").read_bytes() == key


def test_a_database_that_was_only_made_is_empty(start_product, filled):
    """It has the rows that migrations and a first start put in."""
    fresh = start_product(demo=False)
    fresh.stop()
    fresh.manage("restore", str(filled))
    assert fresh.manage("shell", "-v0", "-c", NAMES).split() == ["anna"]


def test_a_running_product_is_refused(start_product, make, filled):
    running = start_product(demo=False)
    same, aside = make("SQLite"), make("SQLite")
    same.env["DATA_DIR"] = running.env["DATA_DIR"]
    aside.env["DATABASE_URL"] = f"sqlite:///{running.data_dir}/db.sqlite3"
    assert f"process {running.processes[0].pid}" in same.refused("restore", str(filled))
    assert "in use by another process" in aside.refused("restore", str(filled))


def test_a_postgresql_that_somebody_is_connected_to_is_refused(make, filled):
    target = make("PostgreSQL")
    with psycopg.connect(target.env["DATABASE_URL"], application_name="worker 7"):
        assert "in use by worker 7 (pid" in target.refused("restore", str(filled))


def test_a_file_that_is_damaged_is_refused_and_leaves_nothing(make, database, filled, tmp_path):
    target, whole = make(database), filled.read_bytes()
    broken = tmp_path / "broken"
    for content in (whole[:-1], whole[: len(whole) // 2], b"", flipped(whole, len(whole) // 2)):
        broken.write_bytes(content)
        assert "damaged" in target.refused("restore", str(broken))
    assert not (target.data_dir / "db.sqlite3").exists()
    assert target.tables() == []
    target.do("restore", str(filled))
    assert target.shell(NAMES).split() == ["anna"]


def test_every_changed_byte_and_every_cut_is_noticed(filled, tmp_path):
    whole, broken = filled.read_bytes(), tmp_path / "broken"
    places = [*range(0, len(whole), 23), *range(len(whole) - 200, len(whole))]
    for content in [content for place in places for content in (flipped(whole, place), whole[:place])]:
        broken.write_bytes(content)
        with pytest.raises(BackupError, match="damaged"), archive.opened(broken):
            pytest.fail("It was opened.")


def test_what_is_no_file_is_refused(make, tmp_path):
    target = make("SQLite")
    assert "No such file" in target.refused("restore", str(tmp_path / "none"))
    assert "directory" in target.refused("restore", str(tmp_path))


def test_a_backup_of_a_newer_version_is_refused(make, filled, tmp_path):
    newer = rewritten(filled, tmp_path / "newer", migrations=[["notifcenter", "0999_future"]])
    assert "notifcenter.0999_future" in make("SQLite").refused("restore", str(newer))
    other = rewritten(filled, tmp_path / "format", format=2)
    assert "newer version" in make("SQLite").refused("restore", str(other))


@pytest.mark.parametrize("point", ["restore.migrated", "restore.table", "restore.loaded"])
def test_one_that_is_killed_lets_nobody_start_and_can_be_done_again(make, database, filled, point):
    target = make(database)
    target.die(point, "restore", str(filled))
    for command in ("up", "worker"):
        assert "restore into this database was interrupted" in target.refused(command, PORT=str(free_port()))
    target.do("restore", str(filled))
    assert target.shell(NAMES).split() == ["anna"]
    assert "notifcenter_unfinished_restore" not in target.tables()
    assert audit(target) == []


def test_one_that_fails_in_the_middle_leaves_the_database_empty(make, database, filled, tmp_path):
    """A whole file, of which a row refers to somebody who is not in it."""
    bad = rewritten(filled, tmp_path / "bad", tables={"notifcenter_inbox": b"77\t0\t0\n"})
    target = make(database)
    key = target.shell("from django.conf import settings; print(settings.SECRET_KEY)")
    assert "empty again" in target.run("restore", str(bad)).stderr
    assert target.tables() == []
    assert target.shell("from django.conf import settings; print(settings.SECRET_KEY)") == key
    target.do("restore", str(filled))


def flipped(content, place):
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def rewritten(source, path, *, tables=None, **values):
    """The backup with other content, and sealed again."""
    with ZipFile(source) as old, archive.new(path) as new:
        for name in old.namelist():
            content = (tables or {}).get(name.removeprefix("tables/"), old.read(name))
            if name == archive.MANIFEST:
                content = json.dumps(json.loads(content) | values)
            new.writestr(name, content)
    return path
