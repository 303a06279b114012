"""A real broker and a real Celery worker for the tests that need them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

from django.db import connection

from config import processes
from config.celery import app
from config.embedded import valkey
from tests.environment import BROKER_FOLDER

_START_SECONDS = 60.0


@contextmanager
def running() -> Iterator[str]:
    """Yield the address of a broker: one that BROKER_URL names, or a Valkey started for it."""
    url = os.environ["BROKER_URL"]
    if url != valkey.url(BROKER_FOLDER):
        yield url
        return
    server = valkey.start(BROKER_FOLDER)
    try:
        yield url
    finally:
        server.stop()


@contextmanager
def worker(broker_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """
    Run a worker for both queues, on the test database and as the application's role.

    Yields its process, for who wants to kill it.
    """
    environment = os.environ | {
        "BROKER_URL": broker_url,
        "DATABASE_URL": database_url(),
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-Q", "due,bulk"]
    process = processes.start([*command, "-P", "threads", "-c", "2"], environment=environment)
    try:
        _await_answer()
        yield process
    finally:
        processes.stop(process)


def database_url() -> str:
    """Return the address of the database that this test uses, for another process."""
    known = connection.settings_dict
    options = {"host": str(known["HOST"]), "port": str(known["PORT"] or 5432), **known["OPTIONS"]}
    login = f"{quote(str(known['USER']))}:{quote(str(known['PASSWORD']))}"
    query = urlencode({k: v for k, v in options.items() if isinstance(v, str)}, quote_via=quote)
    return f"postgresql://{login}@/{known['NAME']}?{query}"


def _await_answer() -> None:
    until = time.monotonic() + _START_SECONDS
    while not app.control.ping(timeout=0.5):
        assert time.monotonic() < until, "the worker does not answer"
