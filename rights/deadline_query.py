"""
A question about a deadline, as it comes in an address, and its answer.

Pure: `received_on`, `right`, `event`, `region` and what a law needs beside them are texts; the
answer holds both dates, or a refusal says which parameter to change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from jurisdictions.calendars import (
    LAST_YEAR,
    WEEKENDS_ONLY,
    Calendar,
    UnknownCalendar,
    calendar_for,
)
from jurisdictions.model import Clock, Law, Unit
from jurisdictions.vocabulary import DUTY_EVENTS, EVENTS, RIGHTS
from rights.deadlines import Deadline, day_deadline, hour_deadline

PARAMETERS = (
    "received_on",
    "right",
    "event",
    "region",
    "size",
    "calendar",
    "identity_proved_on",
    "paused_from",
    "paused_to",
)
DEFAULT_EVENT = "answer"
SMALL = "small"
WITHOUT_NUMBER = frozenset({Unit.IMMEDIATE, Unit.WITHOUT_DELAY, Unit.ANY_TIME})


class DeadlineRefused(Exception):
    """A deadline that cannot be computed as asked; `field` is the parameter to change."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code, self.field = code, field


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of one question; an empty text is a parameter left out."""

    received_on: str = ""
    right: str = ""
    event: str = ""
    region: str = ""
    size: str = ""
    calendar: str = ""
    identity_proved_on: str = ""
    paused_from: str = ""
    paused_to: str = ""


def query_from(parameters: Mapping[str, str]) -> Query:
    """
    Return the question that `parameters` ask; surrounding spaces do not matter.

    :raises DeadlineRefused: for a parameter that no deadline knows.
    """
    for name in parameters:
        if name not in PARAMETERS:
            message = f"There is no parameter {name!r}. Use {', '.join(PARAMETERS)}."
            raise DeadlineRefused("parameter_unknown", name, message)
    return Query(**{name: value.strip() for name, value in parameters.items()})


def deadline(law: Law, query: Query) -> Deadline:
    """
    Return both dates of one event of `law`, with rule, source, calendar and steps.

    `received_on` is the day on which that event's clock starts: of the request, of the answer
    that is carried out, of awareness of a breach.

    :raises DeadlineRefused: with `code`, `field` and what to send instead.
    """
    clock = _clock(law, query)
    _refuse_unneeded(law, query, clock)
    if clock.unit is Unit.HOURS:
        return _in_hours(law, query, clock)
    received = _valid(law, _received(query, clock), clock)
    start = max(received, _identity_proved(query) or received)
    found = day_deadline(start, clock, calendar=_calendar(law, query))
    if query.paused_from or query.paused_to:
        paused_days = _paused_days(query, start, found)
        calendar = _calendar(law, query)
        found = day_deadline(start, clock, calendar=calendar, paused_days=paused_days)
    return found


def _clock(law: Law, query: Query) -> Clock:
    event = query.event or DEFAULT_EVENT
    if event not in EVENTS:
        message = f"There is no event {event!r}. Use one of {', '.join(sorted(EVENTS))}."
        raise DeadlineRefused("event_unknown", "event", message)
    clock = law.clock_for(_right(law, query, event), event)
    if clock is None:
        right = f" for the right {query.right!r}" if query.right else ""
        message = f"{law.code} sets no clock for {event!r}{right}."
        raise DeadlineRefused("event_not_in_law", "event", message)
    if query.size and query.size != SMALL:
        raise DeadlineRefused("size_unknown", "size", f"Send size={SMALL}, or leave it out.")
    small = query.size == SMALL and clock.small is not None
    return law.clocks[clock.small] if small and clock.small else clock


def _right(law: Law, query: Query, event: str) -> str | None:
    """Return the right that the event belongs to, None for a duty that no request starts."""
    if event in DUTY_EVENTS:
        if query.right:
            message = f"Leave out the right: no request starts the clock of {event!r}."
            raise DeadlineRefused("right_not_applicable", "right", message)
        return None
    if not query.right:
        granted = sorted(right for right in RIGHTS if law.grants(right))
        message = f"Name the right: one of {', '.join(granted)}."
        raise DeadlineRefused("right_required", "right", message)
    if query.right not in RIGHTS:
        message = f"There is no right {query.right!r}. Use one of {', '.join(sorted(RIGHTS))}."
        raise DeadlineRefused("right_unknown", "right", message)
    if not law.grants(query.right):
        message = f"{law.code} does not grant {query.right!r}."
        raise DeadlineRefused("right_not_in_law", "right", message)
    return query.right


def _refuse_unneeded(law: Law, query: Query, clock: Clock) -> None:
    """A parameter that would change nothing is refused, so that nobody believes it counted."""
    knows_size = any(known.small for known in law.clocks.values())
    unneeded = (
        ("size", query.size and not knows_size),
        ("calendar", query.calendar and not law.calendar_options),
        ("identity_proved_on", query.identity_proved_on and not clock.waits_for_identity),
        ("paused_from", query.paused_from and not clock.pausable),
        ("paused_to", query.paused_to and not clock.pausable),
    )
    for name, given in unneeded:
        if given:
            message = f"{law.code} does not use {name} for this clock; leave it out."
            raise DeadlineRefused("parameter_not_in_law", name, message)


def _in_hours(law: Law, query: Query, clock: Clock) -> Deadline:
    start = _moment("received_on", query.received_on)
    _valid(law, start.date(), clock)
    needs_no_region = law.default_calendar is None and not query.region
    calendar = WEEKENDS_ONLY if needs_no_region else _calendar(law, query)
    return hour_deadline(start, clock, calendar=calendar)


def _received(query: Query, clock: Clock) -> date:
    """A clock without a number may start at a moment; its day is the one written there."""
    if clock.unit in WITHOUT_NUMBER and len(query.received_on) > len("2026-11-06"):
        return _moment("received_on", query.received_on).date()
    return _day("received_on", query.received_on)


def _valid(law: Law, day: date, clock: Clock) -> date:
    """Return `day` when the law, and the clock in it, are in force on it."""
    since = max(law.effective_from, clock.since or law.effective_from)
    until = law.effective_to
    if day < since or (until is not None and day > until):
        span = f"from {since}" + (f" to {until}" if until else "")
        message = f"{law.code} applies {span}; {day} lies outside. Ask the law of that day."
        raise DeadlineRefused("date_outside_validity", "received_on", message)
    return _in_calendars("received_on", day)


def _in_calendars(field: str, day: date) -> date:
    if day.year >= LAST_YEAR:
        message = f"Calendars are known until {LAST_YEAR}; give an earlier date."
        raise DeadlineRefused("date_out_of_range", field, message)
    return day


def _calendar(law: Law, query: Query) -> Calendar:
    region = query.region.upper()
    if query.calendar:
        if region and region.partition("-")[0] != law.country:
            message = f"{query.calendar} is a calendar of {law.country}; leave out the region."
            raise DeadlineRefused("calendar_not_of_region", "calendar", message)
        return calendar_for(_option(law, query.calendar))
    if not region:
        if law.default_calendar is None:
            message = f"{law.code} counts by the calendar of a member state: send region, as FR."
            raise DeadlineRefused("region_required", "region", message)
        return calendar_for(law.default_calendar)
    try:
        return calendar_for(region)
    except UnknownCalendar as error:
        raise DeadlineRefused("region_unknown", "region", str(error)) from error


def _option(law: Law, name: str) -> str:
    if name not in law.calendar_options:
        message = f"There is no calendar {name!r}: {' or '.join(law.calendar_options)}."
        raise DeadlineRefused("calendar_unknown", "calendar", message)
    return law.calendar_options[name]


def _identity_proved(query: Query) -> date | None:
    if not query.identity_proved_on:
        return None
    day = _day("identity_proved_on", query.identity_proved_on)
    return _in_calendars("identity_proved_on", day)


def _paused_days(query: Query, start: date, unpaused: Deadline) -> int:
    """Return the days from asking to the reply, both included, that the clock had running."""
    asked, replied = _day("paused_from", query.paused_from), _day("paused_to", query.paused_to)
    _in_calendars("paused_to", replied)
    if replied < asked:
        message = "The pause ends before it begins; send paused_to on or after paused_from."
        raise DeadlineRefused("pause_reversed", "paused_to", message)
    if replied < start:
        message = f"The pause ends before the clock starts on {start}; leave it out."
        raise DeadlineRefused("pause_outside_clock", "paused_to", message)
    if asked > unpaused.statutory_due:
        message = f"The clock had run out on {unpaused.statutory_due}, before the pause."
        raise DeadlineRefused("pause_outside_clock", "paused_from", message)
    return (replied - max(asked, start)).days + 1


def _day(field: str, text: str) -> date:
    if not text:
        raise DeadlineRefused(f"{field}_required", field, f"Send {field} as YYYY-MM-DD.")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        message = "Send a date that exists, as YYYY-MM-DD, without a time: this clock counts days."
        raise DeadlineRefused(f"{field}_invalid", field, message)
    return day


def _moment(field: str, text: str) -> datetime:
    if not text:
        message = f"Send {field} as a date and time, as 2026-11-06T09:30:00+01:00."
        raise DeadlineRefused(f"{field}_required", field, message)
    try:
        if len(text) <= len("2026-11-06"):
            raise ValueError(text)
        return datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        message = "Send a date and time, as 2026-11-06T09:30:00+01:00: this clock counts hours."
        raise DeadlineRefused(f"{field}_invalid", field, message) from None
