"""
What a restored backup must not bring back: a journal outside the database, line by line.

A line holds a keyed digest of an id that no longer exists, or of an address that is not to be
addressed; without the master key it leads to nobody, with it only to who is in an older backup.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

ERASED, BLOCKED, SUPPRESSED = "erased", "blocked", "suppressed"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done: `what`, when, to which digest (hex), and until when or on what."""

    what: str
    at: str  # ISO 8601, with its offset
    digest: str
    detail: str = ""  # last day of a blocking; channel of a suppression

    @property
    def until(self) -> date | None:
        """Return the last day of a blocking; None where none was set."""
        return date.fromisoformat(self.detail) if self.what == BLOCKED and self.detail else None


class JournalBroken(Exception):
    """A line of the journal cannot be read; what comes after it was not replayed."""

    code = "journal_broken"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Line {number} of the journal of erasures cannot be read. Take the journal from "
            "another copy, or remove that line if it is the last and only half written."
        )


def line(what: str, digest: bytes, *, at: datetime, detail: str = "") -> Line:
    """Return a line, not yet written."""
    return Line(what, at.isoformat(), digest.hex(), detail)


def append(lines: list[Line]) -> None:
    """
    Write lines to the end of the journal and make sure that they lie on the disk.

    Called inside the transaction, before it ends: a line too many is erased again for nothing, a
    line too few would come back with a backup. What a step that was broken off had written is
    not written again, and what it had half written is taken away.

    :raises OSError: when the disk does not take all of it; the step is then taken again.
    """
    if not lines:
        return
    descriptor = os.open(path(), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        written = file.read()
        whole = _whole(written)
        fresh = [one for one in lines if not _stands(one, whole)]
        text = "".join(json.dumps(asdict(one), sort_keys=True) + "\n" for one in fresh)
        file.truncate(min(len(whole), len(written)))
        file.seek(0, os.SEEK_END)
        file.write(whole[len(written) :] + text.encode())
        file.flush()
        os.fsync(file.fileno())


def _whole(written: bytes) -> bytes:
    """Return what was written without the half line at its end; a last one may lack its end."""
    until = written.rfind(b"\n") + 1
    try:
        json.loads(written[until:])
    except ValueError:
        return written[:until]
    return written + b"\n"


def _stands(line: Line, written: bytes) -> bool:
    """Return whether the journal says this already; of blockings the last one counts."""
    digest = line.digest.encode()
    if digest not in written:
        return False
    same = [Line(**json.loads(text)) for text in written.splitlines() if digest in text]
    details = [one.detail for one in same if one.what == line.what]
    return line.detail in (details[-1:] if line.what == BLOCKED else details)


def read() -> Iterator[Line]:
    """
    Yield every line, oldest first; nothing when there is no journal yet.

    :raises JournalBroken: for a line that is none.
    """
    if not path().exists():
        return
    with path().open(encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            try:
                yield Line(**json.loads(text))
            except (ValueError, TypeError):
                raise JournalBroken(number) from None


def path() -> Path:
    """Return where the journal lies."""
    return Path(settings.VENIA_ERASURE_JOURNAL)
