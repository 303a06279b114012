"""How far systems are, in the words of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from portal.phrases import locale, phrase, phrases
from rights.systems import queries
from rights.systems.declaration import OWN, Connector, System
from rights.systems.queries import Progress

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import RequestedRight


@dataclass(frozen=True, slots=True)
class Line:
    """One system on a page: what it was asked, how far it is, and whether that is well."""

    title: str
    work: str
    status: str
    mark: str  # yes, wait or no, as the dots of a page
    at: datetime | None
    task: int
    for_person: bool


def at_desk(right: RequestedRight) -> list[Line]:
    """Return every task of a right, the first first."""
    return [_line(one) for one in queries.progress(right)]


def own(right: RequestedRight) -> list[Line]:
    """Return each system once, as its own person is told: done when all it was asked is done."""
    by_system: dict[str, list[Progress]] = {}
    for one in queries.progress(right):
        if one.system.key != OWN:
            by_system.setdefault(one.system.key, []).append(one)
    return [_own_line(tasks) for tasks in by_system.values()]


def _own_line(tasks: Sequence[Progress]) -> Line:
    last = tasks[-1]
    is_done = all(one.settled_at for one in tasks)
    by_hand = last.system.connector is Connector.MANUAL
    status = "done" if is_done else "by_hand" if by_hand else "under_way"
    return Line(
        title=titled(last.system),
        work="",
        status=phrase(f"systems.own.{status}"),
        mark="yes" if is_done else "wait",
        at=last.settled_at if is_done else None,
        task=last.task,
        for_person=False,
    )


def _line(one: Progress) -> Line:
    return Line(
        title=titled(one.system),
        work=phrase(f"systems.works.{one.work}"),
        status=_status(one),
        mark="yes" if one.settled_at else "no" if one.escalated_at else "wait",
        at=one.settled_at or one.escalated_at,
        task=one.task,
        for_person=_needs_person(one),
    )


def _needs_person(one: Progress) -> bool:
    is_manual = one.system.connector is Connector.MANUAL and one.attempts > 0
    return one.settled_at is None and bool(is_manual or one.escalated_at)


def _status(one: Progress) -> str:
    if one.settled_at:
        return phrase(f"systems.outcomes.{one.outcome}")
    if one.escalated_at:
        return phrase("systems.states.escalated")
    if one.system.connector is Connector.MANUAL and one.attempts:
        return phrase("systems.states.by_hand")
    if one.trouble:
        return phrase("systems.states.again", count=one.attempts)
    return phrase(f"systems.states.{one.state}")


def titled(system: System) -> str:
    """Return a system's title in the language of the page."""
    return system.title[locale()]


def trouble(code: str) -> str:
    """Return what kept a system from answering, and what to do about it, in words."""
    name = code.partition("_")[0] if code.startswith(("http_", "sql_")) else code
    known = f"trouble.{name}" in phrases("systems")
    return phrase(f"systems.trouble.{name if known else 'other'}", code=code or "–")
