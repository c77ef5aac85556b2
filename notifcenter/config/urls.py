"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path, re_path

import accounts.urls
import channels_app.urls
import notifcenter.urls
from notifcenter.api.openapi.views import DocsView, SchemaView
from notifcenter.api.problems import pages as problem_pages
from notifcenter.api.problems.handler import bad_request, forbidden, internal_error, not_found, nothing_there
from notifcenter.config import health

handler400 = bad_request
handler403 = forbidden
handler404 = nothing_there
handler500 = internal_error

api = [*notifcenter.urls.api_urls, *accounts.urls.api_urls, *channels_app.urls.api_urls]

urlpatterns = [
    path("api/v1/", include(api)),
    path("", include(notifcenter.urls.amocrm_urls)),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", DocsView.as_view(), name="docs"),
    path("api/problems/", problem_pages.index, name="problems"),
    path("api/problems/<slug:code>/", problem_pages.page, name="problem"),
    re_path(r"^(api|v\d+)/", not_found, name="nothing"),
    path("", include(notifcenter.urls.page_urls)),
    path("", include(accounts.urls.page_urls)),
    path("", include(channels_app.urls.page_urls)),
    path("admin/", admin.site.urls),
    path("metrics", health.metrics),
]
