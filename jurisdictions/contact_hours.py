"""Hours in which a law lets a person be addressed."""

from datetime import datetime

from jurisdictions.calendars import calendar_for
from jurisdictions.model import ContactHours, Law


def quiet_rule(law: Law, *, channel: str, local: datetime) -> ContactHours | None:
    """
    Return the rule of `law` that makes `local` quiet on `channel`, None when it is not.

    `local` is the wall clock where the person is. A window is open from its first instant until
    just before its last. A holiday that may or may not count is quiet.
    """
    for hours in law.contact_hours:
        if channel in hours.channels and not _open(hours, local):
            return hours
    return None


def _open(hours: ContactHours, local: datetime) -> bool:
    off = calendar_for(hours.holidays_of).holiday(local.date())
    return off is None and any(
        local.isoweekday() in window.weekdays and window.opens <= local.time() < window.closes
        for window in hours.windows
    )
