"""The site as an installable app: icons, service worker, manifest, and a page for when there is no network."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

ICONS = (
    ("icon.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served from the root so that its scope is the whole site."""
    code = Path(str(finders.find("notifcenter/push-worker.js"))).read_bytes()
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return HttpResponse(code, content_type="text/javascript; charset=utf-8", headers=headers)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon that browsers ask for by themselves, wherever a page has no link to one."""
    image = Path(str(finders.find("notifcenter/icons/favicon.ico"))).read_bytes()
    return HttpResponse(image, content_type="image/x-icon", headers={"Cache-Control": "public, max-age=86400"})


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest."""
    document = {
        "id": "/inbox/",
        "name": _("Notification centre"),
        "short_name": _("Notices"),
        "description": _("Calls, errors and messages from your work, where you want them."),
        "lang": translation.get_language(),
        "start_url": "/inbox/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#1f5fc4",
        "icons": [_icon(*icon) for icon in ICONS],
    }
    return JsonResponse(document, content_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows without a network, in the language ``lang``; the same for everybody."""
    language = request.GET.get("lang", "")
    language = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        return render(request, "accounts/offline.html", {"language": language})


def _icon(name: str, sizes: str, kind: str, purpose: str) -> dict[str, str]:
    return {"src": static(f"notifcenter/icons/{name}"), "sizes": sizes, "type": kind, "purpose": purpose}


page_urls = [
    path("favicon.ico", favicon, name="favicon"),
    path("push-worker.js", worker, name="push_worker"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("offline/", offline, name="offline"),
]
