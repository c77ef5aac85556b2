"""HTTP: every page and the API; in the one process behind the bridge, else a server of its own."""

import os

from django.core.wsgi import get_wsgi_application

from notifcenter.config import garbage_collector
from notifcenter.config.whole_body import WholeBody

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifcenter.config.settings")

application = WholeBody(get_wsgi_application())
garbage_collector.tune()
