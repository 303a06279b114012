"""Standings are alike where nothing differs but moments that lie between the same two cuts."""

import json
from bisect import bisect_right
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent import compact, likeness
from consent.act import Actor, Kind
from consent.state import Layer, Served, Standing

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


_BEGUN = datetime(2026, 3, 1, 9, tzinfo=UTC)
_NEAR = [_BEGUN + timedelta(days=number, seconds=number % 2) for number in range(5)]
_CUTS = likeness.cuts(_NEAR[1:4:2])
_instants = st.sampled_from(_NEAR)
_odd = st.sampled_from(["1.0", compact.instant(_NEAR[0]), f'"at": "{compact.instant(_NEAR[0])}"'])
_layers = st.builds(
    Layer,
    kind=st.sampled_from([Kind.GRANTED, Kind.REFUSED]),
    acted_at=_instants,
    sequence=st.integers(1, 2),
    notice_version=_odd,
    channels=st.sampled_from([None, frozenset({"push"})]),
    categories=st.none(),
    explicit=st.booleans(),
    actor=st.just(Actor.SUBJECT),
    pending_channels=st.just(frozenset[str]()),
)
_standings = st.builds(
    Standing,
    layers=st.lists(_layers, max_size=2).map(tuple),
    served=st.none() | st.builds(Served, _odd, _instants),
    frequencies=st.sampled_from([{}, {"push": 7}]),
)


@pytest.mark.django_db
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.none() | _standings, min_size=2, max_size=12))
def test_columns_are_equal_where_standings_are_alike_and_nowhere_else(
    standings: list[Standing | None],
) -> None:
    forms = [standing and compact.to_json(standing) for standing in standings]
    columns = likeness.columns("s.standing", name="own", cuts="%(cuts)s::text[]")
    told = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    settled = {"own": likeness.settled("own")}
    names = ", ".join(settled.get(name, name) for name in columns)
    asked: dict[str, Any] = {"cuts": _CUTS, "forms": json.dumps(forms)}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {names} FROM (
                SELECT {told}, n FROM (
                    SELECT nullif(form, 'null') AS standing, n
                    FROM jsonb_array_elements(%(forms)s::jsonb) WITH ORDINALITY f (form, n)) s
                ) t ORDER BY n""",
            asked,
        )
        rows = cursor.fetchall()
    plain = [form and _without_moments(form) for form in forms]
    for one in range(len(rows)):
        for other in range(one):
            assert (rows[one] == rows[other]) == (plain[one] == plain[other])


def _without_moments(form: dict[str, Any]) -> dict[str, Any]:
    """Return a standing with the number of the cut in place of each moment."""
    told = dict(form)
    told["layers"] = [
        {**layer, "at": bisect_right(_CUTS, layer["at"]), "seq": 0}
        for layer in form.get("layers", ())
    ]
    if "served" in form:
        told["served"] = [form["served"][0], bisect_right(_CUTS, form["served"][1])]
    return told
