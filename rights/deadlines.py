"""
The calculus of deadlines: from a day, a clock of a law and a calendar to two dates.

`statutory_due` is the latest date that the text supports, and a breach is counted on it.
`prudent_due` is the earliest arguable one, and the desk warns on it. Pure: no clock, no
settings, no database; a legal day is a `date` where the controller sits.
"""

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from jurisdictions.calendars import WEEKENDS_ONLY, Calendar
from jurisdictions.model import Clock, Roll, Unit
from rights.wording import rule_in_words

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One day of the count: whether it counted towards the statutory date, and why."""

    on: date
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """
    Both dates of one clock; date-times, with the offset of the start, where it runs in hours.

    `calendar` names the calendar and its version; `steps` explain the statutory date.
    """

    statutory_due: date
    prudent_due: date
    rule: str
    source: str
    calendar: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a clock: the latest that the text supports, or the earliest arguable."""

    doubtful_counts: bool
    saturday_counts: bool
    receipt_day_counts: bool
    roll: Roll


def day_deadline(
    start: date, clock: Clock, *, calendar: Calendar, paused_days: int = 0
) -> Deadline:
    """
    Return when a clock that starts on `start` runs out, by both readings.

    `paused_days` do not count; they are added to a period in months before it rolls. The day
    of the start is never counted, save by the prudent reading of a clock that says so.

    Source: Reg. (EEC, Euratom) 1182/71 art. 3 and its like in each law, named by the clock.
    """
    latest = _Reading(False, False, False, clock.roll)
    earliest = _Reading(
        True, clock.prudent_saturday_counts, clock.prudent_receipt_day_counts, clock.prudent_roll
    )
    statutory = _due(start, clock, calendar, latest, paused_days)
    return Deadline(
        statutory_due=statutory,
        prudent_due=_due(start, clock, calendar, earliest, paused_days),
        rule=rule_in_words(clock),
        source=clock.source,
        calendar=calendar.version,
        steps=tuple(_steps(start, statutory, clock, calendar, paused_days)),
    )


def hour_deadline(start: datetime, clock: Clock, *, calendar: Calendar = WEEKENDS_ONLY) -> Deadline:
    """
    Return when a clock in hours runs out, in the offset of `start`; a naive one stays naive.

    The prudent moment is the plain sum. Where the period must hold working days, the statutory
    moment waits until that many times 24 hours have fallen on working days, if that is later.

    Source: Reg. (EEC, Euratom) 1182/71 arts. 3(3), 3(5).
    """
    plain = start + timedelta(hours=clock.length)
    held = _after_working_time(start, timedelta(days=clock.working_days_within), calendar)
    statutory = max(plain, held)
    return Deadline(
        statutory_due=statutory,
        prudent_due=plain,
        rule=rule_in_words(clock),
        source=clock.source,
        calendar=calendar.version if clock.working_days_within else "plain hours",
        steps=_hour_steps(start, plain, statutory, clock, calendar),
    )


def _due(
    start: date, clock: Clock, calendar: Calendar, reading: _Reading, paused_days: int
) -> date:
    early = ONE_DAY if reading.receipt_day_counts else timedelta(0)
    match clock.unit:
        case Unit.BUSINESS_DAYS:
            return _business_days(start, clock.length, calendar, reading)
        case Unit.MONTHS:
            due = same_day_months_later(start, clock.length) - early
        case Unit.CALENDAR_DAYS:
            due = start + timedelta(days=clock.length) - early
        case Unit.NEXT_CALENDAR_MONTH:
            due = same_day_months_later(start.replace(day=1), 1)
        case _:
            due = start
    return _rolled(due + timedelta(days=paused_days), calendar, reading)


