"""A request ends without an answer: the person takes it back, or never says what was missing."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from rights.casework import clocks
from rights.casework.closing import close
from rights.casework.events import Acting, day_of, legal_day, move
from rights.casework.holding import held, held_right
from rights.lifecycle import UNANSWERED, State
from rights.models import Clock, RequestedRight


class TooEarly(Exception):
    """The person still has time to supply what is missing."""

    code = "abandonment_too_early"

    def __init__(self, clock: Clock) -> None:
        super().__init__(f"The person has until {clock.statutory_due} ({clock.source}).")


@transaction.atomic
def withdraw(
    request_id: int, by: Acting, *, rights: Collection[str] | None = None
) -> list[RequestedRight]:
    """Take back a request, or some rights in it, as far as it is unanswered; returns them."""
    request = held(request_id)
    found = request.rights.filter(state__in=sorted(UNANSWERED)).order_by("pk")
    left = [right for right in found if rights is None or right.right in rights]
    for right in left:
        right.request = request
        move(right, State.WITHDRAWN, "withdrawn", by)
        close(right, by, why="withdrawn")
    return left


@transaction.atomic
def abandon(right_id: int, by: Acting) -> RequestedRight:
    """
    Record that a right is taken as withdrawn, because what is missing never came.

    :raises TooEarly: while the person's own period runs.
    Source: Ley 1581/2012 art. 15.1; Reglamento LFPDPPP art. 96.
    """
    right = held_right(right_id)
    clock = right.clocks.filter(ended_on=None, event=clocks.OF_THE_PERSON).first()
    if clock and day_of(right.request, by) <= clock.statutory_due:
        raise TooEarly(clock)
    move(right, State.ABANDONED, "abandoned", by)
    close(right, by, why="abandoned")
    return right


def abandon_due(*, at: datetime) -> int:
    """Abandon every right whose person let the period of the law pass; returns how many."""
    over = Clock.objects.filter(
        ended_on=None, event=clocks.OF_THE_PERSON, statutory_due__lt=at.date()
    ).select_related("right__request")
    done = 0
    for clock in over:
        if legal_day(at, clock.right.request.country) > clock.statutory_due:
            abandon(clock.right_id, Acting("system", at))
            done += 1
    return done
