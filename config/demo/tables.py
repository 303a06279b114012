"""The demo's own tables: countries, habits, rhythms of the day, questions, registers. Pure."""

import functools
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

_FOLDER = Path(__file__).parent


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every key of a table is known; a misspelt one is an error."""


class Country(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where people live, and what they are called there. `phone` ends in zeros to count in."""

    phone: str
    domains: tuple[str, ...]
    locales: tuple[str, ...]
    regions: tuple[str, ...]
    own_zones: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]


class Habit(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people do about a purpose, in hundredths of those who are asked about it."""

    purpose: str
    asked: int  # of all people
    granted: int
    withdrawn: int
    objected: int
    explicit: bool = False
    channels: tuple[tuple[str, ...], ...] = ()
    frequencies: tuple[str, ...] = ()
    limited_to: tuple[str, ...] = ()


class Rhythm(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Weights of the 24 hours of the day and of the days of the week, Monday first."""

    hours: tuple[int, ...]
    weekdays: tuple[int, ...]


class Item(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of data in a question, at most `days` old."""

    category: str
    origin: str
    days: int


class Scenario(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question that a system of the company asks again and again."""

    weight: int
    caller: str
    rhythm: str
    purpose: str
    action: str
    channels: tuple[str, ...]
    keen: int
    data: tuple[Item, ...] = ()
    automated: bool = False
    sale: bool = False
    significant_effect: bool = False
    aggregated: bool = False
    ai_generated: bool = False
    predicts: str | None = None
    place: str | None = None
    recipient: str | None = None
    gpc: bool = False
    reserve: bool = False


class Recipient(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of the register of recipients."""

    key: str
    name: str
    country: str
    role: str
    purposes: tuple[str, ...]
    safeguard: str = ""
    safeguard_until: date | None = None


class Assessment(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An impact assessment without its dates, which count from the day of loading."""

    purpose: str
    risk: str
    measures: str
    residual_risk: str


@functools.cache
def turns() -> tuple[str, ...]:
    """Return the countries in the order in which people are given one, over and over."""
    return tuple(_read("countries")["turns"])


@functools.cache
def countries() -> dict[str, Country]:
    """Return the demo's countries by code."""
    rows = _read("countries")
    return {code: msgspec.convert(rows[code], Country) for code in sorted(set(turns()))}


@functools.cache
def habits() -> tuple[Habit, ...]:
    """Return the habits, one for each purpose about which people act."""
    return msgspec.convert(_read("habits")["habit"], tuple[Habit, ...])


@functools.cache
def rhythm(name: str) -> Rhythm:
    """Return a rhythm of the day and week by its name."""
    return msgspec.convert(_read("habits")["rhythms"][name], Rhythm)


@functools.cache
def scenarios() -> tuple[Scenario, ...]:
    """Return what systems ask."""
    return msgspec.convert(_read("questions")["scenario"], tuple[Scenario, ...])


@functools.cache
def recipients() -> tuple[Recipient, ...]:
    """Return the register of recipients."""
    return msgspec.convert(_read("registers")["recipient"], tuple[Recipient, ...])


@functools.cache
def assessments() -> tuple[Assessment, ...]:
    """Return the assessments of the high-risk purposes."""
    return msgspec.convert(_read("registers")["assessment"], tuple[Assessment, ...])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
