"""Secrets that are made on the first start and kept in DATA_DIR."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def kept(path: Path, make: Callable[[], str]) -> str:
    """The text kept in ``path``; made by ``make`` when it is not there yet, once even if two start together."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(make())
        _publish_once(fresh, path)
    return path.read_text().strip()


def new_secret_key() -> str:
    """A key for Django's signatures."""
    return secrets.token_urlsafe(50)


def new_vapid_private_key() -> str:
    """A P-256 private key, 32 bytes in unpadded base64url, as RFC 8292 keys are passed around."""
    from cryptography.hazmat.primitives.asymmetric import ec  # 8 MB that few starts need

    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def _publish_once(fresh: Path, path: Path) -> None:
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
