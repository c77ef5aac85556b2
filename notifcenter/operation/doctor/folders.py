"""Whether DATA_DIR and all folders in it can be used, and belong to their owner alone."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from notifcenter.operation.doctor.checks import Failed, check

OTHERS = stat.S_IRWXG | stat.S_IRWXO
FOLDERS = ("mail", "static")
"""What must be a folder where it exists."""


@check("folders")
def try_folders() -> None:
    """Write a file into each folder, and see whether each file of the first level is open to us.

    Raises Failed with the first that is not.
    """
    root = Path(settings.DATA_DIR)
    for name in FOLDERS:
        if (root / name).exists() and not (root / name).is_dir():
            raise Failed(f"{root / name} is no folder: move it away.")
    for folder in _folders(root):
        _try_folder(folder)
    for file in sorted(path for path in root.iterdir() if path.is_file()):
        if not os.access(file, os.R_OK | os.W_OK):
            raise Failed(f"{file} cannot be read and written: chown it to the user of the product.")
    for path in (root, *settings.SECRET_FILES):
        if path.stat().st_mode & OTHERS:
            raise Failed(f"{path} is open to others: chmod go-rwx {path}, or ask its owner.")


def _folders(root: Path) -> Iterator[Path]:
    for folder, _names, _files in os.walk(root, onerror=_refuse):
        yield Path(folder)


def _refuse(error: OSError) -> None:
    raise Failed(f"{error.filename} cannot be read ({error.strerror}): chown it to the user of the product.") from error


def _try_folder(folder: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"doctor")
            file.flush()
    except OSError as error:
        cure = "chown it to the user of the product, or free some disk"
        raise Failed(f"{folder} takes no file ({error.strerror}): {cure}.") from error
