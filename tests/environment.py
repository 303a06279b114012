"""
The environment of every test run, set before Django reads its settings.

Loaded by `-p tests.environment`, since pytest-django reads the settings before any conftest:
a key that is nobody's, and nothing that leaves this machine.
"""

import atexit
import base64
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

from config.embedded import valkey

# Tests may run in several processes, each with servers and data of its own.
_PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "alone")
_DATA = Path(__file__).parents[1] / ".cache" / "tests" / _PROCESS
(_DATA / "static").mkdir(parents=True, exist_ok=True)
os.environ["VENIA_DATA"] = str(_DATA)
os.environ["VENIA_MASTER_KEY"] = base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")
os.environ["EMAIL_URL"] = "console:"

# Where the broker will be, once a test starts it: Celery remembers the address it first meets.
BROKER_FOLDER = Path(tempfile.mkdtemp(prefix="venia-test-"))
atexit.register(shutil.rmtree, BROKER_FOLDER, ignore_errors=True)
if os.environ.get("BROKER_URL") == os.environ.get("TESTS_BROKER_URL"):  # nobody named another
    os.environ["BROKER_URL"] = os.environ["TESTS_BROKER_URL"] = valkey.url(BROKER_FOLDER)

# A busy machine is slow, not wrong.
settings.register_profile("venia", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("venia")
