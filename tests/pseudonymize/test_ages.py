"""Age classes never make anybody older than they are."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudonymize.ages import age_changes_on, age_class, age_class_at, age_on
from pseudonymize.thresholds import thresholds

AGES = (12, 13, 14, 16, 18)
days = st.dates(date(1930, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("born", "on", "known", "changes"),
    [
        pytest.param("2012-05-20", "2026-05-19", 13, "2026-06-01", id="the day before turning 14"),
        pytest.param("2012-05-20", "2026-05-20", 14, "2028-06-01", id="the birthday itself"),
        pytest.param("2012-12-03", "2026-11-02", 13, "2027-01-01", id="December rolls the year"),
        pytest.param("2012-02-29", "2026-02-28", 13, "2026-03-01", id="29 February: not before"),
        pytest.param("2012-02-29", "2026-03-01", 14, "2028-03-01", id="29 February: 1 March"),
        pytest.param("2020-01-01", "2026-11-02", 0, "2032-02-01", id="a small child"),
        pytest.param("1980-01-01", "2026-11-02", 18, None, id="an adult"),
    ],
)
def test_the_class_and_the_day_it_changes(
    born: str, on: str, known: int, changes: str | None
) -> None:
    birth, day = date.fromisoformat(born), date.fromisoformat(on)
    assert age_class(birth, day, AGES) == known
    assert age_changes_on(birth, day, AGES) == (changes and date.fromisoformat(changes))


@given(born=days, registered_after=st.integers(0, 20_000), asked_after=st.integers(0, 20_000))
def test_nobody_is_taken_for_older_than_they_are_nor_long_for_younger(
    born: date, registered_after: int, asked_after: int
) -> None:
    registered = born + timedelta(days=registered_after)
    asked = registered + timedelta(days=asked_after)
    known = age_class(born, registered, AGES)
    changes = age_changes_on(born, registered, AGES)
    answer = age_class_at(known, changes, asked, AGES)
    assert answer is not None
    assert answer <= age_on(born, asked)
    a_month_ago = max(asked - timedelta(days=31), registered)
    assert answer >= age_class(born, a_month_ago, AGES)


@given(born=days, registered_after=st.integers(0, 8_000), asked_after=st.integers(0, 8_000))
def test_a_threshold_added_later_makes_nobody_older(
    born: date, registered_after: int, asked_after: int
) -> None:
    registered = born + timedelta(days=registered_after)
    asked = registered + timedelta(days=asked_after)
    known = age_class(born, registered, AGES)
    changes = age_changes_on(born, registered, AGES)
    answer = age_class_at(known, changes, asked, (*AGES, 15, 17, 21))
    assert answer is not None
    assert answer <= age_on(born, asked)


def test_an_unknown_age_stays_unknown() -> None:
    assert age_class_at(None, None, date(2026, 11, 2), AGES) is None


def test_the_thresholds_hold_the_ages_that_the_laws_name() -> None:
    assert set(thresholds()) >= {12, 13, 14, 15, 16, 18}
    assert list(thresholds()) == sorted(thresholds())
