"""The ASGI application that uvicorn serves."""

from typing import Any, cast

from a2wsgi import WSGIMiddleware

from config.wsgi import application as django  # isort: split

from config.acting import acts_together  # the apps must be loaded first
from config.hearing import heard_out
from config.together import Application, checks_together

# One thread for all else keeps one connection to the database; more were never faster.
_one_by_one = heard_out(cast(Application, WSGIMiddleware(cast(Any, django), workers=1)))

application = checks_together(acts_together(_one_by_one))
