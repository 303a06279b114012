"""The application as uvicorn serves it, on a port of this machine, with the tests' database."""

import asyncio
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

Told = tuple[int, dict[str, str], bytes]
OF_THE_WAY = {"date", "connection", "transfer-encoding", "content-length"}
_USUAL = {"Content-Type": "application/json", "Host": "localhost"}


@contextmanager
def served(*, idle: int = 75) -> Iterator[int]:
    """
    Serve `config.asgi` in a thread of its own; yield the port.

    A connection over which nothing comes is closed after `idle` seconds.
    """
    from config.asgi import application  # the apps must be loaded first
    from config.protocol import Protocol

    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        settings = uvicorn.Config(
            application,
            http=Protocol,
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=idle,
        )
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([line])))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            yield line.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def told(port: int, path: str, body: bytes, **headers: str) -> Told:
    """Send one request as a program would; `_` in the name of a header stands for `-`."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("POST", path, body, _USUAL | {k.replace("_", "-"): v for k, v in headers.items()})
    answer = line.getresponse()
    whole = answer.read()
    line.close()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, whole


def in_wsgi(headers: dict[str, str]) -> dict[str, str]:
    """Return the headers that `told` takes as WSGI names them."""
    plain = {"Content_Type": "CONTENT_TYPE"}
    return {plain.get(name, f"HTTP_{name.upper()}"): value for name, value in headers.items()}
