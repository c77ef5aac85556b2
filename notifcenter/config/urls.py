"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import accounts.urls
import channels_app.urls
import notifcenter.urls
from notifcenter import pages
from notifcenter.api.problems import internal_error, not_found
from notifcenter.config import health

handler500 = internal_error

api = [*notifcenter.urls.api_urls, *accounts.urls.api_urls, *channels_app.urls.api_urls]

urlpatterns = [
    path("api/v1/", include(api)),
    path("", include(notifcenter.urls.amocrm_urls)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    re_path(r"^api/", not_found),
    path("", include(pages.page_urls)),
    path("", include(accounts.urls.page_urls)),
    path("", include(channels_app.urls.page_urls)),
    path("admin/", admin.site.urls),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", health.metrics),
]
