"""
What apps above this one must end with a person: they register it when they are ready.

Each may be called twice, inside the transaction that blocks or
destroys the person.
"""

from datetime import datetime
from typing import Protocol


class Close(Protocol):
    """Ends something of one person."""

    def __call__(self, subject_key: int, *, at: datetime) -> object: ...


_REGISTERED: list[Close] = []


def register(close: Close) -> None:
    """Let `close` be called with every person who is blocked or destroyed; once per process."""
    if close not in _REGISTERED:
        _REGISTERED.append(close)


def close_all(subject_key: int, *, at: datetime) -> None:
    """End everything that is registered, for one person."""
    for close in _REGISTERED:
        close(subject_key, at=at)
