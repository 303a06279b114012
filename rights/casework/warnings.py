"""What the desk warns of: prudent dates, statutory dates, packs that change, calendars that did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jurisdictions.load import laws as packs
from rights import queries
from rights.models import RequestedRight, RightsRequest

BEFORE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class PackChange:
    """A law that ends or begins soon, and the open requests of the places that it concerns."""

    law: str
    on: date  # the first day of what is new
    begins: bool
    affected: int


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
        if on < law.effective_from <= on + BEFORE:
            found.append(PackChange(law.code, law.effective_from, True, _affected(law.country)))
        last = law.effective_to
        if last is not None and on <= last <= on + BEFORE:
            found.append(
                PackChange(law.code, last + timedelta(days=1), False, _affected(law.country))
            )
    return sorted(found, key=lambda change: (change.on, change.law))


def _affected(country: str) -> int:
    return RightsRequest.objects.filter(country=country, closed_at=None).count()
