"""The file of a backup: a zip archive whose comment is the SHA-256 of all bytes before it.

It holds ``manifest.json``, ``tables/NAME`` with the rows as PostgreSQL's COPY writes them as text, times in UTC, and
``secrets/NAME``. A single changed byte is noticed, wherever it is.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

FORMAT = 1
SEAL_BYTES = 64
BLOCK_BYTES = 1 << 20
OWNER_ALONE = 0o600
MANIFEST = "manifest.json"


class BackupError(Exception):
    """Why it cannot be done, and what to do about it, in a sentence or two."""


@dataclass(frozen=True)
class Manifest:
    """What is in a backup: when it was taken (Unix seconds), what migrations had run, rows by table, secrets."""

    taken_at: int
    vendor: str
    migrations: list[tuple[str, str]]
    rows: dict[str, int]
    secrets: list[str]
    format: int = FORMAT


@contextmanager
def new(path: Path) -> Iterator[ZipFile]:
    """The archive to be filled, which is at ``path`` only once it is whole; raises FileExistsError."""
    if path.exists():
        raise FileExistsError(path)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=3) as archive:
                archive.comment = b"0" * SEAL_BYTES
                yield archive
            _seal(file)
        _publish(Path(name), path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    """A backup that is whole, to be read; raises BackupError where it is not, and OSError."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        if file.tell() < SEAL_BYTES or _digest(file) != file.read(SEAL_BYTES):
            raise BackupError(f"{path} is no backup of Notifcenter, or it is damaged; nothing was changed.")
        with ZipFile(file) as archive:
            yield archive, _manifest(json.loads(archive.read(MANIFEST)))


def write_manifest(archive: ZipFile, manifest: Manifest) -> None:
    """To be written last."""
    archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))


def _manifest(values: dict[str, object]) -> Manifest:
    if values["format"] != FORMAT:
        raise BackupError("The backup was made by a newer version: restore it with that version.")
    manifest = Manifest(**values)  # type: ignore[arg-type]
    return Manifest(**vars(manifest) | {"migrations": [(app, name) for app, name in manifest.migrations]})


def _seal(file: IO[bytes]) -> None:
    digest = _digest(file)
    file.write(digest)
    file.flush()
    os.fsync(file.fileno())


def _digest(file: IO[bytes]) -> bytes:
    """The digest of all but the last bytes, where the file then stands."""
    size, digest = file.seek(0, os.SEEK_END) - SEAL_BYTES, sha256()
    file.seek(0)
    while block := file.read(min(BLOCK_BYTES, size - file.tell())):
        digest.update(block)
    return digest.hexdigest().encode()


def _publish(part: Path, path: Path) -> None:
    """Give the file its name; unlike a rename, a link never replaces what came there meanwhile."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, OWNER_ALONE))
        os.replace(part, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
