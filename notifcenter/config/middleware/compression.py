"""Compressed responses, where there is something to compress."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class CompressionMiddleware(GZipMiddleware):
    """Django's; it would give an empty streamed response the head of a gzip file, and a 304 may have no body."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, compressed unless it has no body."""
        return response if response.status_code in WITHOUT_BODY else super().process_response(request, response)
