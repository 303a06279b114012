"""Pseudonyms change on the first of a month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudonymize.release.epochs import ScopeMalformed, epoch_on

QUARTERLY = "insurer/marketing.offers"
YEARLY = "recommender/personalisation.recommendations"
MONTHLY = "analytics/analytics.aggregated"


@pytest.mark.parametrize(
    ("scope", "day", "epoch", "last_day"),
    [
        (QUARTERLY, "2026-11-21", "2026-10+3", "2026-12-31"),
        (QUARTERLY, "2026-12-31", "2026-10+3", "2026-12-31"),
        (QUARTERLY, "2027-01-01", "2027-01+3", "2027-03-31"),
        (YEARLY, "2026-11-21", "2026-01+12", "2026-12-31"),
        (MONTHLY, "2026-12-05", "2026-12+1", "2026-12-31"),
        (MONTHLY, "2028-02-05", "2028-02+1", "2028-02-29"),
    ],
)
def test_an_epoch_and_its_last_day(scope: str, day: str, epoch: str, last_day: str) -> None:
    assert epoch_on(scope, date.fromisoformat(day)) == (epoch, date.fromisoformat(last_day))


@given(
    scope=st.sampled_from([QUARTERLY, YEARLY, MONTHLY]),
    day=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_an_epoch_ends_on_its_last_day_and_not_before(scope: str, day: date) -> None:
    epoch, last_day = epoch_on(scope, day)
    assert day <= last_day
    assert epoch_on(scope, last_day)[0] == epoch
    assert epoch_on(scope, last_day + timedelta(days=1))[0] != epoch


@pytest.mark.parametrize("scope", ["", "recommender", "a/b/c", "A/b", "a/", "/b", "a/ b"])
def test_a_scope_is_a_recipient_and_a_purpose(scope: str) -> None:
    with pytest.raises(ScopeMalformed):
        epoch_on(scope, date(2026, 11, 21))
