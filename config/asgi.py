"""The ASGI application that uvicorn serves."""

import gc
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from config.wsgi import application as django  # isort: split

from config.acting import acts  # the apps must be loaded first
from config.hearing import Application, heard_out
from config.together import Together, checks

# More threads were never faster; the second one serves others while a caller reads slowly.
_one_by_one = heard_out(cast(Application, WSGIMiddleware(cast(Any, django), workers=2)))

application = Together(_one_by_one, (checks(), acts()))

# What is answered is forgotten by counting references. To look for circles in it as often as Python
# does by itself (700 objects more than before) costs a twentieth of a check; what was loaded above
# stays, and is not looked through again.
_OBJECTS_BETWEEN_LOOKS = 20_000
gc.collect()
gc.freeze()
gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)
