"""A password of the database may hold what has a meaning in addresses."""

from urllib.parse import quote

import pytest

from tests import compose
from tests.conftest import missing
from tests.processes import NOTIFCENTER, run
from tests.servers import Postgres, postgres_binaries

PASSWORD = "p@s/s#w%rd+?$:&"


@pytest.fixture(scope="module")
def locked(folders):
    server = Postgres(folders("locked"), postgres_binaries() or missing("PostgreSQL"), password=PASSWORD)
    yield server
    server.stop()


def test_it_works_percent_encoded_in_database_url(locked, tmp_path):
    url = locked.new_database("encoded")
    assert quote(PASSWORD, safe="") in url
    done = run([NOTIFCENTER, "migrate", "-v0"], DATA_DIR=str(tmp_path), DATABASE_URL=url)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_it_works_as_it_is_in_the_env_file_of_compose(locked, tmp_path, password):
    """As compose fills it in; what it runs must not read it once more."""
    service = compose.read()["services"]["migrate"]
    env = {name: value.replace("${POSTGRES_PASSWORD:?set it in .env}", password) for name, value in filled(service)}
    name = f"compose_{len(password)}"
    behind = locked.new_database(name).rpartition("@")[2]
    env["DATABASE_URL"] = env["DATABASE_URL"].replace("notifcenter@postgres:5432/notifcenter", f"postgres@{behind}")
    env |= {"DATA_DIR": str(tmp_path), "PUBLIC_URL": "http://localhost:8080", "REDIS_URL": ""}
    done = run(compose.command(service), **env)
    assert (done.returncode == 0) == (password == PASSWORD), done.stderr


def filled(service):
    return [(name, value) for name, value in service["environment"].items() if name != "PUBLIC_URL"]
