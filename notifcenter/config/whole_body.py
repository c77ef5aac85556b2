"""Bodies are whole or nothing is done."""

from io import BytesIO
from typing import Any

BODY_MAX = 5 * 1024 * 1024
IS_WHOLE = "notifcenter.body_is_whole"
"""Set in the environment of a request by a server that knows the end of a body in chunks from a broken connection."""
NO_LENGTH = b"Send a Content-Length: whether a form in chunks is whole cannot be seen here.\n"


class WholeBody:
    """WSGI middleware: a body is read before anything is done, and one that ends early is answered with 400.

    A chunked one gets the length that Django must know to read it; one too long is cut where it is refused. granian
    ends a chunked one alike whether it is whole or broken off: JSON shows its end itself, everything else is answered
    with 411.
    """

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Handle a request."""
        if _has_no_end(environ):
            start_response("411 Length Required", [("Content-Type", "text/plain")])
            return [NO_LENGTH]
        length = _length(environ)
        if 0 < length <= BODY_MAX + 1:
            try:
                body = environ["wsgi.input"].read(length)
            except OSError:
                body = b""
            if not _is_chunked(environ) and len(body) < length:
                start_response("400 Bad Request", [("Content-Type", "text/plain")])
                return [b"The body ended early.\n"]
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return self._application(environ, start_response)


def _length(environ: dict[str, Any]) -> int:
    """How many bytes to read: what the caller says, or as many as show that a chunked body is too long."""
    return BODY_MAX + 1 if _is_chunked(environ) else int(environ.get("CONTENT_LENGTH") or 0)


def _has_no_end(environ: dict[str, Any]) -> bool:
    is_json = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == "application/json"
    return _is_chunked(environ) and not is_json and not environ.get(IS_WHOLE)


def _is_chunked(environ: dict[str, Any]) -> bool:
    return bool(environ.get("HTTP_TRANSFER_ENCODING")) and not environ.get("CONTENT_LENGTH")
