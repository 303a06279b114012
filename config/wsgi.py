"""The WSGI application: requests one by one. `config.asgi` serves it, with groups before it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()

from config.acting import acts_ahead_of  # noqa: E402  the apps must be loaded first
from config.ahead import checks_ahead_of  # noqa: E402

application = checks_ahead_of(acts_ahead_of(_django))
