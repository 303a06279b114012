"""A whole installation in a folder of its own, started as `make run` starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
_OURS = {"VENIA_MASTER_KEY", "EMAIL_URL", "DATABASE_URL", "MIGRATE_DATABASE_URL", "BROKER_URL"}
_UP = (sys.executable, "manage.py", "up")
_START_SECONDS = 90.0


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def launch(
    folder: Path, port: int, *, command: Sequence[str] = _UP, **environment: str
) -> subprocess.Popen[str]:
    """Start `manage.py up` with nothing set but these."""
    clean = {name: value for name, value in os.environ.items() if name not in _OURS}
    chosen = {"VENIA_DATA": str(folder), "PORT": str(port), "DEMO": "0", "WEB_WORKERS": "1"}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=clean | chosen | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_heed_interrupts,
    )


def _heed_interrupts() -> None:
    """A shell lets what it runs in the background ignore SIGINT; that would be inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def launch_ready(folder: Path, port: int, **environment: str) -> subprocess.Popen[str]:
    """Start it and return once it says that it is ready."""
    process = launch(folder, port, **environment)
    assert process.stdout
    told = []
    for line in process.stdout:
        told.append(line)
        if "Venia is ready" in line:
            return process
    raise AssertionError("it did not start:\n" + "".join(told))


def refusal(folder: Path, port: int, **environment: str) -> str:
    """Return the one sentence with which it refuses to start; it must end by itself, not with 0."""
    process = launch(folder, port, **environment)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1, said
    assert "Traceback" not in said
    return said.strip().splitlines()[-1]


def command(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run another command of ours as an operator would, with nothing set but these."""
    clean = {name: value for name, value in os.environ.items() if name not in _OURS}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=clean | {"VENIA_DATA": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def end(process: subprocess.Popen[str], by: signal.Signals = signal.SIGTERM) -> int:
    """Ask it to end and return its exit code."""
    process.send_signal(by)
    process.communicate(timeout=30)
    return process.returncode


def status(port: int, path: str = "/api/docs/") -> int:
    """Return the HTTP status with which the web answers, waiting for it to come back."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the web does not answer")


def living(folder: Path) -> dict[int, str]:
    """Return the processes that work for the installation in `folder`: their ids and commands."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            command = _works_for(entry, folder)
            if command:
                found[int(entry.name)] = command
    return found


def child(folder: Path, words: str) -> int | None:
    """Return the process that `up` started in `folder` with `words` in its command, if any."""
    commands = living(folder)
    # A part that is just being started is still called as its parent is; the parent came first.
    up = min(pid for pid, command in commands.items() if "manage.py up" in command)
    found = [pid for pid, command in commands.items() if words in command and _parent(pid) == up]
    return found[0] if found else None


def _parent(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:  # it ended while we looked
        return 0
    return int(status.partition("PPid:")[2].split()[0])


def _works_for(entry: Path, folder: Path) -> str | None:
    try:
        command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        here = f"VENIA_DATA={folder}\0".encode() in (entry / "environ").read_bytes()
        inside = str(entry.joinpath("cwd").readlink()).startswith(str(folder))
    except OSError:  # it ended while we looked
        return None
    return command if here or inside or str(folder) in command else None
