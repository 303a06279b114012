"""
Working days of a country or region, over the pinned `holidays` package and our overrides.

Saturdays and Sundays are never working days here; a law that counts Saturdays says so in its
clock. Names of days are English in every calendar, so that a stored clock reads the same
everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.metadata import version

import holidays

from jurisdictions.overrides import Effect, overrides
from jurisdictions.zones import knows_region

SATURDAY, SUNDAY = 5, 6
LAST_YEAR = 2099  # calendars that follow the moon are published no further


@dataclass(frozen=True, slots=True)
class DayOff:
    """Why a day is not a working day; `doubtful` when it may be one after all."""

    name: str
    doubtful: bool = False
    saturday: bool = False


class UnknownCalendar(Exception):
    """No calendar by that code."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"There is no calendar {code!r}: give an ISO 3166-1 country such as ES, or an "
            "ISO 3166-2 subdivision such as ES-MD."
        )


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one code: a country, a subdivision, or `MX/LFPA`."""

    code: str

    def day_off(self, day: date) -> DayOff | None:
        """Return why `day` is not a working day, None when it is one without a doubt."""
        named = self.holiday(day)
        if named is not None and not named.doubtful:
            return named
        if day.weekday() == SATURDAY:
            return DayOff("Saturday", saturday=True)
        if day.weekday() == SUNDAY:
            return DayOff("Sunday")
        return named

    def holiday(self, day: date) -> DayOff | None:
        """Return the holiday on `day`, weekends apart, None when there is none."""
        return _days_off(self.code, day.year).get(day)

    def is_working_day(self, day: date) -> bool:
        """Say whether `day` is a working day by every reading; a doubtful one is not."""
        return self.day_off(day) is None

    @property
    def version(self) -> str:
        """Return what a stored clock keeps: code, version of the package, digest of overrides."""
        return f"{self.code}; {calendar_version()}"


WEEKENDS_ONLY = Calendar("weekends only")


def calendar_for(code: str) -> Calendar:
    """
    Return the calendar of a country (`ES`), a subdivision (`ES-MD`) or a variant (`MX/LFPA`).

    Where no subdivision of a country has holidays of its own, all take the country's.

    :raises UnknownCalendar: when neither the holidays package nor our zones know the code.
    """
    known = overrides()
    if code in known.fixed or code in known.aliases:
        return Calendar(code)
    country, _, subdivision = code.partition("-")
    supported = _supported()
    if country not in supported:
        raise UnknownCalendar(code)
    own = supported[country]
    if subdivision and subdivision not in own and (own or not knows_region(code)):
        raise UnknownCalendar(code)
    return Calendar(code)


@lru_cache(maxsize=1)
def calendar_version() -> str:
    """Return the version of the pinned package and the digest of the overrides."""
    return f"holidays {version('holidays')}; overrides {overrides().digest}"


@lru_cache(maxsize=1)
def _supported() -> dict[str, frozenset[str]]:
    listed = holidays.list_supported_countries(include_aliases=False)
    return {code: frozenset(subdivisions) for code, subdivisions in listed.items()}


@lru_cache(maxsize=4096)
def _days_off(code: str, year: int) -> Mapping[date, DayOff]:
    """Return the days off of one year, weekends apart, from the weakest claim to the strongest."""
    known = overrides()
    if code == WEEKENDS_ONLY.code:
        return {}
    if code in known.fixed:
        return _fixed_days(code, year)
    code = known.aliases.get(code, code)
    country = code.partition("-")[0]
    found: dict[date, DayOff] = {}
    for category in known.doubtful_categories.get(country, ()):
        for day, name in _public(code, year, category).items():
            found[day] = DayOff(name, doubtful=True)
    beyond = known.doubtful_outside.get(code)
    elsewhere = _public(beyond, year) if beyond else None
    for day, name in _public(code, year).items():
        doubtful = _all_doubtful(country, name)
        doubtful = doubtful or (elsewhere is not None and day not in elsewhere)
        found[day] = DayOff(name, doubtful=doubtful)
    return _overridden(found, {country, code}, year)


def _fixed_days(code: str, year: int) -> dict[date, DayOff]:
    days = overrides().fixed[code][1]
    return {
        date.fromisoformat(f"{year}-{day}"): DayOff(f"non-working day of {code}") for day in days
    }


def _all_doubtful(country: str, name: str) -> bool:
    """Two feasts may share a day: it is doubtful only when each of them is."""
    doubtful = overrides().doubtful_names.get(country, ())
    return bool(doubtful) and all(
        any(part in feast for part in doubtful) for feast in name.split("; ")
    )


def _overridden(found: dict[date, DayOff], codes: set[str], year: int) -> dict[date, DayOff]:
    for code in codes:
        for day, override in overrides().days.get(code, {}).items():
            if day.year != year:
                continue
            if override.effect is Effect.WORKING:
                found.pop(day, None)
            else:
                found[day] = DayOff(override.name, override.effect is Effect.DOUBTFUL)
    return found


@lru_cache(maxsize=4096)
def _public(code: str, year: int, category: str = "public") -> Mapping[date, str]:
    country, _, subdivision = code.partition("-")
    known = subdivision in _supported()[country]
    return dict(
        holidays.country_holidays(
            country,
            subdiv=subdivision if known else None,
            years=year,
            categories=category,
            language="en_US",
        )
    )
