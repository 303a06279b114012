"""Read the clocks, rights and duties of a law pack."""

from datetime import date
from types import MappingProxyType

from jurisdictions.model import Clock, Confidence, Evidence, Right, Roll, Unit
from jurisdictions.reading import Section
from jurisdictions.vocabulary import DUTY_EVENTS, RIGHT_EVENTS, RIGHTS


def parse_evidence(section: Section, default: Evidence, *, close: bool = True) -> Evidence:
    """Read what a table says of its own evidence; what it leaves out is the pack's."""
    stated = section.maybe("confidence", str, default.confidence.value)
    if stated not in set(Confidence):
        raise section.error("confidence", f"{stated!r} is not high, medium or low")
    basis = section.maybe("basis", str, default.basis)
    checked_on = section.maybe("checked_on", date, default.checked_on)
    if close:
        section.close()
    return Evidence(Confidence(stated), basis, checked_on)


def parse_clocks(section: Section, default: Evidence) -> dict[str, Clock]:
    """Read every clock; a clock for small agents must be one of the same pack."""
    clocks = {}
    for name in section.names():
        clocks[name] = _clock(name, section.section(name), default)
    for clock in clocks.values():
        if clock.small is not None and clock.small not in clocks:
            raise section.error(f"{clock.name}.small", f"there is no clock {clock.small!r}")
    return clocks


def _clock(name: str, table: Section, default: Evidence) -> Clock:
    unit = table.choice("unit", Unit)
    roll = Roll(table.maybe("roll", str, Roll.NONE.value))
    clock = Clock(
        name=name,
        unit=unit,
        length=table.take("length", int) if unit.has_length else 0,
        starts=table.take("starts", str),
        roll=roll,
        prudent_roll=Roll(table.maybe("prudent_roll", str, roll.value)),
        prudent_receipt_day_counts=table.maybe("prudent_receipt_day_counts", bool, False),
        prudent_saturday_counts=table.maybe("prudent_saturday_counts", bool, False),
        working_days_within=table.maybe("working_days_within", int, 0),
        waits_for_identity=table.maybe("waits_for_identity", bool, False),
        pausable=table.maybe("pausable", bool, False),
        small=table.optional("small", str),
        statutory=table.maybe("statutory", bool, True),
        since=table.optional("since", date),
        source=table.take("source", str),
        note=table.maybe("note", str, ""),
        evidence=parse_evidence(table, default, close=False),
    )
    table.close()
    return clock


def parse_rights(pack: Section, clocks: dict[str, Clock], default: Evidence) -> tuple[Right, ...]:
    timetables = pack.section("timetables")
    known: dict[str, dict[str, str]] = {}
    for name in timetables.names():
        known[name] = _timetable(timetables.section(name), clocks, known)
    return tuple(_right(table, known, default) for table in pack.sections("rights"))


def _timetable(
    table: Section, clocks: dict[str, Clock], known: dict[str, dict[str, str]]
) -> dict[str, str]:
    """A timetable may be `like` one that stands above it, and add or change events."""
    like = table.maybe("like", str, "")
    if like and like not in known:
        raise table.error("like", f"there is no timetable {like!r} above this one")
    events = dict(known.get(like, {}))
    for event in table.names():
        if event not in RIGHT_EVENTS:
            raise table.error(event, "is not an event of a request")
        events[event] = _clock_name(table, event, clocks)
    return events


def _clock_name(table: Section, event: str, clocks: dict[str, Clock]) -> str:
    name = table.take(event, str)
    if name not in clocks:
        raise table.error(event, f"there is no clock {name!r}; the pack has {', '.join(clocks)}")
    return name


def _right(table: Section, timetables: dict[str, dict[str, str]], default: Evidence) -> Right:
    none = table.maybe("contract_right_none", bool, False)
    mapped = () if none else table.words("contract_rights", RIGHTS)
    if not none and not mapped:
        raise table.error("contract_rights", "name one or more, or set contract_right_none")
    timetable = table.optional("timetable", str)
    if timetable is not None and timetable not in timetables:
        raise table.error("timetable", f"there is no timetable {timetable!r}")
    right = Right(
        name=table.take("name", str),
        article=table.take("article", str),
        contract_rights=mapped,
        why_none=table.take("why", str) if none else "",
        clocks=MappingProxyType(timetables[timetable] if timetable else {}),
        free=table.maybe("free", str, ""),
        note=table.maybe("note", str, ""),
        evidence=parse_evidence(table, default, close=False),
    )
    table.close()
    return right


def parse_duties(pack: Section, clocks: dict[str, Clock]) -> dict[str, str]:
    if not pack.has("duties"):
        return {}
    table = pack.section("duties")
    for event in table.names():
        if event not in DUTY_EVENTS:
            raise table.error(event, f"is not one of {', '.join(sorted(DUTY_EVENTS))}")
    return {event: _clock_name(table, event, clocks) for event in table.names()}
