"""How much of a period is left, in the law's own unit."""

from dataclasses import dataclass
from datetime import date, timedelta

from jurisdictions.calendars import Calendar
from jurisdictions.model import Unit
from rights.casework.clocks import rule_of
from rights.models import Clock

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Remaining:
    """
    What is left until the statutory date: `count` is negative once it has passed.

    `unit` is `business_days` where the law counts those, else `calendar_days`. `spent` runs from
    0 to 100.
    """

    count: int
    unit: str
    spent: int
    prudent_passed: bool

    @property
    def is_late(self) -> bool:
        return self.count < 0


def remaining(clock: Clock, *, right: str, today: date) -> Remaining:
    """Return what is left of a running clock on `today`; the last day itself has 0 left."""
    rule = rule_of(clock.law, right, clock.event)
    in_business_days = rule is not None and rule.unit is Unit.BUSINESS_DAYS
    days = (clock.statutory_due - today).days
    count = _business_days(clock, today) if in_business_days else days
    whole = max((clock.statutory_due - clock.started_on).days, 1)
    spent = round(100 * (today - clock.started_on).days / whole)
    return Remaining(
        count=count,
        unit="business_days" if in_business_days else "calendar_days",
        spent=min(max(spent, 0), 100),
        prudent_passed=today > clock.prudent_due,
    )


def _business_days(clock: Clock, today: date) -> int:
    """Count by the calendar that the clock was counted by, not by today's choice of one."""
    calendar = Calendar(clock.calendar.partition(";")[0])
    first, last = sorted((today, clock.statutory_due))
    days = 0
    while first < last:
        first += ONE_DAY
        days += calendar.is_working_day(first)
    return days if today <= clock.statutory_due else -max(days, 1)
