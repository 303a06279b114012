"""Adds months to a moment the way the law counts them."""

import calendar
import functools
from datetime import datetime


@functools.lru_cache(maxsize=1024)  # one check asks the same several times
def months_later(moment: datetime, months: int) -> datetime:
    """Return the same day `months` later, or the last day of that month when it has no such day."""
    index = moment.month - 1 + months
    year, month = moment.year + index // 12, index % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)
