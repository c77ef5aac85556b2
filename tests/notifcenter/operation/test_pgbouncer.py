"""Backup and restore by way of PgBouncer in transaction mode, which keeps connections of those who have gone."""

import psycopg
import pytest

from tests.conftest import missing
from tests.faults.estate import audit
from tests.servers import PgBouncer, pgbouncer_binary

END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
ANNA = "from accounts.models import User; User.objects.create(username='anna')"


@pytest.fixture(scope="module")
def bouncer(folders, postgres):
    running = PgBouncer(folders("pgbouncer"), pgbouncer_binary() or missing("PgBouncer"), postgres)
    yield running
    running.stop()


def test_a_backup_is_taken_and_restored_through_it_once_its_connections_are_gone(make, bouncer, file):
    source, copy = make("PostgreSQL", tables=True), make("PostgreSQL")
    own_address = copy.env["DATABASE_URL"]
    source.shell(ANNA)
    for installation in (source, copy):
        installation.env["DATABASE_URL"] = bouncer.url(installation.data_dir.name)
    source.do("backup", str(file))
    with psycopg.connect(copy.env["DATABASE_URL"]) as one, psycopg.connect(copy.env["DATABASE_URL"]) as two:
        for connection in (one, two):
            connection.execute("SELECT 1")  # in a transaction each has a server connection of its own
    assert "name PostgreSQL's own address" in copy.refused("restore", str(file))
    with psycopg.connect(own_address, autocommit=True) as connection:
        connection.execute(END_OTHERS)
    copy.do("restore", str(file))
    with psycopg.connect(own_address) as connection:
        assert connection.execute("SELECT username FROM accounts_user").fetchall() == [("anna",)]
    assert audit(copy) == []
