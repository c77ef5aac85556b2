"""Static files as they are served: scripts and styles without comments and indentation, packed once."""

import gzip
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import rcssmin
import rjsmin
from django.conf import settings
from django.http import FileResponse, HttpRequest
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

FOLDER = Path(settings.DATA_DIR) / "static"
MINIFIERS: dict[str, Callable[[str], str]] = {".js": rjsmin.jsmin, ".css": rcssmin.cssmin}


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, which serves a smaller copy where our sources are written for people."""

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: object = None) -> None:
        """Serve ``path`` at ``url``; ``stat_cache`` maps paths to what ``os.stat`` knows of them."""
        source = Path(path)
        minify = MINIFIERS.get(source.suffix) if url.startswith("/static/notifcenter/") else None
        if minify is None:
            super().add_file_to_dictionary(url, path, stat_cache=stat_cache)
        else:
            super().add_file_to_dictionary(url, str(_minified(source, minify)))

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> FileResponse:
        """Respond with a file, or with 304: compression on the way made its ETag a weak one."""
        if tag := request.META.get("HTTP_IF_NONE_MATCH"):
            request.META["HTTP_IF_NONE_MATCH"] = tag.removeprefix("W/")
        return WhiteNoiseMiddleware.serve(static_file, request)


def _minified(source: Path, minify: Callable[[str], str]) -> Path:
    """A copy under the hash of its content, with a packed one beside it."""
    content = minify(source.read_text()).encode()
    copy = FOLDER / f"{source.stem}.{sha256(content).hexdigest()[:16]}{source.suffix}"
    if not copy.exists():
        FOLDER.mkdir(exist_ok=True, mode=0o700)
        _write(copy.with_name(f"{copy.name}.gz"), gzip.compress(content, 9, mtime=0))
        _write(copy, content)
    return copy


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: several processes of one installation start at once."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)
