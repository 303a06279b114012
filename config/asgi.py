"""The ASGI application that uvicorn serves."""

from typing import Any, cast

from a2wsgi import WSGIMiddleware

from config.wsgi import application as django  # isort: split

from config.acting import acts  # the apps must be loaded first
from config.garbage import look_rarely
from config.hearing import Application, heard_out
from config.together import Together, checks

# More threads were never faster; the second one serves others while a caller reads slowly.
_one_by_one = heard_out(cast(Application, WSGIMiddleware(cast(Any, django), workers=2)))

application = Together(_one_by_one, (checks(), acts()))

look_rarely()
