"""The clocks of a right: counted by every law of the person, the stricter one decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jurisdictions.calendars import UnknownCalendar, calendar_for
from jurisdictions.load import laws as packs
from jurisdictions.model import Clock as Rule
from jurisdictions.model import Law
from rights.deadline_query import Query, deadline
from rights.deadlines import Deadline
from rights.models import Clock, RequestedRight, RightsRequest

OF_THE_PERSON = "supply_missing_information"
SMALL, SIMPLIFIED, SIMPLIFIED_ANSWER = "small", "simplified", "answer_simplified"
MAIN = (
    "answer",
    SIMPLIFIED_ANSWER,
    "answer_extended",
    "answer_after_completion",
    "execution",
    "execution_extended",
)
FROM_RECEIPT = ("acknowledgement",)
FROM_COMPLETE = ("mark_disputed",)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the count starts from. A pause runs from asking to the reply, both included."""

    started_on: date
    region: str
    identity_proved_on: date | None = None
    paused: tuple[date, date] | None = None
    terms: Sequence[str] = ()  # see `terms`


@dataclass(frozen=True, slots=True)
class Counted:
    """One event of one right, counted by each law that sets a clock for it."""

    event: str
    law: str  # the one that decides
    inputs: Inputs
    query: Mapping[str, str]
    found: Deadline
    prudent_due: date
    others: Sequence[Mapping[str, str]]


def rule_of(law: str, right: str, event: str) -> Rule | None:
    """Return the rule by which `law` counts an event of a right, None where it sets none."""
    pack = packs()[law]
    return pack.clock_for(right, event) if pack.grants(right) else None


def count(laws: Sequence[str], right: str, event: str, inputs: Inputs) -> Counted | None:
    """
    Return the date of an event: the earliest statutory one, and the earliest prudent one.

    On a tie the more special law decides, which stands last in `laws`. None where no law of the
    person sets a clock for this event.

    :raises DeadlineRefused: when a day lies outside a law's validity.
    """
    ways: list[tuple[str, Query, Deadline]] = []
    for code in laws:
        if rule := rule_of(code, right, event):
            query = _query(packs()[code], rule, right, event, inputs)
            ways.append((code, query, deadline(packs()[code], query)))
    if not ways:
        return None
    law, query, found = min(reversed(ways), key=lambda way: way[2].statutory_due)
    return Counted(
        event=event,
        law=law,
        inputs=inputs,
        query={name: value for name in Query.__slots__ if (value := getattr(query, name))},
        found=found,
        prudent_due=min(way[2].prudent_due for way in ways),
        others=[_other(*way) for way in ways if way[0] != law],
    )


def _other(law: str, query: Query, found: Deadline) -> dict[str, str]:
    return {
        "law": law,
        "statutory_due": found.statutory_due.isoformat(),
        "prudent_due": found.prudent_due.isoformat(),
    }


def _query(law: Law, rule: Rule, right: str, event: str, inputs: Inputs) -> Query:
    proved, paused = inputs.identity_proved_on, inputs.paused
    paused = paused if rule.pausable else None
    return Query(
        received_on=inputs.started_on.isoformat(),
        right=right,
        event=event,
        region=_region(law, inputs.region),
        size=SMALL if SMALL in inputs.terms and rule.small else "",
        calendar=next((name for name in inputs.terms if name in law.calendar_options), ""),
        identity_proved_on=proved.isoformat() if proved and rule.waits_for_identity else "",
        paused_from=paused[0].isoformat() if paused else "",
        paused_to=paused[1].isoformat() if paused else "",
    )


def _region(law: Law, region: str) -> str:
    """Return the calendar to ask for; a law with calendars of its own keeps to them."""
    if law.calendar_options:
        return ""
    try:
        calendar_for(region)
    except UnknownCalendar:
        return "" if law.default_calendar else region.partition("-")[0]
    return region


def inputs_of(request: RightsRequest, started_on: date, **more: Any) -> Inputs:
    """Return what a count of this request starts from, on `started_on`."""
    region = request.region or request.country
    proved = request.identity_proved_on
    return Inputs(started_on, region, proved, terms=tuple(request.terms), **more)


def event_by_terms(request: RightsRequest, right: str, event: str) -> str:
    """Return the event that is counted in place of `event` by the terms of a request."""
    if event not in ("answer", SIMPLIFIED_ANSWER):
        return event
    simplified = any(rule_of(law, right, SIMPLIFIED_ANSWER) for law in request.laws)
    return SIMPLIFIED_ANSWER if simplified and SIMPLIFIED in request.terms else "answer"


def rule_behind(clock: Clock) -> Rule | None:
    """Return the rule by which a clock was counted, as its law has it now."""
    rule = rule_of(clock.law, clock.right.right, clock.event)
    if rule and rule.small and clock.query.get("size") == SMALL:
        return packs()[clock.law].clocks[rule.small]
    return rule


def drafted(right: RequestedRight, counted: Counted, *, at: datetime) -> Clock:
    """Return the clock that stores a count whole; not yet saved."""
    found = counted.found
    return Clock(
        right=right,
        event=counted.event,
        law=counted.law,
        started_on=counted.inputs.started_on,
        statutory_due=found.statutory_due,
        prudent_due=counted.prudent_due,
        rule=found.rule,
        source=found.source,
        calendar=found.calendar,
        steps=[
            {"on": step.on.isoformat(), "counted": step.counted, "why": step.why}
            for step in found.steps
        ],
        query=counted.query,
        others=counted.others,
        set_at=at,
    )


def start(right: RequestedRight, event: str, inputs: Inputs, *, at: datetime) -> Clock | None:
    """Start a clock of a right where a law sets one; the caller calls `settle` afterwards."""
    counted = count(right.request.laws, right.right, event, inputs)
    if counted is None:
        return None
    clock = drafted(right, counted, at=at)
    clock.save(force_insert=True)
    return clock


def running(right: RequestedRight) -> list[Clock]:
    """Return the clocks that run, the first to run out first."""
    return list(right.clocks.filter(ended_on=None).order_by("statutory_due", "pk"))


def running_main(right: RequestedRight) -> Clock | None:
    """Return the clock of the answer or of the execution, whichever runs now."""
    return right.clocks.filter(ended_on=None, event__in=MAIN).order_by("-pk").first()


def end(right: RequestedRight, events: Sequence[str], *, on: date, why: str) -> int:
    """End clocks on a day; `why` is `met` where what they wanted was done. Returns how many."""
    rows = right.clocks.filter(ended_on=None, event__in=events)
    return rows.update(ended_on=on, ended=why)


def end_all(right: RequestedRight, *, on: date, why: str) -> int:
    """End every clock of a right on a day."""
    return right.clocks.filter(ended_on=None).update(ended_on=on, ended=why)


def settle(right: RequestedRight) -> None:
    """Write on the right, and save, what is due next: the earliest date of what runs."""
    dues = [(clock.statutory_due, clock.prudent_due) for clock in running(right)]
    right.statutory_due = min((due for due, _ in dues), default=None)
    right.prudent_due = min((due for _, due in dues), default=None)
    right.save()
