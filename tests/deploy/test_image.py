"""The image: built by the Dockerfile's own steps, and run. It takes minutes, so ``make image`` asks for it."""

import os
import re
import shutil

import httpx
import pytest

from tests.deploy.builder import Buildah, Unavailable
from tests.processes import ROOT, free_port, run, wait_until

NEEDED = {"requirements.lock", "manage.py", "notifcenter", "accounts", "channels_app", "templates", "static", "locale"}


@pytest.fixture(scope="module")
def context(folders):
    """This checkout as git has it, and what must not get into an image."""
    place = folders("context")
    place.mkdir()
    for name in run(["git", "ls-files", "--cached", "--others", "--exclude-standard"]).stdout.splitlines():
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    (place / "data").mkdir()
    for secret in (".env", ".env.production", "notifcenter/.env", "data/secret_key", "bin/own"):
        (place / secret).write_text("SECRET=1")
    return place


@pytest.fixture(scope="module")
def builder(folders):
    if not os.environ.get("IMAGE"):
        pytest.skip("make image builds it")
    try:
        return Buildah(folders("buildah"))
    except Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def container(builder, context):
    return builder.build(context)


def test_only_what_runs_is_in_the_image_and_no_secret(builder, container):
    found = builder.run(container, "find", "/app", "-not", "-path", "*/.venvs/*", "-type", "f").splitlines()
    files = [path.removeprefix("/app/") for path in found]
    assert {path.split("/")[0] for path in files} == NEEDED | {"bin"}
    assert {path for path in files if path.startswith("bin/")} == {
        "bin/environment",
        "bin/make-environment",
        "bin/notifcenter",
    }
    assert [path for path in files if ".env" in path.split("/")[-1]] == []


def test_the_product_runs_in_it_and_not_as_root(builder, container, tmp_path):
    port = free_port()
    process = builder.start(container, tmp_path / "up.log", "env", f"PORT={port}", "bin/notifcenter", "up", "--demo")
    try:
        wait_until(lambda: ready(process, port), 300, "the product in its image")
        pid = int(builder.run(container, "cat", "/data/up.pid"))
        status = builder.run(container, "cat", f"/proc/{pid}/status")
        assert re.search(r"^Uid:\t1000\t1000", status, re.M)
        assert builder.run(container, "stat", "-c", "%a %U", "/data") == "700 notifcenter\n"
        assert '"token"' in builder.run(container, "bin/notifcenter", "provider", "billing")
    finally:
        process.kill()


def ready(process, port):
    assert process.running(), process.output
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def test_the_dockerfile_copies_by_name():
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.M)
    names = {word for line in copied for word in line.split()}
    assert {name.split("/")[0] for name in names} == NEEDED | {"bin"}
    assert "." not in names
