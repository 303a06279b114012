"""
Whose term is over: people of whom a purpose, a system or the whole house has had no sign for it.

A sign is an act of theirs, a decision about them, or their registration. Terms are those that the
catalogue declares per purpose and the systems for themselves. Read in batches, never all at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from consent import queries as consents
from consent import signs as acts
from consent.act import is_within
from consent.catalogue import Purpose
from policies import signs as decisions
from pseudonymize import signs as registrations
from rights.deadlines import same_day_months_later
from rights.erasure import preview
from rights.models import Erasure, RightsRequest
from rights.systems.declaration import System

PURPOSE, SYSTEM, PERSON = "purpose", "system", "person"
_BATCH = 500
_ALWAYS = frozenset({"contract", "legal_obligation"})


@dataclass(frozen=True, slots=True)
class Term:
    """How long one purpose, one system, or everything together may keep a person."""

    kind: str
    key: str
    months: int

    def before(self, today: date) -> date:
        """Return the first day on which a sign still keeps the person."""
        return same_day_months_later(today, -self.months)


@dataclass(frozen=True, slots=True)
class Outdated:
    """Somebody whose term is over, and the last sign of them."""

    subject_key: int
    last: datetime


def all_terms() -> list[Term]:
    """Return every declared term; that of the whole person is the longest of all."""
    purposes = [
        Term(PURPOSE, key, max(one.retention_months, one.validity_months))
        for key, one in consents.purposes().items()
    ]
    held = [
        Term(SYSTEM, one.key, one.retention.months) for one in preview.erasable() if one.retention
    ]
    longest = max((term.months for term in [*purposes, *held]), default=0)
    return [*purposes, *held, *([Term(PERSON, "", longest)] if longest else [])]


def outdated(term: Term, *, before: date, after_key: int = 0) -> Iterator[list[Outdated]]:
    """
    Yield batches of those whose term is over, in the order of their keys, from after `after_key`.

    Left out are people with an open request, an erasure under way, or one that ended for this term.
    """
    moment = datetime.combine(before, time(), UTC)
    while found := _read(term, moment, after_key):
        after_key = found[-1][0]
        free = _free([key for key, _ in found], term, moment)
        yield [Outdated(key, last) for key, last in found if key in free]


def _read(term: Term, moment: datetime, after_key: int) -> list[tuple[int, datetime]]:
    if term.kind == PURPOSE:
        return acts.quiet_since(term.key, before=moment, after_key=after_key, most=_BATCH)
    return registrations.registered_before(moment, after_key=after_key, most=_BATCH)


def _free(keys: Sequence[int], term: Term, moment: datetime) -> set[int]:
    """Return those whom nothing keeps: no sign of them, no request, and not done before."""
    free = registrations.active(keys)
    free -= decisions.used_since(keys, since=moment, purposes=_purposes_of(term))
    if term.kind == PERSON:
        free -= acts.acted_since(keys, since=moment)
    if term.kind == SYSTEM:
        free -= _acted_on(keys, _purposes_of(term) or [], moment)
    asking = RightsRequest.objects.filter(subject_key__in=keys, closed_at=None)
    free -= {key for key in asking.values_list("subject_key", flat=True) if key is not None}
    return free - _in_hand(keys, term)


def _acted_on(keys: Sequence[int], purposes: Sequence[str], moment: datetime) -> set[int]:
    recent = acts.acted_since(keys, since=moment)
    return {
        key
        for key in recent
        if any(at >= moment for name, at in acts.last_acts(key).items() if name in purposes)
    }


def _purposes_of(term: Term) -> list[str] | None:
    """Return the purposes whose use is a sign for a term; None: any."""
    if term.kind == PURPOSE:
        return [term.key]
    if term.kind == PERSON:
        return None
    system = next((one for one in preview.erasable() if one.key == term.key), None)
    held = system.categories if system else ()
    return [key for key, one in consents.purposes().items() if overlap(one.data_categories, held)]


def _in_hand(keys: Sequence[int], term: Term) -> set[int]:
    rows = Erasure.objects.filter(subject_key__in=keys)
    running = rows.filter(ended_at=None)
    done = rows.filter(proposal__kind=term.kind, proposal__key=term.key)
    return set((running | done).values_list("subject_key", flat=True))


def scope(subject_key: int, term: Term, *, today: date) -> list[str] | None:
    """
    Return the systems that an erasure for a term concerns; None for the whole person.

    For a purpose: those that hold its data, but for data that a purpose which still lives needs.
    """
    if term.kind == PERSON:
        return None
    if term.kind == SYSTEM:
        return [term.key]
    purposes = consents.purposes()
    if term.key not in purposes:
        return []
    own, needed = purposes[term.key].data_categories, _needed(subject_key, purposes, today)
    return [one.key for one in preview.erasable() if _only_for(one, own, needed)]


def _only_for(system: System, own: Sequence[str], needed: Sequence[str]) -> bool:
    return overlap(system.categories, own) and not overlap(system.categories, needed)


def _needed(subject_key: int, purposes: Mapping[str, Purpose], today: date) -> list[str]:
    """Return the categories that the person's living purposes need."""
    last = acts.last_acts(subject_key)
    found: list[str] = []
    for key, one in purposes.items():
        since = datetime.combine(same_day_months_later(today, -one.retention_months), time(), UTC)
        always = not _ALWAYS.isdisjoint(one.bases.values())
        used = decisions.used_since([subject_key], since=since, purposes=[key])
        if used or (key in last and last[key] >= since) or (always and _lately(last, since)):
            found += one.data_categories
    return found


def _lately(last: Mapping[str, datetime], since: datetime) -> bool:
    return any(at >= since for at in last.values())


def overlap(left: Sequence[str], right: Sequence[str]) -> bool:
    """Return whether two lists of categories share one, or a part of one (dotted keys inherit)."""
    return any(is_within(a, right) for a in left) or any(is_within(b, left) for b in right)
