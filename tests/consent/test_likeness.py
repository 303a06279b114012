"""Moments are compared as the projection writes them: the order of the texts is that of time."""

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from consent import likeness

zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.datetimes(
    datetime(1900, 1, 2),  # noqa: DTZ001  the zone is drawn with it
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=zones,
)
edges = st.sampled_from([timedelta(), timedelta(microseconds=1), timedelta(seconds=1)])


@given(moments, st.lists(st.tuples(st.integers(-2, 2), edges), min_size=1, max_size=6))
def test_cuts_are_ordered_as_time_is(base: datetime, near: list[tuple[int, timedelta]]) -> None:
    found = [base.replace(microsecond=0) + sign * edge for sign, edge in near]
    assert likeness.cuts(found) == [text for m in sorted(found) for text in likeness.cuts([m])]
