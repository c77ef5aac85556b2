"""Servers written in Go: built once from the Go module proxy, into the user's cache.

A module that the proxy does not give is left out of the table, and is tried again a day later. ``BENCH_NTFY=file``
names a binary that is there already; so do ``BENCH_GOTIFY`` and ``BENCH_CENTRIFUGO``.
"""

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from bench.tools.machine import CACHE

BUILD_SECONDS, DAY = 1800, 86_400


@dataclass(frozen=True)
class GoServer:
    """A program of a module at a version.

    ``pages``: files of its web interface that a release generates and embeds; an empty one of each is put there, for no
    bench looks at them. ``flags`` go to ``go build``.
    """

    name: str
    module: str
    version: str
    pages: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Name and version, or the name alone where the binary was given."""
        return self.name if self._given() else f"{self.name} {self.version}"

    @property
    def missing(self) -> str:
        """Why there is no binary; the file beside the binaries says more."""
        return self._refusal.read_text().splitlines()[0] if self._refusal.exists() else "the Go toolchain is not here"

    def binary(self) -> Path | None:
        """The program, built where it is not there yet; none where it cannot be had."""
        if given := self._given():
            return Path(given)
        if self._built.exists():
            return self._built
        if not shutil.which("go") or self._refused_today():
            return None
        CACHE.mkdir(parents=True, exist_ok=True)
        try:
            self._build()
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            self._refusal.write_text(f"{self.module} {self.version} cannot be downloaded or built here\n{error}\n")
        return self._built if self._built.exists() else None

    def _given(self) -> str | None:
        return os.environ.get(f"BENCH_{self.name.upper()}")

    @property
    def _built(self) -> Path:
        return CACHE / f"{self.name}-{self.version}"

    @property
    def _refusal(self) -> Path:
        return CACHE / f"{self.name}-{self.version}.missing"

    def _refused_today(self) -> bool:
        return self._refusal.exists() and time.time() - self._refusal.stat().st_mtime < DAY

    def _build(self) -> None:
        # In a copy: "go install" embeds no page that the module lacks, and refuses a module that replaces another.
        source = CACHE / f"{self.name}-source"
        shutil.rmtree(source, ignore_errors=True)
        shutil.copytree(_downloaded(f"{self.module}@{self.version}"), source, copy_function=shutil.copyfile)
        for place in (source, *source.rglob("*/")):  # Go's folder is read-only
            place.chmod(0o755)
        for page in self.pages:
            source.joinpath(page).parent.mkdir(parents=True, exist_ok=True)
            source.joinpath(page).touch()
        _go("build", "-buildvcs=false", *self.flags, "-o", str(self._built), ".", folder=source)
        shutil.rmtree(source)


def _downloaded(module: str) -> str:
    """The folder where Go keeps the module's source."""
    return str(json.loads(_go("mod", "download", "-json", module, folder=CACHE))["Dir"])


def _go(*arguments: str, folder: Path) -> str:
    """What the command prints; RuntimeError with its last word where it fails."""
    done = subprocess.run(["go", *arguments], cwd=folder, capture_output=True, text=True, timeout=BUILD_SECONDS)
    if done.returncode:
        words = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip(" {}")]
        raise RuntimeError(words[-1] if words else f"go ended with {done.returncode}")
    return done.stdout
