"""The tables of the product, made by migrations once for each process of tests, and copied for each installation."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.processes import NOTIFCENTER, run


def migrate(**env: str) -> None:
    """Make the tables in the database that the settings name."""
    done = run([NOTIFCENTER, "migrate", "-v0"], **env)
    assert done.returncode == 0, done.stderr


def put_tables(data_dir: Path) -> None:
    """Put the SQLite database with nothing in its tables where a product of this DATA_DIR looks for it."""
    for file in _template().glob("db.sqlite3*"):
        shutil.copy(file, data_dir)


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="notifcenter-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate(DATA_DIR=str(folder))
    return folder
