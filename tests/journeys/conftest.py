"""A real site on a real port, and a real browser in front of it."""

import os
import threading
from collections.abc import Iterator

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from tests import chromium as programs

_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Silent(WSGIRequestHandler):
    """Writes no line per request."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: addresses of links are secrets."""


@pytest.fixture
def site(committed_db: None) -> Iterator[str]:
    """Serve the project on a free port of this machine; yield its address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Silent)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        connections.close_all()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Yield headless Chromium; `python -m tests` has seen to it that there is one."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # its driver runs a loop in this thread
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=programs.path(), args=_QUIET)
        yield browser
        browser.close()
