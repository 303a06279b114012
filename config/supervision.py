"""Keeps the parts of an installation running: restarts what crashes, ends all of it together."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from config import processes
from config.processes import CannotStart

CRASHES = 5
WITHIN_SECONDS = 60.0
_FIRST_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """Something to keep running. Parts of a higher `tier` need those below, and end first."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    tier: int = 2
    ends_by: signal.Signals = signal.SIGTERM
    patience: float = 6.0


@dataclass(slots=True)
class _Running:
    part: Part
    process: subprocess.Popen[bytes]
    crashes: list[float] = field(default_factory=list)
    again_at: float | None = None


class Supervisor:
    """The running parts. `say` tells the operator, a line at a time."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._running: list[_Running] = []

    def start(self, part: Part) -> None:
        """Start `part` and keep it running from now on."""
        self.keep(part, part.start())

    def keep(self, part: Part, process: subprocess.Popen[bytes]) -> None:
        """Keep `part` running, which was started as `process`."""
        self._running.append(_Running(part, process))

    def look(self) -> None:
        """
        Start again what has crashed, after a pause that doubles each time. Call it often.

        :raises CannotStart: when a part crashed `CRASHES` times `WITHIN_SECONDS`.
        """
        now = time.monotonic()
        for running in self._running:
            if running.again_at is not None:
                self._start_again(running, now)
            elif running.process.poll() is not None:
                self._note_crash(running, now)

    def stop(self) -> None:
        """End all parts, the highest tier first, and leave no process behind."""
        for tier in sorted({running.part.tier for running in self._running}, reverse=True):
            ending = [r for r in self._running if r.part.tier == tier and r.again_at is None]
            for running in ending:
                if running.process.poll() is None:
                    running.process.send_signal(running.part.ends_by)
            until = time.monotonic() + max((r.part.patience for r in ending), default=0.0)
            for running in ending:
                _await_end(running.process, until)
        self._running.clear()

    def _note_crash(self, running: _Running, now: float) -> None:
        processes.end_group(running.process)
        self._pause(running, now, f"ended unexpectedly (exit code {running.process.returncode})")

    def _pause(self, running: _Running, now: float, what: str) -> None:
        name = running.part.name
        recent = [at for at in running.crashes if now - at < WITHIN_SECONDS]
        running.crashes = [*recent, now]
        if len(running.crashes) >= CRASHES:
            raise CannotStart(
                f"The {name} {what}, the {CRASHES}th time within a minute; "
                "everything is stopped. The reason stands in the lines above."
            )
        pause = _FIRST_PAUSE * 2 ** len(recent)
        running.again_at = now + pause
        self._say(f"The {name} {what}; again in {pause:g} s.")

    def _start_again(self, running: _Running, now: float) -> None:
        if running.again_at is not None and now >= running.again_at:
            try:
                running.process = running.part.start()
            except CannotStart as reason:
                self._pause(running, now, f"did not start again ({reason})")
            else:
                running.again_at = None


def _await_end(process: subprocess.Popen[bytes], until: float) -> None:
    try:
        process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        pass
    finally:
        processes.end_group(process)
