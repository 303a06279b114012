"""The demo's desk has something to do, and a past that was on time."""

from datetime import UTC, datetime

import pytest

from config.demo import company
from rights import figures, queries
from rights.models import RightsRequest

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def test_the_desk_of_the_demo_has_open_and_answered_requests() -> None:
    company.load(at=AT, count=600)
    assert queries.waiting().count() >= 3
    assert RightsRequest.objects.filter(closed_at__isnull=False).count() >= 5
    assert {"ES", "MX"} <= set(RightsRequest.objects.values_list("country", flat=True))
    rates = figures.on_time("law", since=datetime(2025, 1, 1, tzinfo=UTC).date())
    assert all(rate.percent == 100 for rate in rates)
