"""
After a backup was restored: the erasures that were done since are done again, from the journal.

Whoever is to be erased is closed off at once, then every system is told again, since theirs may
be a restored one too. Who was blocked is blocked again, and who is not to be addressed is not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from jurisdictions.stack import laws_in_force
from pseudonymize import queries as subjects
from pseudonymize import remembrance, suppressions
from rights.casework.events import Acting, legal_day
from rights.erasure import going_on, journal, records
from rights.erasure.course import Step
from rights.erasure.journal import Line
from rights.models import Erasure

ACTOR = "system"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the journal says of everybody, by digest; what came last counts."""

    erased: frozenset[bytes]
    blocked: dict[bytes, Line]
    suppressed: tuple[Line, ...]


@dataclass(slots=True)
class Replayed:
    """What a replay has begun, in numbers."""

    erasures: int = 0
    blockings: int = 0
    suppressions: int = 0
    numbers: tuple[int, ...] = ()


def remembered() -> Remembered:
    """Return what the journal says. :raises JournalBroken: when it cannot be read."""
    lines = list(journal.read())
    erased = frozenset(_digest(one) for one in lines if one.what == journal.ERASED)
    blocked = {_digest(one): one for one in lines if one.what == journal.BLOCKED}
    return Remembered(
        erased=erased,
        blocked={digest: one for digest, one in blocked.items() if digest not in erased},
        suppressed=tuple(one for one in lines if one.what == journal.SUPPRESSED),
    )


def begin(*, at: datetime) -> Replayed:
    """
    Begin again what the journal says and the database does not know; doing it twice is harmless.

    :raises JournalBroken: before anything is done.
    """
    known, done = remembered(), Replayed()
    for line in known.suppressed:
        since = datetime.fromisoformat(line.at).date()
        done.suppressions += suppressions.put_back(line.detail, _digest(line), since=since)
    found = list(_concerned(known))
    for key, blocking in found:
        if blocking is not None and blocking.until is not None:
            done.blockings += _block_again(key, blocking.until, at)
        else:
            done.erasures += _erase_again(key, at)
    running = Erasure.objects.filter(subject_key__in=[key for key, _ in found], ended_at=None)
    done.numbers = tuple(running.values_list("pk", flat=True))
    return done


def _concerned(known: Remembered) -> Iterator[tuple[int, Line | None]]:
    """Yield who is still here and should not be, or should be blocked, with that line."""
    for key, digest in remembrance.living():
        if digest in known.erased:
            yield key, None
        elif digest in known.blocked:
            yield key, known.blocked[digest]


@transaction.atomic
def _erase_again(subject_key: int, at: datetime) -> bool:
    erasure = _running(subject_key)
    if erasure is not None and erasure.step != Step.COOLING:
        return False
    erasure = erasure or _made(subject_key, Step.COOLING, at)
    erasure.cause, erasure.only, erasure.cooling_until = records.REPLAY, None, at
    erasure.save()
    going_on.go_on(erasure.pk, Acting(ACTOR, at))
    return True


@transaction.atomic
def _block_again(subject_key: int, until: date, at: datetime) -> bool:
    """Block somebody again until the day on record; what follows then is the usual course."""
    if _running(subject_key) is not None or subjects.person(subject_key).life == "blocked":
        return False
    erasure = _made(subject_key, Step.BLOCKED, at)
    erasure.blocked_on, erasure.blocked_until = records.today_of(erasure, at), until
    erasure.save()
    going_on.close_off(erasure, Acting(ACTOR, at))
    going_on.go_on(erasure.pk, Acting(ACTOR, at))
    return True


def _running(subject_key: int) -> Erasure | None:
    found = Erasure.objects.filter(subject_key=subject_key, ended_at=None).first()
    return records.held(found.pk) if found else None


def _made(subject_key: int, step: Step, at: datetime) -> Erasure:
    person = subjects.person(subject_key)
    laws = laws_in_force(person.country, person.region or None, legal_day(at, person.country))
    return Erasure.objects.create(
        subject_key=subject_key,
        cause=records.REPLAY,
        step=step,
        laws=[law.code for law in laws],
        suppress=False,
        begun_by=ACTOR,
        begun_at=at,
        cooling_until=at,
        due_at=at,
    )


def acting(at: datetime) -> Acting:
    """Return who replays."""
    return Acting(ACTOR, at)


def _digest(line: Line) -> bytes:
    return bytes.fromhex(line.digest)
