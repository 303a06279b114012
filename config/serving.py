"""How the web is served: by uvicorn, in one process or several."""

import sys


def command(*, host: str, port: int, workers: int) -> list[str]:
    """Return the command that serves the web."""
    return [
        *(sys.executable, "-m", "uvicorn", "config.asgi:application"),
        *("--host", host, "--port", str(port), "--workers", str(workers), "--backlog", "1024"),
        *(
            "--loop",
            "uvloop",
            "--http",
            "config.protocol:Protocol",
            "--ws",
            "none",
            "--lifespan",
            "off",
        ),
        # A caller's connection outlasts its pauses; whom to believe is said by TRUSTED_PROXIES.
        *("--timeout-keep-alive", "75", "--timeout-graceful-shutdown", "4", "--no-proxy-headers"),
        *("--no-access-log", "--no-server-header", "--log-level", "warning"),
    ]
