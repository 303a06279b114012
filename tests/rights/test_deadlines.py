"""Properties that hold for every clock of every law, and the steps that explain a date."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.calendars import calendar_for
from jurisdictions.load import laws
from jurisdictions.model import Clock, Law, Unit
from rights.deadlines import day_deadline, hour_deadline, same_day_months_later

REGIONS = [
    *("ES", "ES-MD", "ES-AN", "FR", "DE-BY", "BR", "BR-SP", "MX/LFT", "MX/LFPA", "CO", "AR"),
    *("AR-C", "CL", "GB-SCT", "US-CA", "UY", "PE", "EC"),
]
DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 31))  # noqa: DTZ001
ALL_CLOCKS = [clock for law in laws().values() for clock in law.clocks.values()]
CLOCKS = st.sampled_from([clock for clock in ALL_CLOCKS if clock.unit is not Unit.HOURS])
HOURS = st.sampled_from([clock for clock in ALL_CLOCKS if clock.unit is Unit.HOURS])


@given(day=DAYS, later=st.integers(0, 40), clock=CLOCKS, region=st.sampled_from(REGIONS))
def test_a_later_receipt_is_never_due_earlier(
    day: date, later: int, clock: Clock, region: str
) -> None:
    calendar = calendar_for(region)
    first = day_deadline(day, clock, calendar=calendar)
    second = day_deadline(day + timedelta(days=later), clock, calendar=calendar)
    assert first.statutory_due <= second.statutory_due
    assert first.prudent_due <= second.prudent_due


@given(moment=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=9)), clock=HOURS)
def test_a_later_awareness_is_never_due_earlier(
    moment: datetime, later: timedelta, clock: Clock
) -> None:
    calendar = calendar_for("DE")
    first = hour_deadline(moment, clock, calendar=calendar)
    second = hour_deadline(moment + later, clock, calendar=calendar)
    assert first.statutory_due <= second.statutory_due
    assert first.prudent_due == moment + timedelta(hours=clock.length) <= first.statutory_due


@given(day=DAYS, clock=CLOCKS, region=st.sampled_from(REGIONS))
def test_prudence_is_never_later_than_the_statute(day: date, clock: Clock, region: str) -> None:
    found = day_deadline(day, clock, calendar=calendar_for(region))
    assert found.prudent_due <= found.statutory_due


@given(day=DAYS, clock=CLOCKS, region=st.sampled_from(REGIONS))
def test_the_last_step_is_the_statutory_date(day: date, clock: Clock, region: str) -> None:
    found = day_deadline(day, clock, calendar=calendar_for(region))
    assert found.steps[-1].on == found.statutory_due
    assert found.steps[-1].counted or found.statutory_due == day
    assert [step.on for step in found.steps] == sorted(step.on for step in found.steps)
    if clock.unit in {Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS}:
        assert sum(step.counted for step in found.steps) == clock.length


@given(day=DAYS, clock=CLOCKS, region=st.sampled_from(REGIONS))
def test_business_days_and_rolls_end_on_a_working_day(day: date, clock: Clock, region: str) -> None:
    calendar = calendar_for(region)
    found = day_deadline(day, clock, calendar=calendar)
    if clock.unit is Unit.BUSINESS_DAYS or clock.roll.value == "next_working_day":
        assert calendar.is_working_day(found.statutory_due)


@given(day=DAYS, region=st.sampled_from(REGIONS))
@pytest.mark.parametrize("law", laws().values(), ids=laws())
def test_an_extension_is_never_shorter_than_the_answer(law: Law, day: date, region: str) -> None:
    calendar = calendar_for(region)
    for right in law.rights:
        for short, long in (("answer", "answer_extended"), ("execution", "execution_extended")):
            if short in right.clocks and long in right.clocks:
                first = day_deadline(day, law.clocks[right.clocks[short]], calendar=calendar)
                last = day_deadline(day, law.clocks[right.clocks[long]], calendar=calendar)
                assert first.statutory_due < last.statutory_due


@given(day=DAYS, paused_days=st.integers(0, 20))
def test_a_pause_only_postpones(day: date, paused_days: int) -> None:
    clock, calendar = laws()["UK-GDPR"].clocks["access"], calendar_for("GB-ENG")
    plain = day_deadline(day, clock, calendar=calendar)
    paused = day_deadline(day, clock, calendar=calendar, paused_days=paused_days)
    assert plain.statutory_due <= paused.statutory_due
    assert paused.prudent_due == plain.prudent_due + timedelta(days=paused_days)
    assert paused.steps[-1].on == paused.statutory_due


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_months_end_on_the_same_date_or_the_last(day: date, count: int, expected: date) -> None:
    assert same_day_months_later(day, count) == expected


def test_steps_tell_which_days_counted_and_why() -> None:
    clock = laws()["AR-25326"].clocks["claim"]
    found = day_deadline(date(2026, 12, 2), clock, calendar=calendar_for("AR"))
    told = {step.on.day: (step.counted, step.why) for step in found.steps}
    assert told[2] == (
        False,
        "The clock starts with receipt of the claim, or knowing of the error; this day is not "
        "counted.",
    )
    assert told[5] == (False, "Saturday: not counted.")
    assert told[7] == (False, "Bridge Public Holiday: not counted; for the prudent date it is.")
    assert told[8] == (False, "Immaculate Conception: not counted.")
    assert told[11] == (True, "Business day 5 of 5.")


def test_the_rule_names_length_start_roll_and_prudence() -> None:
    clock = laws()["UK-GDPR"].clocks["answer"]
    found = day_deadline(date(2026, 3, 5), clock, calendar=calendar_for("GB"))
    assert found.rule.startswith(
        "1 month from the latest of receipt, proof of identity and fee; a last day off moves to "
        "the next working day. Prudent: the day of the start is day one; a last day off does not "
        "move."
    )
    assert found.source == clock.source


def test_a_term_that_is_the_house_s_own_says_so() -> None:
    clock = laws()["BR-LGPD"].clocks["other_rights"]
    found = day_deadline(date(2026, 3, 5), clock, calendar=calendar_for("BR"))
    assert "the house's own term, the law sets none" in found.rule


def test_working_days_are_held_on_the_clock_s_own_side_of_midnight() -> None:
    clock = laws()["EU-GDPR"].clocks["breach"]
    saturday = datetime.fromisoformat("2026-11-21T10:15:00+01:00")
    found = hour_deadline(saturday, clock)
    assert found.statutory_due.isoformat() == "2026-11-25T00:00:00+01:00"
    assert [step.on.day for step in found.steps] == [21, 22, 24, 25]
