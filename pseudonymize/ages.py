"""
Age classes: the highest age named by a law that a person has reached, and nothing finer.

Ages are whole years. Thresholds come from the law packs, ascending; class 0 is below all of them.
Unknown is None. A person is never taken for older than they may be.
"""

from collections.abc import Sequence
from datetime import date


def age_on(birth_date: date, on: date) -> int:
    """Return the age in whole years; who was born on 29 February turns on 1 March."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def age_class(birth_date: date, on: date, thresholds: Sequence[int]) -> int:
    """Return the highest of `thresholds` that the person has reached on `on`, or 0."""
    age = age_on(birth_date, on)
    return max((threshold for threshold in thresholds if threshold <= age), default=0)


def age_changes_on(birth_date: date, on: date, thresholds: Sequence[int]) -> date | None:
    """
    Return the day from which the next class holds: the first of the month after that birthday.

    The birthday itself is not kept, so the change comes up to a month late, never early.
    None when no threshold is left to reach.
    """
    age = age_on(birth_date, on)
    ahead = [threshold for threshold in thresholds if threshold > age]
    if not ahead:
        return None
    year, month = birth_date.year + min(ahead), birth_date.month
    return date(year + month // 12, month % 12 + 1, 1)


def age_class_at(
    known: int | None, changes_on: date | None, on: date, thresholds: Sequence[int]
) -> int | None:
    """
    Return the class on `on` of a person who was in class `known` until `changes_on`.

    Steps through later thresholds by whole years from `changes_on`. Thresholds may be added
    since the class was worked out, never removed.
    """
    if known is None or changes_on is None or on < changes_on:
        return known
    ahead = sorted(threshold for threshold in thresholds if threshold > known)
    reached = known
    for threshold in ahead:
        change = changes_on.replace(year=changes_on.year + threshold - ahead[0])
        reached = threshold if on >= change else reached
    return reached
