"""HTTP: every page and the API."""

import os
from io import BytesIO
from typing import Any

from django.core.wsgi import get_wsgi_application

from notifcenter.config import garbage_collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifcenter.config.settings")
LONGEST = 5 * 1024 * 1024


class Measured:
    """Gives a chunked body the length that Django must know to read it; one too long is cut where it is refused."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer a request."""
        if environ.get("HTTP_TRANSFER_ENCODING") and not environ.get("CONTENT_LENGTH"):
            body = environ["wsgi.input"].read(LONGEST + 1)
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return self._application(environ, start_response)


application = Measured(get_wsgi_application())
garbage_collector.calm()
