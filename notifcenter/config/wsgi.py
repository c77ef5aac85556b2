"""HTTP: every page and the API; in the one process behind the bridge, else a server of its own."""

import os

from django.core.wsgi import get_wsgi_application

from notifcenter.config import garbage_collector
from notifcenter.config.whole_body import WholeBody

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifcenter.config.settings")

django_application = get_wsgi_application()

from notifcenter.config.quick_path import QuickPath  # noqa: E402  needs Django set up

quick_path = QuickPath(django_application)
application = WholeBody(quick_path)
garbage_collector.tune()
