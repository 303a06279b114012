"""
The one protocol of all connectors: a `Call` goes out, an answer comes back.

A connector is a function `(System, Call) -> Answer`. It may be called again with the same
`task` at any time, after a crash or a lost answer: the second call must change nothing more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from rights.systems.declaration import System, Work

# done: as asked. nothing: the person is not known there. kept: done, but for what `report` names.
DONE, NOTHING, KEPT = "done", "nothing", "kept"
OUTCOMES = (DONE, NOTHING, KEPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One task for one system. `repr` hides who it is about."""

    task: str  # tsk_…, the idempotency key
    errand: str  # err_…
    errand_id: int
    subject_key: int = field(repr=False)
    work: Work
    cause: str
    attempt: int
    at: datetime
    identifiers: tuple[tuple[str, str], ...] = field(repr=False)  # (kind, value), as declared
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Settled:
    """
    The system has done it.

    `report` by work: export `{"records": {field: …}}` of the declared fields; verify `{"held":
    {field: count}}`; erase, block, rectify `{"kept": [{field, ground, until}]}`; or nothing.
    """

    outcome: str
    report: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Pending:
    """
    It was taken on; the answer comes by a callback, or when the call is repeated.

    `reference` is the system's own number for it. Without `ask_after` the call is not repeated.
    """

    reference: str = ""
    ask_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """
    It did not work, and is tried again. `trouble` is a code; nothing of the person is in it.

    `lasting`: trying again alone will not help, so the desk is told at once. `stopped`: it may
    not be tried again before an officer lets it.
    """

    trouble: str
    lasting: bool = False
    stopped: bool = False
    wait: timedelta | None = None  # as the system wished (Retry-After)


Answer = Settled | Pending | Failed


class Connect(Protocol):
    """A connector."""

    def __call__(self, system: System, call: Call) -> Answer: ...
