"""The product runs from requirements.lock alone: what only the tests bring would be missing on users' machines."""

import ast
import json
import re
import subprocess
import sys
from importlib.util import resolve_name
from pathlib import Path

import pytest

from tests.processes import NOTIFCENTER, ROOT, environment, run

PACKAGES = ("notifcenter", "accounts", "channels_app")
BY_NAME = [
    "kombu.transport.redis",
    "kombu.transport.pyamqp",
    "django.db.backends.sqlite3.base",
    "django.db.backends.postgresql.base",
    "django.core.cache.backends.redis",
    "django_celery_beat.schedulers",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
    "celery.bin.celery",
    "granian.cli",
    "uvicorn.main",
    "anymail.backends.postmark",
    "anymail.backends.mailgun",
    "anymail.backends.sendgrid",
]
"""What settings and command lines name as text."""

IMPORT = """
import importlib, json, sys
import django
django.setup()
failed = {}
for name in json.loads(sys.stdin.read()):
    try:
        importlib.import_module(name)
    except Exception as error:
        failed[name] = repr(error)
print(json.dumps(failed))
"""


def imported():
    """Every module that ours import, at the top of a file or within a function, and ours."""
    names = set(BY_NAME)
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            own = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            names.add(own)
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    names |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    names.add(resolve_name("." * node.level + (node.module or ""), own))
    return sorted(names)


@pytest.fixture(scope="module")
def python():
    done = run([str(ROOT / "bin" / "environment"), "requirements.lock"])
    assert done.returncode == 0, done.stderr
    return f"{done.stdout.strip()}/bin/python"


def test_all_that_is_imported_is_there(python, tmp_path):
    settings = {"DJANGO_SETTINGS_MODULE": "notifcenter.config.settings", "STAFF_SECOND_FACTOR": "1"}
    env = environment({"DATA_DIR": str(tmp_path), **settings})
    names = imported()
    assert {"redis", "psycopg", "channels_app.tasks", "cryptography.hazmat.primitives.asymmetric"} <= set(names)
    asked = json.dumps(names)
    done = subprocess.run([python, "-c", IMPORT], input=asked, env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {}


def test_the_products_environment_holds_what_the_lock_names_and_nothing_else(python):
    done = run([python, "-m", "pip", "list", "--format", "json"])
    there = {(plain(row["name"]), row["version"]) for row in json.loads(done.stdout)}
    named = {(plain(name), version) for name, version in pins("requirements.lock")}
    assert {row for row in there if row[0] != "pip"} <= named
    assert ("packaging", dict(named)["packaging"]) in there
    assert "pytest" not in dict(there)


def test_the_commands_run_in_it_from_any_folder(python, tmp_path):
    code = "import sys; print(sys.prefix)"
    (tmp_path / "celery.py").write_text("raise SystemExit('the wrong celery')")
    done = subprocess.run(
        [NOTIFCENTER, "shell", "-v0", "-c", code],
        cwd=tmp_path,
        env=environment({"DATA_DIR": str(tmp_path / "data")}),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).resolve() == Path(python).parent.parent.resolve()


def test_a_relative_data_dir_lies_where_the_command_is_called(tmp_path):
    done = subprocess.run([NOTIFCENTER, "check"], cwd=tmp_path, env=environment({"DATA_DIR": "here"}))
    assert done.returncode == 0
    assert (tmp_path / "here" / "secret_key").exists()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_pin_and_hash_all_and_name_no_registry(lock):
    text = (ROOT / lock).read_text()
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    assert len(blocks) > 40
    assert [block for block in blocks if not re.search(r"^[\w.-]+(\[[\w,]+\])?==\S+", block)] == []
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"https?://|index-url|find-links|trusted-host", text)


def test_the_locks_agree():
    ours, tests = dict(pins("requirements.lock")), dict(pins("requirements-dev.lock"))
    assert {name: tests.get(name) for name in ours} == ours


def test_an_environment_that_two_make_at_once_is_whole(tmp_path):
    """A checkout of its own, with a lock of one small package."""
    (tmp_path / "bin").mkdir()
    for name in ("environment", "make-environment"):
        (tmp_path / "bin" / name).write_bytes((ROOT / "bin" / name).read_bytes())
        (tmp_path / "bin" / name).chmod(0o755)
    text = (ROOT / "requirements.lock").read_text()
    (tmp_path / "requirements.lock").write_text(re.search(r"^sqlparse==(?:.*\\\n)+.*\n", text, re.M).group())
    command = [str(tmp_path / "bin" / "environment"), "requirements.lock"]
    env = environment({"PYTHON": sys.executable})
    both = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    [place] = {process.communicate(timeout=600)[0].strip() for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert run([f"{place}/bin/python", "-c", "import sqlparse"]).returncode == 0
    assert (tmp_path / ".venv").resolve() == Path(place).resolve()
    assert len([entry for entry in (tmp_path / ".venvs").iterdir() if not entry.is_symlink()]) == 1


def pins(lock):
    return re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", (ROOT / lock).read_text(), re.M)


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()
