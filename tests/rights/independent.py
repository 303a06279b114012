"""
A count of deadlines by somebody else: written from the texts, over the `holidays` package alone.

It knows nothing of the project's packs, calendars or clocks, and shares no code with them. Rules:
GDPR art. 12(3) with Reg. 1182/71; LGPD art. 19 with Código Civil art. 132; LFPDPPP art. 31;
Ley 1581 arts. 14 and 15; Ley 25.326 arts. 14 and 16; Ley 19.628 art. 16; Ley 21.719 art. 11.
"""

import calendar
from datetime import date, timedelta
from functools import cache

import holidays

DAY = timedelta(days=1)
# Decided or decreed after the package was made, or moved by local law.
EXTRA = {"AR": {date(2026, 11, 9)}, "BR": {date(2026, 4, 20)}}


@cache
def off(country: str, region: str, year: int) -> frozenset[date]:
    """Return the days off of a year, all that could be taken as one."""
    kinds = {"BR": ("public", "optional")}.get(country, ("public",))
    known = holidays.country_holidays(country).supported_categories
    found: set[date] = set(EXTRA.get(country, ()))
    for kind in kinds:
        if kind in known:
            found |= set(
                holidays.country_holidays(
                    country, subdiv=region or None, years=year, categories=kind
                )
            )
    return frozenset(found)


def works(day: date, country: str, region: str) -> bool:
    """Say whether a day is a working day."""
    return day.weekday() < 5 and day not in off(country, region, day.year)


def next_working(day: date, country: str, region: str) -> date:
    """Return the day, or the next one that is a working day."""
    while not works(day, country, region):
        day += DAY
    return day


def after_working_days(day: date, count: int, country: str, region: str = "") -> date:
    """Return the working day that is the `count`-th after a day."""
    while count:
        day += DAY
        count -= works(day, country, region)
    return day


def months_later(day: date, count: int) -> date:
    """Return the same date some months later, or that month's last day."""
    number = day.month - 1 + count
    year, month = day.year + number // 12, number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def due(country: str, region: str, right: str, received: date, *, extended: bool) -> date:
    """Return the last day of an answer."""
    reclamo = right in {"rectification", "erasure"}
    match country:
        case "ES":
            end = months_later(received, 3 if extended else 1)
            return next_working(end, country, region)
        case "BR":
            return next_working(received + 15 * DAY, country, region)
        case "MX":
            return after_working_days(received, 40 if extended else 20, country)
        case "CO" if reclamo:
            return after_working_days(received, 23 if extended else 15, country)
        case "CO":
            return after_working_days(received, 15 if extended else 10, country)
        case "AR" if reclamo:
            return after_working_days(received, 5, country)
        case "AR":
            return received + 10 * DAY
        case "CL" if received < date(2026, 12, 1):
            return after_working_days(received, 2, country)
        case "CL":
            return received + (60 if extended else 30) * DAY
    raise ValueError(country)
