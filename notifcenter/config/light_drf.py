"""DRF without what it loads for no other reason than that it is installed."""

import sys
from typing import Any

from rest_framework.apps import RestFrameworkConfig

UNUSED = ("django.contrib.postgres", "requests", "pygments")
"""Fields of PostgreSQL's own, CoreAPI, the colours of the browsable API: 16 MB with psycopg, which SQLite needs not."""


class LightRestFrameworkConfig(RestFrameworkConfig):
    """Loads what DRF asks for optional packages while those are hidden; whoever needs one later gets it."""

    def __init__(self, *names: Any) -> None:
        super().__init__(*names)
        hidden: dict[str, Any] = {name: None for name in UNUSED if name not in sys.modules}
        sys.modules.update(hidden)
        try:
            import rest_framework.compat  # noqa: F401
        finally:
            for name in hidden:
                del sys.modules[name]
