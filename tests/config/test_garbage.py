"""Processes that serve or work look for garbage rarely, from when they are ready."""

import subprocess
import sys

import pytest

TELL = "import gc; print(gc.get_freeze_count() > 1000, gc.get_threshold()[0] > 10_000)"


@pytest.mark.parametrize(
    "begun",
    [
        "import django; django.setup(); import config.asgi",
        "import config.celery as worker; worker.worker_process_init.send(None)",
    ],
    ids=["web", "worker"],
)
def test_what_is_loaded_is_left_alone_and_the_rest_looked_through_rarely(begun: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"{begun}; {TELL}"], capture_output=True, text=True, check=False
    )
    assert told.stdout.split() == ["True", "True"], told.stderr
