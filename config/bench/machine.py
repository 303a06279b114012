"""Servers on one core, load on another, and what they used of the processor."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from config import serving

_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE = 60.0


def cores() -> tuple[int, int] | None:
    """Return a core for the servers and one for the load; None where there is only one."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    allowed = sorted(os.sched_getaffinity(0))
    return (allowed[0], allowed[1]) if len(allowed) > 1 else None


def part(server: int) -> None:
    """Put the database on the servers' core, and ourselves, the load, on the other."""
    if found := cores():
        pin(server, found[0])
        os.sched_setaffinity(0, {found[1]})


def pin(process: int, core: int) -> None:
    """Keep a process, its threads and its children on one core."""
    for member in family(process):
        for task in Path(f"/proc/{member}/task").glob("*"):
            os.sched_setaffinity(int(task.name), {core})


def spread(process: int) -> None:
    """Let a process, its threads and its children run on any core."""
    every = set(range(os.cpu_count() or 1))
    for member in family(process):
        for task in Path(f"/proc/{member}/task").glob("*"):
            os.sched_setaffinity(int(task.name), every)


def family(process: int) -> list[int]:
    """Return a process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(fields[1]), []).append(int(file.parent.name))
    found = [process]
    for member in found:
        found += parents.get(member, [])
    return found


def cpu_seconds(process: int) -> float:
    """Return what a process and its descendants have used, user and system, so far."""
    used = 0
    for member in family(process):
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        used += int(fields[11]) + int(fields[12])
    return used / _TICKS


@contextmanager
def ours(environment: Mapping[str, str], *, workers: int = 1) -> Iterator[tuple[int, int]]:
    """Serve Venia as it is served everywhere; yield the process and its port."""
    port = free_port()
    command = serving.command(host="127.0.0.1", port=port, workers=workers)
    with running(command, port, environment) as process:
        yield process, port


@contextmanager
def granian(
    module: str, environment: Mapping[str, str], *, workers: int = 1
) -> Iterator[tuple[int, int]]:
    """Serve a WSGI application by what serves those fastest; yield the process and its port."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", f"{module}:application"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-ws", "--workers", str(workers)]
    command += ["--blocking-threads", "1", "--blocking-threads-idle-timeout", "600"]
    command += ["--backlog", "1024", "--no-access-log", "--log-level", "warning"]
    with running(command, port, environment) as process:
        yield process, port


@contextmanager
def running(
    command: list[str], port: int, environment: Mapping[str, str], *, quiet: bool = False
) -> Iterator[int]:
    """Run a server until the block ends; yield its process once it listens."""
    said = subprocess.DEVNULL if quiet else None
    child = subprocess.Popen(
        command, env=dict(environment), start_new_session=True, stdout=said, stderr=said
    )
    try:
        _await(child, port)
        if found := cores():
            pin(child.pid, found[0])
        yield child.pid
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(child: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if child.poll() is not None:
            raise RuntimeError(f"A server ended at once with code {child.returncode}.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"A server did not listen on port {port} within {_PATIENCE:.0f} seconds.")
