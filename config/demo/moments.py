"""Moments at which people and systems act: by day, more than by night. Pure."""

from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from config.demo import tables

_TRIES = 12


def moment(
    rng: Random, name: str, *, after: datetime, before: datetime, zone: ZoneInfo
) -> datetime:
    """
    Return a moment in [after, before), UTC to the second, that fits the rhythm `name` in `zone`.

    A span too short for the rhythm gives any moment in it.
    """
    rhythm = tables.rhythm(name)
    busiest = max(rhythm.weekdays)
    for _ in range(_TRIES):
        day = (after + (before - after) * rng.random()).astimezone(zone).date()
        if rng.random() * busiest > rhythm.weekdays[day.weekday()]:
            continue
        (hour,) = rng.choices(range(24), rhythm.hours)
        clock = time(hour, rng.randrange(60), rng.randrange(60))
        found = datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
        if after <= found < before:
            return found
    return _any(rng, after, before)


def _any(rng: Random, after: datetime, before: datetime) -> datetime:
    seconds = max(int((before - after).total_seconds()), 1)
    return after + timedelta(seconds=rng.randrange(seconds))
