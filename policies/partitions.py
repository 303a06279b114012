"""Months of decisions: made ahead of time, dropped when their term is over."""

from datetime import date

from django.db import connection


def ensure(day: date, *, months: int) -> int:
    """Make the partitions of the month of `day` and the `months` after it; returns how many."""
    return sum(_call("policies_ensure_month", month_after(day, n)) for n in range(months + 1))


def drop(day: date) -> bool:
    """Drop the month of `day` whole; returns whether there was one."""
    return _call("policies_drop_month", day)


def month_after(day: date, months: int) -> date:
    """Return the first day of the month `months` after (negative: before) that of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _call(function: str, day: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [day])
        return bool(cursor.fetchone()[0])
