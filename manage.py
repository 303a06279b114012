#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

from config import beside

_HERE = Path(__file__).resolve().parent
_STOPPED = "The database does not answer. Start it with `make run`, or name one in DATABASE_URL."

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] != ["up"]:
        folder = Path(os.environ.get("VENIA_DATA") or _HERE / ".data").resolve()
        os.environ.update(beside.environment(folder))
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OperationalError:
        sys.exit(_STOPPED)
