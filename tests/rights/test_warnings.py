"""What the desk warns of, and how it tells the time that is left."""

from datetime import date, timedelta

import pytest

from rights.casework.remaining import remaining
from rights.casework.warnings import BEFORE, pack_changes, warn, warnings
from tests.builders import a_subject
from tests.rights.requests import a_request, the

pytestmark = pytest.mark.django_db
CHANGE = date(2026, 12, 1)


def test_it_warns_on_the_prudent_date_and_counts_a_breach_on_the_statutory_one() -> None:
    a_request("2026-11-02", country="MX")  # prudent 30 November, statutory 1 December
    assert not warnings(on=date(2026, 11, 29)).prudent
    assert warnings(on=date(2026, 11, 30)).prudent
    assert warnings(on=CHANGE).prudent
    told = warnings(on=date(2026, 12, 2))
    assert (len(told.breached), len(told.prudent)) == (1, 0)


def test_it_warns_ninety_days_before_a_pack_changes_with_the_people_it_concerns() -> None:
    a_subject("CL")
    a_request("2026-08-01", country="CL")
    assert pack_changes(on=CHANGE - BEFORE - timedelta(days=1)) == []
    told = pack_changes(on=CHANGE - BEFORE + timedelta(days=1))
    assert [(one.law, one.on, one.begins) for one in told] == [
        ("CL-19628", CHANGE, False),
        ("CL-21719", CHANGE, True),
    ]
    assert {(one.affected, one.people) for one in told} == {(1, 1)}
    assert pack_changes(on=CHANGE) == []


@pytest.mark.parametrize(
    ("country", "day", "count", "unit", "late"),
    [
        ("MX", "2026-11-02", 20, "business_days", False),
        ("MX", "2026-11-30", 1, "business_days", False),
        ("MX", "2026-12-01", 0, "business_days", False),
        ("MX", "2026-12-02", -1, "business_days", True),
        ("ES", "2026-11-02", 30, "calendar_days", False),
        ("ES", "2026-12-03", -1, "calendar_days", True),
    ],
)
def test_time_left_is_in_the_laws_own_unit(
    country: str, day: str, count: int, unit: str, late: bool
) -> None:
    right = the(a_request("2026-11-02", country=country), "access")
    left = remaining(right.clocks.get(), right="access", today=date.fromisoformat(day))
    assert (left.count, left.unit, left.is_late) == (count, unit, late)


def test_the_log_is_warned_in_numbers_only(caplog: pytest.LogCaptureFixture) -> None:
    a_request("2026-11-02", country="MX")
    assert warn(on=CHANGE) == 1
    assert warn(on=date(2026, 12, 2)) == 1
    assert "rights.due breached=1 prudent=0" in caplog.text


def test_the_bar_fills_from_the_start_to_the_date() -> None:
    right = the(a_request("2026-11-02"), "access")
    days = ("2026-11-02", "2026-11-17", "2026-12-02", "2027-01-01")
    clock = right.clocks.get()
    spent = [remaining(clock, right="access", today=date.fromisoformat(d)).spent for d in days]
    assert spent == [0, 50, 100, 100]