def same_day_months_later(day: date, count: int) -> date:
    """
    Return the same date `count` months on, or the last day of that month if it has no such date.

    Source: Reg. (EEC, Euratom) 1182/71 art. 3(2)(c); CCyC art. 6; LOPDGDD DA 3.ª c).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _business_days(start: date, length: int, calendar: Calendar, reading: _Reading) -> date:
    day = start - ONE_DAY if reading.receipt_day_counts else start
    counted = 0
    while counted < length:
        day += ONE_DAY
        counted += _works(day, calendar, reading)
    return day


def _works(day: date, calendar: Calendar, reading: _Reading) -> bool:
    off = calendar.day_off(day)
    if off is None:
        return True
    return (off.doubtful and reading.doubtful_counts) or (off.saturday and reading.saturday_counts)


def _rolled(due: date, calendar: Calendar, reading: _Reading) -> date:
    if reading.roll is Roll.NONE:
        return due
    step = ONE_DAY if reading.roll is Roll.NEXT else -ONE_DAY
    while not _works(due, calendar, reading):
        due += step
    return due


def _steps(
    start: date, due: date, clock: Clock, calendar: Calendar, paused_days: int
) -> Iterator[Step]:
    match clock.unit:
        case Unit.BUSINESS_DAYS:
            yield _start_step(start, clock)
            yield from _business_steps(start, due, clock, calendar)
        case Unit.CALENDAR_DAYS:
            yield _start_step(start, clock)
            yield from _calendar_steps(start, due, clock, calendar)
        case Unit.MONTHS:
            yield _start_step(start, clock)
            yield from _month_steps(start, due, clock, calendar, paused_days)
        case Unit.NEXT_CALENDAR_MONTH:
            yield Step(start, False, f"The clock starts with {clock.starts}.")
            yield Step(due, True, "The first day of the next month, which is included.")
        case _:
            yield Step(
                due, True, f"The clock starts with {clock.starts}; the law gives no number of days."
            )


def _start_step(start: date, clock: Clock) -> Step:
    why = f"The clock starts with {clock.starts}; this day is not counted."
    if clock.prudent_receipt_day_counts:
        why = f"{why} For the prudent date it is day one."
    return Step(start, False, why)


def _business_steps(start: date, due: date, clock: Clock, calendar: Calendar) -> Iterator[Step]:
    day, counted = start, 0
    while day < due:
        day += ONE_DAY
        off = calendar.day_off(day)
        if off is None:
            counted += 1
            yield Step(day, True, f"Business day {counted} of {clock.length}.")
        elif off.doubtful or (off.saturday and clock.prudent_saturday_counts):
            yield Step(day, False, f"{off.name}: not counted; for the prudent date it is.")
        else:
            yield Step(day, False, f"{off.name}: not counted.")


def _calendar_steps(start: date, due: date, clock: Clock, calendar: Calendar) -> Iterator[Step]:
    for number in range(1, clock.length):
        on = start + timedelta(days=number)
        yield Step(on, True, f"Day {number} of {clock.length}.")
    last = start + timedelta(days=clock.length)
    if last == due:
        yield Step(last, True, f"Day {clock.length} of {clock.length}.")
    yield from _roll_steps(last, due, calendar)


def _month_steps(
    start: date, due: date, clock: Clock, calendar: Calendar, paused_days: int
) -> Iterator[Step]:
    nominal = same_day_months_later(start, clock.length)
    missing = nominal.day != start.day
    which = "The last day of the month, which has no such date" if missing else "The same date"
    count = "one month" if clock.length == 1 else f"{clock.length} months"
    last = nominal + timedelta(days=paused_days)
    if nominal < last:
        yield Step(nominal, False, f"{which}, {count} later; {paused_days} days were paused.")
        which, count = "The same date", "the paused days"
    if last == due:
        yield Step(last, True, f"{which}, {count} later.")
    yield from _roll_steps(last, due, calendar)


def _roll_steps(nominal: date, due: date, calendar: Calendar) -> Iterator[Step]:
    day = nominal
    while day < due:
        off = calendar.day_off(day)
        yield Step(day, False, f"{off.name if off else 'Day off'}: the period runs on.")
        day += ONE_DAY
    if nominal < due:
        yield Step(due, True, "The next working day: the period ends with it.")


def _after_working_time(start: datetime, wanted: timedelta, calendar: Calendar) -> datetime:
    """Return when `wanted` time has passed on working days, `start` itself where none is asked."""
    moment = start
    while wanted > timedelta(0):
        midnight = datetime.combine(moment.date() + ONE_DAY, time(0), tzinfo=start.tzinfo)
        if calendar.is_working_day(moment.date()):
            used = min(wanted, midnight - moment)
            wanted -= used
            moment += used
        else:
            moment = midnight
    return moment


def _hour_steps(
    start: datetime, plain: datetime, statutory: datetime, clock: Clock, calendar: Calendar
) -> tuple[Step, ...]:
    steps = [Step(start.date(), True, f"The clock starts at {start:%H:%M}: {clock.starts}.")]
    if statutory > plain:
        short = f"{clock.length} hours end at {plain:%H:%M}, with too few working days in them."
        steps.append(Step(plain.date(), False, short))
        for number in range(1, (statutory.date() - start.date()).days):
            on = start.date() + timedelta(days=number)
            if off := calendar.day_off(on):
                steps.append(Step(on, False, f"{off.name}: not a working day."))
    steps.append(Step(statutory.date(), True, f"The period ends at {statutory:%H:%M}."))
    return tuple(sorted(steps, key=lambda step: step.on))
