"""Child processes that never outlive the program that started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class CannotStart(Exception):
    """Something needed cannot be started; the message is one sentence that says what to do."""

    code = "cannot_start"


def start(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
    parting: signal.Signals = signal.SIGTERM,
    keeps: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """
    Start `command` in a process group of its own.

    On Linux the kernel sends it `parting` when we die, however that happens. It keeps the file
    descriptors `keeps` open, so that a lock held through one lasts as long as the child does.
    Its output is added to `log`, or goes where ours goes.
    """
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(log.open("ab")) if log else None
        return subprocess.Popen(
            [str(part) for part in command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT if out else None,
            start_new_session=True,
            pass_fds=keeps,
            preexec_fn=_parting_gift(parting),
        )


def run(command: Sequence[str | Path], *, environment: Mapping[str, str]) -> int:
    """Run `command` to its end and return its exit code; when we are interrupted, it ends too."""
    process = start(command, environment=environment)
    try:
        return process.wait()
    finally:
        stop(process, patience=2)


def stop(
    process: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM, patience: float = 8.0
) -> None:
    """Ask `process` to end, wait `patience` seconds, then end what is left of its group."""
    if process.poll() is None:
        process.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the group of `process`: a crash of the parent orphans the rest."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def waits_in_vain(parent: int) -> bool:
    """
    Return whether `parent` is a `make` that was told to stop and now only waits for us.

    GNU make passes SIGTERM on, but SIGINT not: it blocks it and waits. A terminal sends SIGINT to
    both, everything else only to make. Told from /proc; False where there is none.
    """
    try:
        status = Path(f"/proc/{parent}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    blocked = int(fields["SigBlk"], 16) >> (signal.SIGINT - 1) & 1
    return bool(blocked) and fields["Name"] in {"make", "gmake"}


def _parting_gift(parting: signal.Signals) -> Callable[[], None] | None:
    libc = _LIBC
    if libc is None:
        return None
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, int(parting))
