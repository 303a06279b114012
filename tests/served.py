"""The application as uvicorn serves it, on a port of this machine, with the tests' database."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn


@contextmanager
def served() -> Iterator[int]:
    """Serve `config.asgi` in a thread of its own; yield the port."""
    from config.asgi import application  # the apps must be loaded first

    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        options = {"ws": "none", "lifespan": "off", "log_level": "warning", "access_log": False}
        server = uvicorn.Server(
            uvicorn.Config(application, proxy_headers=False, server_header=False, **options)  # type: ignore[arg-type]
        )
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
