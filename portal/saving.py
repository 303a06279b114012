"""Records what a person chooses on a page: all of it or nothing, and never over another tab."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from consent import operations, queries
from consent.act import ContactHours, Kind
from consent.operations import NewAct
from portal.grounds import Grounded, Mode, by_key, grounds
from portal.selection import Selection, Step, everything, is_on, no, steps
from portal.visitor import Visitor
from pseudonymize import operations as subjects

METHOD = "preference_center"
STOP_METHOD = "stop_link"
BASIC = "personalisation.basic"
PAUSE = timedelta(days=30)

Wish = tuple[Grounded, Step]
Found = Mapping[str, Grounded]
Choose = Callable[[Found], Iterable[Wish]]


class Conflict(Exception):
    """Something was recorded after the page was shown; nothing of the page was saved."""

    def __init__(self, seen: int) -> None:
        self.seen = seen
        super().__init__("What stands has changed since the page was shown. Look at it again.")


class NeedsGuardian(Exception):
    """Below the age of consent, a yes is for the guardian to say."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page showed when it was sent: how many acts, and which notice if it was one."""

    acts: int
    notice: str | None = None


def acts_so_far(subject_key: int) -> int:
    """Return how many acts are on record: the version of everything a page shows."""
    newest = queries.history(subject_key).order_by("-sequence")
    return newest.values_list("sequence", flat=True).first() or 0


@transaction.atomic
def save(visitor: Visitor, choose: Choose, *, seen: Seen) -> int:
    """
    Record what `choose` makes of the purposes as they stand; returns how many acts it took.

    :raises Conflict: when anything was recorded since the page was shown, or its notice changed.
    :raises NeedsGuardian: when a minor would say yes.
    :raises ActRefused: when an act cannot be so; then none is recorded.
    """
    only_if_unchanged(visitor, seen)
    found = by_key(grounds(visitor.subject_key, at=visitor.at))
    wishes = list(choose(found))
    for wish in wishes:
        _record(visitor, wish, seen)
    return len(wishes)


def only_if_unchanged(visitor: Visitor, seen: Seen) -> None:
    """
    Lock the person for what the open transaction is about to record.

    :raises Conflict: when anything was recorded since the page was shown.
    """
    subjects.lock(visitor.subject_key)
    if acts_so_far(visitor.subject_key) != seen.acts:
        raise Conflict(seen.acts)


def _record(visitor: Visitor, wish: Wish, seen: Seen) -> None:
    found, step = wish
    granted = step.kind is Kind.GRANTED
    if granted and found.below_consent_age and not visitor.is_guardian:
        raise NeedsGuardian
    notice = found.purpose.notice_on(visitor.today)
    if granted and seen.notice and (notice is None or notice.version != seen.notice):
        raise Conflict(seen.acts)
    act = NewAct(
        kind=step.kind,
        method=METHOD,
        purpose=found.purpose.key,
        actor=visitor.actor,
        notice_version=notice.version if notice else None,
        locale=visitor.locale if notice else "",
        channels=step.channels,
        data_categories=step.categories,
        frequency=step.frequency,
        explicit=granted and found.needs_explicit,  # the page shows the whole statement there
    )
    operations.record_act(visitor.subject_key, act, caller="person", at=visitor.at)


def choosing(key: str, wanted: Selection) -> Choose:
    """Choose exactly `wanted` for one purpose."""

    def choose(found: Found) -> Iterable[Wish]:
        one = found.get(key)
        if one is None or one.mode in (Mode.NEEDED, Mode.CLOSED):
            return []
        return [(one, step) for step in steps(one, wanted)]

    return choose


def allowing(key: str) -> Choose:
    """Say yes to all that the notice names; what is allowed in part already stays as it is."""

    def choose(found: Found) -> Iterable[Wish]:
        one = found.get(key)
        if one is None or one.mode in (Mode.NEEDED, Mode.CLOSED):
            return []
        if is_on(one) and one.standing.layers:
            return []
        return [(one, step) for step in steps(one, everything(one.purpose))]

    return choose


def only_basics(found: Found) -> Iterable[Wish]:
    """Allow basic personalisation, and end everything else that is up to the person."""
    for key, one in found.items():
        if one.mode not in (Mode.ASK, Mode.TACIT):
            continue
        if key == BASIC:
            yield from ((one, step) for step in steps(one, everything(one.purpose)))
        elif is_on(one):
            yield one, no(one)


def nothing_optional(found: Found) -> Iterable[Wish]:
    """End everything that is up to the person."""
    for one in found.values():
        if one.mode in (Mode.ASK, Mode.TACIT) and is_on(one):
            yield one, no(one)


def no_marketing(found: Found) -> Iterable[Wish]:
    """Say no to every purpose that advertises, asked or not."""
    for one in found.values():
        if one.purpose.advertising and one.mode is not Mode.NEEDED:
            yield from ((one, step) for step in steps(one, Selection()))


@transaction.atomic
def pause(visitor: Visitor, *, seen: Seen) -> None:
    """Pause all but services for `PAUSE`, today included."""
    only_if_unchanged(visitor, seen)
    until = visitor.today + PAUSE
    act = NewAct(kind=Kind.PAUSED, method=METHOD, actor=visitor.actor, until=until)
    operations.pause(visitor.subject_key, act, caller="person", at=visitor.at)


@transaction.atomic
def resume(visitor: Visitor, *, seen: Seen) -> None:
    """End the pause now."""
    only_if_unchanged(visitor, seen)
    act = NewAct(kind=Kind.RESUMED, method=METHOD, actor=visitor.actor)
    operations.resume(visitor.subject_key, act, caller="person", at=visitor.at)


@transaction.atomic
def set_hours(visitor: Visitor, hours: ContactHours, *, seen: Seen) -> None:
    """Record the days and hours in which the person may be addressed, per channel."""
    only_if_unchanged(visitor, seen)
    act = NewAct(kind=Kind.CONTACT_HOURS, method=METHOD, actor=visitor.actor, hours=hours)
    operations.record_act(visitor.subject_key, act, caller="person", at=visitor.at)


@transaction.atomic
def stop_marketing(subject_key: int, *, at: datetime) -> int:
    """
    Say no to all marketing by a stop link, which needs no visit; returns how many acts.

    Twice is harmless. It can only stop: it neither reads nor grants.

    Source: RFC 8058 (one-click); GDPR art. 21(2).
    """
    subjects.lock(subject_key)
    found = by_key(grounds(subject_key, at=at))
    acts = [
        NewAct(kind=step.kind, method=STOP_METHOD, purpose=one.purpose.key)
        for one, step in no_marketing(found)
    ]
    operations.record_history(subject_key, acts, caller="person", at=at)
    return len(acts)
