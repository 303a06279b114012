"""
The environment of every test run, set before Django reads its settings.

Loaded by `-p tests.environment`, since pytest-django reads the settings before any conftest:
a key that is nobody's, and nothing that leaves this machine.
"""

import base64
import os
from pathlib import Path

from hypothesis import HealthCheck, settings

_DATA = Path(__file__).parents[1] / ".cache" / "tests"
(_DATA / "static").mkdir(parents=True, exist_ok=True)
os.environ["VENIA_DATA"] = str(_DATA)
os.environ["VENIA_MASTER_KEY"] = base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")
os.environ["EMAIL_URL"] = "console:"

# A busy machine is slow, not wrong.
settings.register_profile("venia", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("venia")
