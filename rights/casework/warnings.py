"""What the desk warns of: prudent dates, statutory dates, packs that change, calendars that did."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jurisdictions.load import laws as packs
from jurisdictions.model import Law
from pseudonymize import queries as subjects
from rights import queries
from rights.models import RequestedRight, RightsRequest

logger = logging.getLogger(__name__)

BEFORE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class PackChange:
    """A law that ends or begins soon, and the open requests of the places that it concerns."""

    law: str
    on: date  # the first day of what is new
    begins: bool
    affected: int  # open requests of its place
    people: int  # registered persons of its place


@dataclass(frozen=True, slots=True)
class Warnings:
    """Everything that somebody should look at today."""

    breached: Sequence[RequestedRight]
    prudent: Sequence[RequestedRight]
    changes: Sequence[PackChange]


def warnings(*, on: date) -> Warnings:
    """Return what is to be warned of on a day."""
    waiting = list(queries.waiting().filter(prudent_due__lte=on))
    return Warnings(
        breached=[right for right in waiting if right.statutory_due and right.statutory_due < on],
        prudent=[right for right in waiting if right.statutory_due and right.statutory_due >= on],
        changes=pack_changes(on=on),
    )


def pack_changes(*, on: date) -> list[PackChange]:
    """Return the packs that begin or end within ninety days of `on`, the soonest first."""
    found = []
    for law in packs().values():
        days = [(law.effective_from, True)]
        if law.effective_to is not None:
            days.append((law.effective_to + timedelta(days=1), False))
        found += [_change(law, day, begins) for day, begins in days if on < day <= on + BEFORE]
    return sorted(found, key=lambda change: (change.on, change.law))


def _change(law: Law, on: date, begins: bool) -> PackChange:
    asked = RightsRequest.objects.filter(country=law.country, closed_at=None).count()
    return PackChange(law.code, on, begins, asked, subjects.living_in(law.country))


def warn(*, on: date) -> int:
    """Write today's warnings into the log, in numbers; return how many rights they concern."""
    told = warnings(on=on)
    if told.breached or told.prudent:
        logger.warning("rights.due breached=%s prudent=%s", len(told.breached), len(told.prudent))
    for change in told.changes:
        logger.info("rights.pack_changes law=%s on=%s", change.law, change.on)
    return len(told.breached) + len(told.prudent)
