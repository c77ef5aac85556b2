"""DATA_DIR: it and what lies in it belong to their owner alone."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

FOLDER, FILE = 0o700, 0o600


class Unusable(ImproperlyConfigured):
    """The folder cannot be used; the message says what to do."""


def prepared(path: Path) -> Path:
    """The absolute path of the folder, made where it is missing; raises Unusable if it cannot be used."""
    try:
        path = path.resolve()
        path.mkdir(mode=FOLDER, parents=True, exist_ok=True)
        _lock_up(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no path"
        raise Unusable(f"DATA_DIR cannot be used ({reason}): name a folder that you own.") from None
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise Unusable("DATA_DIR cannot be written: name a folder that you own.")
    return path


def _lock_up(folder: Path) -> None:
    """Take what lies in the folder away from everybody else; a closed folder within it keeps them out by itself."""
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            if _mode(entry) != FOLDER:
                _lock_up(Path(entry.path))
        elif entry.is_file(follow_symlinks=False) and _mode(entry) != FILE:
            _set(entry.path, FILE)
    _set(folder, FOLDER)


def _mode(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_mode & 0o777
    except FileNotFoundError:  # it went meanwhile
        return FOLDER if entry.is_dir(follow_symlinks=False) else FILE


def _set(path: os.PathLike[str] | str, mode: int) -> None:
    try:
        os.chmod(path, mode)
    except (FileNotFoundError, PermissionError):  # it went meanwhile, or is a volume that somebody else owns
        pass
