"""The commands: what they print, and how the product starts and stops."""

import json
import os
import re
import shlex
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.problems import refused
from tests.processes import NOTIFCENTER, PATIENCE, PYTHON, Process, free_port, run, wait_until


def test_provider_prints_json_alone_on_one_line(product):
    out = product.manage("provider", "cli-widget", "--name", "CLI widget")
    assert out.endswith("\n")
    assert out.count("\n") == 1
    assert json.loads(out).keys() == {"code", "token"}
    assert json.loads(out)["code"] == "cli-widget"


def test_each_call_of_provider_adds_a_token_and_older_ones_stay_valid(product):
    tokens = [product.new_provider_token("cli-twice") for _ in range(2)]
    assert tokens[0] != tokens[1]
    for token in tokens:
        with product.client(token) as api:
            refused(api.post("notifications/", json={}), 400)


def test_provider_keeps_what_it_is_not_told(product, person, user_api):
    product.manage("provider", "cli-keep", "--name", "Keep me")
    product.manage("provider", "cli-keep")
    rows = user_api(person).get("preferences/").json()["providers"]
    assert next(row["name"] for row in rows if row["code"] == "cli-keep") == "Keep me"


def test_provider_takes_a_manifest_file(product, tmp_path):
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"widget": {"name": "x", "init_once": "Y"}}))
    assert json.loads(product.manage("provider", "cli-manifest", "--manifest", str(manifest)))["token"]
    assert json.loads(product.manage("provider", "cli-once", "--init-once"))["token"]


@pytest.mark.parametrize("arguments", [["a b"], ["x" * 65], [""], ["ok", "--manifest", "/none/such.json"], []])
def test_a_bad_call_of_provider_says_so_in_a_line(product, arguments):
    done = run([NOTIFCENTER, "provider", *arguments], **product.env)
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_management_token_prints_json_alone_on_one_line(product):
    out = product.manage("management_token", "somebody")
    assert out.count("\n") == 1
    assert json.loads(out).keys() == {"token"}
    with product.client(json.loads(out)["token"]) as api:
        refused(api.post("users/nobody-of-that-name/token/"), 404)


@pytest.fixture
def make_run(folders):
    """Does ``make run``, each time in a folder of its own."""
    with ExitStack() as running:

        def begin():
            folder, port = folders("make"), free_port()
            folder.mkdir()
            process = Process(["make", "run"], folder / "make.log", DATA_DIR=str(folder / "data"), PORT=str(port))
            process.url = f"http://127.0.0.1:{port}"
            running.callback(process.kill)
            wait_until(lambda: _ready(process), 300, "make run")
            return process

        yield begin


def test_make_run_prints_the_address_the_logins_and_a_curl_line_that_works(make_run):
    made = make_run()
    said = wait_until(lambda: made.output if "curl" in made.output else "")
    assert made.url in said
    assert all(name in said for name in ("anna", "alexey", "admin", "demo"))
    line = next(line for line in said.splitlines() if line.strip().startswith("curl"))
    done = subprocess.run([*shlex.split(line), "-s"], capture_output=True, text=True, timeout=PATIENCE)
    assert json.loads(done.stdout)["recipients"] == 1
    token = re.search(r"Bearer ([\w-]+)", line).group(1)
    address = f"{made.url}/api/v1/notifications/{json.loads(done.stdout)['id']}/"
    answer = httpx.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE)
    assert answer.status_code == 200


def test_sigterm_stops_make_run_within_5_seconds_and_leaves_no_process(make_run):
    assert any(_ended(make_run(), lambda made: made.signal(signal.SIGTERM)) < 5 for _chance in range(5))


def test_ctrl_c_stops_make_run_within_5_seconds_and_leaves_no_process(make_run):
    assert any(_ended(make_run(), Process.interrupt_all) < 5 for _chance in range(5))


def _ended(made, end):
    """The seconds until nothing was left of it; a machine that is busy with something else gets more chances."""
    begun = time.monotonic()
    end(made)
    made.wait(PATIENCE)
    wait_until(lambda: made.group_left() == [], what="no process left")
    assert "Traceback" not in made.output
    return time.monotonic() - begun


def test_it_listens_on_this_machine_only(product):
    port = int(product.base_url.rpartition(":")[2])
    listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
    hosts = {line.split()[1].split(":")[0] for line in listening if int(line.split()[1].split(":")[1], 16) == port}
    assert "0100007F" in hosts
    assert "00000000" not in hosts


def test_a_stop_loses_nothing_and_a_restart_goes_on(start_product):
    first = start_product()
    person = first.new_person()
    ids = [first.publish(person, text=str(number)) for number in range(20)]
    first.stop()
    second = start_product(data_dir=first.data_dir)
    with second.user_api(person) as api:
        assert [item["id"] for item in api.get("inbox/").json()["results"]] == ids[::-1]
    second.wait_for_mail(f"{person}@example.com", 20, seconds=120)


def test_tokens_sessions_and_secrets_outlive_a_restart(start_product):
    first = start_product()
    token, user_token = first.provider_token, first.user_token("anna")
    first.stop()
    second = start_product(data_dir=first.data_dir)
    with second.client(token) as api:
        refused(api.post("notifications/", json={}), 400)
    with second.client(user_token) as api:
        assert api.get("inbox/summary/").status_code == 200


def test_a_port_in_use_is_told_in_a_line(product, tmp_path):
    port = product.base_url.rpartition(":")[2]
    done = run([NOTIFCENTER, "up"], DATA_DIR=str(tmp_path), PORT=port)
    assert done.returncode != 0
    assert port in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_one_on_the_same_data_is_refused_naming_the_data_and_the_other(product):
    port = str(free_port())
    done = run([NOTIFCENTER, "up"], DATA_DIR=str(product.data_dir), PORT=port)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert str(product.data_dir) in line
    assert f"process {product.processes[0].pid}," in line


def test_one_that_was_killed_is_in_nobodys_way(start_product):
    first = start_product(demo=False)
    first.kill()
    second = start_product(data_dir=first.data_dir, demo=False)
    assert second.processes[0].running()


def test_without_demo_there_are_no_demo_people(start_product):
    bare = start_product(demo=False)
    with bare.host_api() as host:
        refused(host.post("users/anna/token/"), 404)


def test_secrets_are_readable_by_their_owner_only(product):
    for name in ("secret_key", "vapid_private_key"):
        assert os.stat(product.data_dir / name).st_mode & 0o077 == 0


def test_a_process_at_rest_has_not_loaded_what_only_sending_needs(product):
    code = "import sys, notifcenter.config.asgi, notifcenter.config.urls; print(*sys.modules)"
    done = run([PYTHON, "-c", code], DATA_DIR=str(product.data_dir))
    assert done.returncode == 0, done.stderr
    heavy = {"psycopg", "requests", "aiohttp", "cryptography.hazmat", "jwt", "pywebpush", "css_inline"}
    assert heavy.isdisjoint(done.stdout.split())


def _ready(process):
    assert process.running(), process.output
    try:
        return httpx.get(f"{process.url}/readyz", timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def test_what_up_prints_works_at_once(tmp_path):
    environ = {"DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port())}
    process = Process([NOTIFCENTER, "up", "--demo"], tmp_path / "up.log", **environ)
    try:
        line = wait_until(lambda: next((x for x in process.output.splitlines() if x.startswith("curl ")), None))
        done = subprocess.run(shlex.split(line) + ["--noproxy", "*", "--silent", "--fail"], capture_output=True)
        assert (done.returncode, "id" in json.loads(done.stdout or "{}")) == (0, True)
    finally:
        process.kill()
