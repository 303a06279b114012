"""A clock in plain words, as the answer to "by which rule?"."""

from jurisdictions.model import Clock, Roll, Unit

_UNITS = {
    Unit.MONTHS: ("month", "months"),
    Unit.CALENDAR_DAYS: ("calendar day", "calendar days"),
    Unit.BUSINESS_DAYS: ("business day", "business days"),
    Unit.HOURS: ("hour", "hours"),
}
_WITHOUT_NUMBER = {
    Unit.IMMEDIATE: "At once",
    Unit.WITHOUT_DELAY: "Without undue delay",
    Unit.ANY_TIME: "At any time, with effect at once",
    Unit.NEXT_CALENDAR_MONTH: "From the first day of the next month",
}
_ROLLS = {
    Roll.NEXT: "a last day off moves to the next working day",
    Roll.PREVIOUS: "a last day off moves back to the working day before",
    Roll.NONE: "a last day off does not move",
}


def rule_in_words(clock: Clock) -> str:
    """Return the rule of a clock in English: length, start, roll, and what prudence changes."""
    parts = [f"{_length(clock)} from {clock.starts}"]
    if clock.unit in {Unit.MONTHS, Unit.CALENDAR_DAYS}:
        parts.append(_ROLLS[clock.roll])
    if clock.working_days_within:
        parts.append(f"never without {clock.working_days_within} working days in it")
    if not clock.statutory:
        parts.append("the house's own term, the law sets none")
    text = "; ".join(parts)
    if prudent := _prudence(clock):
        text = f"{text}. Prudent: {'; '.join(prudent)}"
    return f"{text}. {clock.note}." if clock.note else f"{text}."


def _length(clock: Clock) -> str:
    if not clock.unit.has_length:
        return _WITHOUT_NUMBER[clock.unit]
    one, many = _UNITS[clock.unit]
    return f"{clock.length} {one if clock.length == 1 else many}"


def _prudence(clock: Clock) -> list[str]:
    said = []
    if clock.prudent_receipt_day_counts:
        said.append("the day of the start is day one")
    if clock.prudent_saturday_counts:
        said.append("Saturday is a business day")
    if clock.prudent_roll is not clock.roll:
        said.append(_ROLLS[clock.prudent_roll])
    if clock.working_days_within:
        said.append("plain hours")
    return said
