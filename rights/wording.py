"""The rule of a clock in plain words, as the answer to "by which rule?". Pure."""

import functools
import tomllib
from pathlib import Path
from typing import Any

from jurisdictions.model import Clock, Unit

FILE = Path(__file__).parent / "rules.toml"
ENGLISH = "en"


def rule_in_words(clock: Clock, locale: str = ENGLISH, *, start: str = "") -> str:
    """
    Return the rule of a clock: length, start, roll, and what prudence changes.

    `start` is what the clock starts with, in `locale`; without it, as the law pack says it.
    """
    said = [_phrase("counted", locale, length=_length(clock, locale), start=start or clock.starts)]
    if clock.unit in {Unit.MONTHS, Unit.CALENDAR_DAYS}:
        said.append(_words()["rolls"][clock.roll.value][locale])
    if clock.working_days_within:
        said.append(_phrase("within", locale, days=clock.working_days_within))
    if not clock.statutory:
        said.append(_phrase("house", locale))
    text = "; ".join(said)
    if prudent := _prudence(clock, locale):
        text = f"{text}. {_phrase('prudent', locale, said='; '.join(prudent))}"
    return f"{text}. {_note(clock.note, locale)}." if clock.note else f"{text}."


def _note(note: str, locale: str) -> str:
    return str(_words()["notes"].get(note, {}).get(locale, note))


def _length(clock: Clock, locale: str) -> str:
    if not clock.unit.has_length:
        return str(_words()["without_number"][clock.unit.value][locale])
    one, many = _words()["units"][clock.unit.value][locale]
    return f"{clock.length} {one if clock.length == 1 else many}"


def _prudence(clock: Clock, locale: str) -> list[str]:
    said = []
    if clock.prudent_receipt_day_counts:
        said.append(_phrase("first_day", locale))
    if clock.prudent_saturday_counts:
        said.append(_phrase("saturday", locale))
    if clock.prudent_roll is not clock.roll:
        said.append(_words()["rolls"][clock.prudent_roll.value][locale])
    if clock.working_days_within:
        said.append(_phrase("plain_hours", locale))
    return said


def _phrase(key: str, locale: str, **values: object) -> str:
    return str(_words()["phrases"][key][locale].format(**values))


@functools.cache
def _words() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
