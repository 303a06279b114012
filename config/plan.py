"""What an installation consists of, in the order in which it is started."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

from config import elsewhere, folders, processes, serving
from config.demo import systems
from config.embedded import postgres, valkey
from config.installation import Installation
from config.processes import CannotStart
from config.supervision import Part, Supervisor

Say = Callable[[str], None]
REFUSED = 3  # the exit code of a command of ours that has told, in one sentence, why it refuses
Child = subprocess.Popen[bytes]

# Processes of the bulk worker: they share the parts of an import, and each takes the memory of one.
BULK = min(2, os.cpu_count() or 1)
_ANSWER_SECONDS = 90.0


def require_free_port(address: str, port: int) -> None:
    """
    Make sure that the web can listen where it is told to.

    :raises CannotStart: when it cannot.
    """
    if not 0 < port < 65536:
        raise CannotStart(f"PORT is {port}; choose a number from 1 to 65535.")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} on {address} cannot be used ({error.strerror}); "
                "stop what listens there, or choose another with PORT=8001."
            ) from None


def start_servers(installation: Installation, supervisor: Supervisor, say: Say) -> dict[str, str]:
    """
    Start the servers that no URL names, check the others, and return the environment of the rest.

    MIGRATE_DATABASE_URL is in it; it must not reach web and workers.
    """
    environment = dict(os.environ)
    environment.pop("VENIA_MASTER_KEY_FILE", None)
    environment["VENIA_MASTER_KEY"] = installation.master_key
    environment["PYTHONUNBUFFERED"] = "1"  # what they say is seen when they say it
    environment["VENIA_DATA"] = str(installation.folder)
    folders.private_folder(installation.folder / "static")
    say("Database …")
    environment |= _database(installation.folder, supervisor)
    say("Broker …")
    environment |= _broker(installation.folder, supervisor)
    return environment


def prepare(environment: Mapping[str, str], say: Say) -> None:
    """
    Migrate, grant, and load the demo company unless DEMO=0.

    :raises CannotStart: when a step fails; it has told the reason itself.
    """
    _manage("prepare_database", environment)
    if settings.DEMO and "seed_demo" in get_commands():
        say("Demo company …")
        _manage("seed_demo", environment)
        _manage("open_demo_shop", environment)


def programs(environment: Mapping[str, str]) -> list[Part]:
    """Return web, workers and scheduler, none of which may alter a table."""
    limited = {k: v for k, v in environment.items() if not k.startswith("MIGRATE_DATABASE_URL")}
    if settings.DEMO:
        limited |= systems.variables(settings.DATA_DIR, environment.get("DATABASE_URL", ""))
    celery = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery"]
    celery += ["--quiet", "-A", "config"]
    worker = ["worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    beat = ["beat", "--loglevel", "WARNING", "--schedule", str(settings.DATA_DIR / "beat")]
    commands = {
        "web": serving.command(
            host=settings.BIND_ADDRESS, port=settings.PORT, workers=settings.WEB_WORKERS
        ),
        "worker": [*celery, *worker, "-Q", "due", "-n", "due@%h", "-c", "2"],
        "bulk worker": [*celery, *worker, "-Q", "bulk", "-n", "bulk@%h", "-c", str(BULK)],
        "scheduler": [*celery, *beat, "--pidfile="],
    }
    return [Part(name, _starter(command, limited)) for name, command in commands.items()]


def await_web(supervisor: Supervisor) -> None:
    """
    Wait until the web answers, whatever it answers.

    :raises CannotStart: when it does not.
    """
    address = settings.BIND_ADDRESS.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
    url = f"http://{address}:{settings.PORT}/api/docs/"
    until = time.monotonic() + _ANSWER_SECONDS
    while time.monotonic() < until:
        supervisor.look()
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise CannotStart(f"The web does not answer at {url}; the reason stands in the lines above.")


def announce(environment: Mapping[str, str], say: Say) -> None:
    """Write demo.json, unless DEMO=0, and tell the addresses."""
    if settings.DEMO:
        _manage("write_demo_json", environment)
    say(f"Venia is ready at {settings.PUBLIC_URL}")
    say(f"  API      {settings.PUBLIC_URL}/api/docs/")
    if settings.DEMO:
        say(f"  keys     {settings.DATA_DIR / 'demo.json'}")
    say("Ctrl-C stops everything.")


def manifest_path() -> Path:
    """Return where the keys and addresses of the demo are written."""
    return Path(settings.DATA_DIR) / "demo.json"


def _database(folder: Path, supervisor: Supervisor) -> dict[str, str]:
    if elsewhere.named("DATABASE_URL"):
        elsewhere.require_database("DATABASE_URL")
        elsewhere.require_database("MIGRATE_DATABASE_URL")
        return {}
    server = postgres.start(folder)
    again = Part("database", lambda: postgres.start(folder).process, 0, signal.SIGINT, 20.0)
    supervisor.keep(again, server.process)
    postgres.provision(server)
    return {
        "DATABASE_URL": server.url(postgres.APPLICATION),
        "MIGRATE_DATABASE_URL": server.url(postgres.OWNER),
    }


def _broker(folder: Path, supervisor: Supervisor) -> dict[str, str]:
    if elsewhere.named("BROKER_URL"):
        elsewhere.require_broker("BROKER_URL")
        return {}
    server = valkey.start(folder)
    supervisor.keep(Part("broker", lambda: valkey.start(folder).process, 1), server.process)
    return {"BROKER_URL": server.url}


def _manage(name: str, environment: Mapping[str, str]) -> None:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), name]
    code = processes.run(command, environment=environment)
    if code == REFUSED:
        raise CannotStart("")
    if code:
        raise CannotStart(f"`manage.py {name}` failed (exit code {code}); its reason stands above.")


def _starter(command: list[str], environment: Mapping[str, str]) -> Callable[[], Child]:
    return lambda: processes.start(command, environment=environment)
