"""A changed calendar is offered, taken by a recorded act, and never applied by itself."""

from datetime import date, timedelta

import pytest

from rights import operations
from rights.casework import recalculation
from rights.models import Clock, RequestEvent, RightsRequest
from tests.rights.requests import a_request, by, the

pytestmark = pytest.mark.django_db


def counted_by_an_older_calendar(request: RightsRequest) -> None:
    """Let the clock be as it was before a decree added a holiday."""
    clock = Clock.objects.get(right__request=request)
    Clock.objects.update(
        statutory_due=clock.statutory_due - timedelta(days=1),
        prudent_due=clock.prudent_due - timedelta(days=1),
        calendar="MX/LFT; holidays 0.1; overrides 0",
    )


def test_nothing_is_offered_while_the_calendar_stands() -> None:
    request = a_request("2026-11-02", country="MX")
    assert recalculation.offered(the(request, "access")) == []
    with pytest.raises(operations.NothingOffered):
        operations.recalculate(the(request, "access").pk, by("2026-11-03", "A decree."))


def test_a_changed_calendar_is_offered_and_not_applied() -> None:
    request = a_request("2026-11-02", country="MX")
    counted_by_an_older_calendar(request)
    offer = recalculation.offered(the(request, "access"))[0]
    assert offer.clock.statutory_due == date(2026, 11, 30)
    assert offer.counted.found.statutory_due == date(2026, 12, 1)
    assert [each.clock for each in recalculation.all_offered()] == [offer.clock]
    assert Clock.objects.get().statutory_due == date(2026, 11, 30)


def test_it_is_taken_by_a_recorded_act_with_its_reason() -> None:
    request = a_request("2026-11-02", country="MX")
    counted_by_an_older_calendar(request)
    right = the(request, "access")
    with pytest.raises(operations.ReasonMissing):
        operations.recalculate(right.pk, by("2026-11-03"))
    operations.recalculate(right.pk, by("2026-11-03", "Decree of 1 November."))
    assert the(request, "access").statutory_due == date(2026, 12, 1)
    old, new = right.clocks.order_by("pk")
    assert (old.ended, new.ended_on) == ("recounted", None)
    event = RequestEvent.objects.get(kind="recounted")
    assert event.details == {"event": "answer", "from": "2026-11-30", "to": "2026-12-01"}
