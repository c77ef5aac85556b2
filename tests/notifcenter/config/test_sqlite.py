"""SQLite waits for the disk as SQLITE_SYNCHRONOUS says, on every connection that there is."""

import pytest

from tests.processes import wait_until

LISTEN = """
import os, threading
from django.db.backends.signals import connection_created

def note(connection, **more):
    level = connection.connection.execute("PRAGMA synchronous").fetchone()[0]
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(f"{level} {threading.current_thread().name}\\n")

connection_created.connect(note, weak=False)
"""
"""What every Python of the product loads first: it writes down each connection's level and thread."""
THREADS = ("MainThread", "sweep", "ThreadPoolExecutor")


@pytest.mark.parametrize(("env", "level"), [({}, "2"), ({"SQLITE_SYNCHRONOUS": "normal"}, "1")], ids=["FULL", "NORMAL"])
def test_every_connection_of_every_thread_has_the_level(start_product, tmp_path, env, level):
    (tmp_path / "sitecustomize.py").write_text(LISTEN)
    notes = tmp_path / "notes"
    product = start_product(PYTHONPATH=str(tmp_path), NOTES=str(notes), **env)
    product.publish("anna")
    with product.live("anna"):
        product.wait_for_mail("anna@example.com")
        product.user_api("anna").get("inbox/").raise_for_status()
    wait_until(lambda: all(thread in notes.read_text() for thread in THREADS), what="connections")
    assert {line.split()[0] for line in notes.read_text().splitlines()} == {level}
