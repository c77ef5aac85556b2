"""A builder of images on this machine: Buildah, which needs no daemon, on a base of Debian's own packages."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.processes import ROOT, Process, environment

BASE = "docker.io/library/python:3.13-slim"
PACKAGES = "python3,python3-venv,python3-pip,ca-certificates"
OURS = ("/etc/ssl/certs", "/etc/pip.conf")
"""What pip needs to reach its index from within, where a machine has its own."""


class Unavailable(Exception):
    """No image can be built here; says why."""


class Buildah:
    """Builds and runs as root without a daemon; all that it keeps lies in ``folder``."""

    def __init__(self, folder: Path) -> None:
        if os.getuid() or not shutil.which("buildah") or not shutil.which("debootstrap"):
            raise Unavailable("buildah, debootstrap or root is missing")
        folder.mkdir()
        self._folder = folder
        storage = ["--root", str(folder / "storage"), "--runroot", str(folder / "run"), "--storage-driver", "vfs"]
        self._buildah = ["buildah", *storage]
        self._make_base()

    def build(self, context: Path) -> str:
        """Run every step of the Dockerfile in ``context``; gives a container of the image."""
        mounts = [word for path in OURS if Path(path).exists() for word in ("-v", f"{path}:{path}:ro")]
        self._do(
            "bud", "--isolation", "chroot", "--pull-never", "--format", "docker", *mounts, "-t", "ours", str(context)
        )
        return self._do("from", "--pull-never", "localhost/ours").strip()

    def run(self, container: str, *command: str) -> str:
        """What a command prints in the container, as the user that the image names."""
        return self._do("run", "--isolation", "chroot", container, "--", *command)

    def start(self, container: str, log: Path, *command: str) -> Process:
        """A command that goes on, at this machine's own network."""
        return Process([*self._buildah, "run", "--isolation", "chroot", container, "--", *command], log)

    def _make_base(self) -> None:
        root, archive = self._folder / "base", self._folder / "base.tar"
        try:
            self._call(["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "trixie", str(root)])
            (root / "usr" / "bin" / "python").symlink_to("python3")
            self._call(["tar", "-C", str(root), "--exclude=./proc/*", "--exclude=./sys/*", "-cf", str(archive), "."])
            container = self._do("from", "scratch").strip()
            self._do("add", container, str(archive), "/")
            self._do("commit", container, BASE)
        except subprocess.CalledProcessError as error:
            raise Unavailable(f"no base can be made: {error.stderr[-300:]}") from None

    def _do(self, verb: str, *arguments: str) -> str:
        return self._call([*self._buildah, verb, *arguments])

    def _call(self, command: Sequence[str]) -> str:
        done: Any = subprocess.run(
            command, cwd=ROOT, env=environment({}), capture_output=True, text=True, check=True, timeout=1800
        )
        return str(done.stdout)
