"""A real site on a real port, and a real browser in front of it."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

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


class _Server(ThreadedWSGIServer):
    """Ends with every thread of its own: a browser would hold them, and their database, open."""

    daemon_threads = False

    def __init__(self) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Silent)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Remember who is connected."""
        request, address = super().get_request()
        self._open.add(request)
        return request, address

    def close_request(self, request: Any) -> None:
        """Forget who has left."""
        self._open.discard(request)
        super().close_request(request)

    def server_close(self) -> None:
        """Hang up, so that every thread ends and closes its database connection."""
        for request in list(self._open):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)
        super().server_close()


@pytest.fixture
def site(committed_db: None) -> Iterator[str]:
    """Serve the project on a free port of this machine; yield its address."""
    server = _Server()
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
