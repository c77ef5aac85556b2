"""Where the OpenAPI description is served, and its browsable form."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.generic import View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularSwaggerSplitView

from notifcenter.api.views import FixedNegotiation

RENDERERS = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}


class SchemaView(View):
    """The description, for everybody; generated once a process."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """JSON by ``?format=json`` or where JSON is asked for, else YAML."""
        wanted = request.GET.get("format") or ("json" if "json" in request.headers.get("Accept", "") else "yaml")
        kind = wanted if wanted in RENDERERS else "yaml"
        return HttpResponse(_described(kind), content_type=RENDERERS[kind].media_type)


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, from this server's own files."""

    content_negotiation_class = FixedNegotiation
    url_name = "schema"


@cache
def _described(kind: str) -> bytes:
    document = SchemaGenerator().get_schema(request=None, public=True)
    rendered: Any = RENDERERS[kind]().render(document, renderer_context={})
    return bytes(rendered)
