"""What `overrides.toml` says about days that the holidays package does not know."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from jurisdictions.reading import PackError, Section, read_toml

OVERRIDES_FILE = Path(__file__).parent / "overrides.toml"


class Effect(StrEnum):
    CLOSED = "closed"
    DOUBTFUL = "doubtful"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Override:
    on: date
    name: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Overrides:
    """What `overrides.toml` says; `digest` changes with any byte of it."""

    digest: str
    doubtful_categories: Mapping[str, tuple[str, ...]]
    doubtful_names: Mapping[str, tuple[str, ...]]
    doubtful_outside: Mapping[str, str]
    days: Mapping[str, Mapping[date, Override]]
    fixed: Mapping[str, tuple[str, frozenset[str]]]
    aliases: Mapping[str, str]


@lru_cache(maxsize=1)
def overrides() -> Overrides:
    """Return the shipped overrides, read once per process."""
    return read_overrides(OVERRIDES_FILE)


def read_overrides(path: Path) -> Overrides:
    """
    :raises PackError: with file and key when the file is not right.
    """
    file = read_toml(path)
    aliases = {row["calendar"]: row["country"] for row in _rows(file, "alias", "country")}
    read = Overrides(
        digest=hashlib.sha256(path.read_bytes()).hexdigest()[:12],
        doubtful_categories=_lists(file, "categories"),
        doubtful_names=_lists(file, "names"),
        doubtful_outside=_outside(file),
        days=_days(file),
        fixed=_fixed(file),
        aliases=aliases | _provinces(file),
    )
    file.close()
    return read


def _lists(file: Section, key: str) -> dict[str, tuple[str, ...]]:
    section, found = file.section(key), {}
    for country in section.names():
        table = section.section(country)
        found[country] = table.words("doubtful")
        table.take("source", str)
        table.close()
    return found


def _outside(file: Section) -> dict[str, str]:
    section, found = file.section("beyond"), {}
    for code in section.names():
        table = section.section(code)
        found[code] = table.take("only_doubtful_outside", str)
        table.take("source", str)
        table.close()
    return found


def _days(file: Section) -> dict[str, dict[date, Override]]:
    found: dict[str, dict[date, Override]] = {}
    for table in file.sections("day"):
        on = table.take("on", date)
        day = Override(on, table.take("name", str), table.choice("effect", Effect))
        table.take("source", str)
        found.setdefault(table.take("calendar", str), {})[on] = day
        table.close()
    return found


def _fixed(file: Section) -> dict[str, tuple[str, frozenset[str]]]:
    found = {}
    for table in file.sections("fixed"):
        days = frozenset(table.words("days"))
        for day in days:
            try:
                date.fromisoformat(f"2000-{day}")
            except ValueError as error:
                raise PackError(f"{table.file}: fixed.days: {day!r} is not MM-DD") from error
        found[table.take("calendar", str)] = (table.take("country", str), days)
        table.take("source", str)
        table.close()
    return found


def _provinces(file: Section) -> dict[str, str]:
    section = file.section("part_of")
    found: dict[str, str] = {}
    for country in section.names():
        table = section.section(country)
        table.take("source", str)
        for whole in table.names():
            parts = table.words(whole)
            found |= {f"{country}-{part}": f"{country}-{whole}" for part in parts}
    return found


def _rows(file: Section, key: str, column: str) -> list[dict[str, str]]:
    rows = []
    for table in file.sections(key):
        rows.append({name: table.take(name, str) for name in ("calendar", column)})
        table.take("source", str)
        table.close()
    return rows
