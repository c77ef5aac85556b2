"""DRF without the optional packages that it imports wherever they are installed."""

import sys
from typing import Any

from rest_framework.apps import RestFrameworkConfig

UNUSED = ("django.contrib.postgres", "requests", "pygments")
"""For PostgreSQL's own fields, CoreAPI and the browsable API: 16 MB with psycopg, which SQLite does not need."""


class LightRestFrameworkConfig(RestFrameworkConfig):
    """Loads DRF's compat module while those packages are hidden; they can be imported afterwards."""

    def __init__(self, *names: Any) -> None:
        super().__init__(*names)
        hidden: dict[str, Any] = {name: None for name in UNUSED if name not in sys.modules}
        sys.modules.update(hidden)
        try:
            import rest_framework.compat  # noqa: F401, PLC0415  while they are hidden
        finally:
            for name in hidden:
                del sys.modules[name]
