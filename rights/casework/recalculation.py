"""A calendar that changed by decree: another date is offered, and taken only by a recorded act."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from rights.casework import clocks
from rights.casework.answers import ReasonMissing, pause_of
from rights.casework.events import Acting, day_of, note
from rights.casework.holding import held_right
from rights.lifecycle import OPEN
from rights.models import Clock, RequestedRight


class NothingOffered(Exception):
    """Counted today, the clock has the same dates."""

    code = "nothing_to_recalculate"

    def __init__(self) -> None:
        super().__init__("Counted again, the dates are the same. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Offer:
    """A running clock, and what it would be if it were counted by today's calendars."""

    clock: Clock
    counted: clocks.Counted


def offered(right: RequestedRight) -> list[Offer]:
    """Return the clocks of a right that would have other dates today."""
    return [offer for offer in counted_again(right) if _dates(offer.clock) != _found(offer)]


def all_offered() -> Iterator[Offer]:
    """Yield the offers of every open right, in the order of what is due."""
    rights = RequestedRight.objects.filter(state__in=sorted(OPEN)).select_related("request")
    for right in rights.order_by("statutory_due", "pk"):
        yield from offered(right)


def counted_again(right: RequestedRight) -> Iterator[Offer]:
    """Yield every running clock of a right beside its count by today's calendars and terms."""
    for clock in clocks.running(right):
        counted = clocks.count(
            right.request.laws,
            right.right,
            clocks.event_by_terms(right.request, right.right, clock.event),
            clocks.inputs_of(right.request, clock.started_on, paused=pause_of(right)),
        )
        if counted is not None:
            yield Offer(clock, counted)


def _dates(clock: Clock) -> tuple[object, object]:
    return clock.statutory_due, clock.prudent_due


def _found(offer: Offer) -> tuple[object, object]:
    return offer.counted.found.statutory_due, offer.counted.prudent_due


@transaction.atomic
def recalculate(right_id: int, by: Acting) -> Sequence[Clock]:
    """
    Count the clocks of a right again and let the new ones run; the old ones stay on record.

    :raises ReasonMissing: the act says why: which decree, which correction.
    :raises NothingOffered: when nothing would change.
    """
    right = held_right(right_id)
    if not by.words.strip():
        raise ReasonMissing
    offers = offered(right)
    if not offers:
        raise NothingOffered
    return take(right, offers, by)


def take(right: RequestedRight, offers: Sequence[Offer], by: Acting) -> list[Clock]:
    """Let what is offered run in place of what runs, each by an event; the caller holds both."""
    replaced = []
    for offer in offers:
        clocks.end(right, [offer.clock.event], on=day_of(right.request, by), why="recounted")
        clock = clocks.drafted(right, offer.counted, at=by.at)
        clock.save(force_insert=True)
        replaced.append(clock)
        change = {
            "event": clock.event,
            "from": offer.clock.statutory_due.isoformat(),
            "to": clock.statutory_due.isoformat(),
        }
        note(right.request, "recounted", by, right=right, details=change)
    clocks.settle(right)
    return replaced
