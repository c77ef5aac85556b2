"""The doctor looks at the machine: the database's rights, folders, the clock, and who stands before the product."""

import os
import shutil
import sqlite3
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from tests.notifcenter.operation.doctor.conftest import NAMES, examine

needs_root = pytest.mark.skipif(
    os.getuid() != 0 or not shutil.which("setpriv"), reason="only root can give files to somebody else"
)


def test_a_server_that_takes_no_write_fails_the_database(production):
    read_only = "?options=-c%20default_transaction_read_only%3Don"
    done = examine(production, DATABASE_URL=production.env["DATABASE_URL"] + read_only)
    assert done.code == 1
    assert done.failed.keys() == {"database"}
    assert "takes no write" in done.failed["database"]


def test_a_server_that_is_down_fails_the_database_and_the_rest_is_tried(production):
    done = examine(production, DATABASE_URL="postgres://postgres@127.0.0.1:9/none")
    assert done.names == NAMES
    assert done.failed.keys() == {"database"}
    assert "DATABASE_URL" in done.failed["database"]


@needs_root
def test_a_file_that_takes_no_write_fails_the_database(product, folders):
    place = folders("read-only")
    place.mkdir()
    with sqlite3.connect(product.data_dir / "db.sqlite3") as live, sqlite3.connect(place / "db.sqlite3") as copy:
        live.backup(copy)
    os.chmod(place / "db.sqlite3", 0o444)
    for path in (place / "db.sqlite3", place):
        shutil.chown(path, "nobody")
    env = {"DATA_DIR": str(folders("own")), "DATABASE_URL": f"sqlite:///{place}/db.sqlite3"}
    done = examine(product, as_root=False, **env)
    assert done.code == 1
    assert done.failed.keys() == {"database"}
    assert "DATABASE_URL" in done.failed["database"]


def test_tables_that_are_missing_fail_the_database_with_the_command_that_makes_them(product, folders):
    done = examine(product, DATA_DIR=str(folders("empty")))
    assert done.failed.keys() == {"database"}
    assert "bin/notifcenter migrate" in done.failed["database"]


@needs_root
@pytest.mark.parametrize("shape", ["product", "production"])
def test_a_folder_that_takes_no_file_fails_folders(request, shape, folders):
    installation, folder = request.getfixturevalue(shape), folders("partly-closed")
    (folder / "mail").mkdir(mode=0o700, parents=True)
    shutil.chown(folder / "mail", "nobody")
    done = examine(installation, as_root=False, DATA_DIR=str(folder))
    assert done.code == 1
    assert str(folder / "mail") in done.failed["folders"]


@needs_root
def test_a_data_dir_of_somebody_else_fails_folders(product, folders):
    folder = folders("closed")
    folder.mkdir(mode=0o755)
    shutil.chown(folder, "nobody")
    done = examine(product, as_root=False, DATA_DIR=str(folder))
    assert done.code == 1
    assert "DATA_DIR" in done.failed["folders"]


def test_a_push_key_in_data_dir_that_is_damaged_fails_push_and_names_the_file(product, folders):
    folder = folders("damaged")
    folder.mkdir()
    shutil.copy(product.data_dir / "db.sqlite3", folder)
    (folder / "vapid_private_key").write_text("damaged")
    done = examine(product, DATA_DIR=str(folder))
    assert str(folder / "vapid_private_key") in done.failed["push"]


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_another_clock_than_that_of_the_address_fails_clock(installation, clock_server, seconds):
    done = examine(installation, PUBLIC_URL=clock_server(seconds))
    assert done.code == 1
    assert done.failed.keys() == {"clock"}
    assert "NTP" in done.failed["clock"]
    assert ("behind" if seconds > 0 else "ahead") in done.failed["clock"]


def test_an_untrusted_proxy_is_named_until_it_is_trusted(start_product):
    product = start_product(demo=False)
    assert examine(product, TRUSTED_PROXIES="").code == 0
    httpx.get(f"{product.base_url}/accounts/login/", headers={"X-Forwarded-For": "203.0.113.7"}, timeout=60)
    done = examine(product, TRUSTED_PROXIES="")
    assert done.code == 1
    assert done.failed.keys() == {"address"}
    assert "127.0.0.1" in done.failed["address"]
    assert "TRUSTED_PROXIES" in done.failed["address"]
    assert examine(product).code == 0


@pytest.fixture
def clock_server():
    """Gives the address of a health page whose clock is so many seconds ahead."""
    servers = []

    def start(ahead):
        class Page(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"status": "ok"}')

            def date_time_string(self, timestamp=None):
                return formatdate(time.time() + ahead, usegmt=True)

            def log_message(self, *arguments):
                """Be silent."""

        server = HTTPServer(("127.0.0.1", 0), Page)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
