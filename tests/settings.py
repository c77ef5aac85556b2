"""The product's settings for tests inside this process: what it keeps goes to ``.test-output``."""

import os
from pathlib import Path

os.environ["DATA_DIR"] = str(Path(__file__).resolve().parent.parent / ".test-output" / "data")

from notifcenter.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
