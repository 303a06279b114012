"""How long an answer may be relied on."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policies.matter import Matter
from policies.rules.ground import Ground


def valid_until(matter: Matter, ground: Ground | None) -> datetime:
    """
    Return the moment (aware, exclusive) after which the caller must ask again.

    Never longer than the bundle's time to live from the check itself, and never past the end of
    the consent, of a law of the person, or of the waking hours it was given for.
    """
    at = matter.facts.at
    ends = [at + timedelta(seconds=matter.policy.bundle.answer_ttl_seconds)]
    if ground and ground.until:
        ends.append(ground.until)
    if fixed := fixed_end(matter):
        ends.append(fixed)
    return max(at, min(ends))


def fixed_end(matter: Matter) -> datetime | None:
    """Return the end that laws and waking hours set, whatever the person did; None: none."""
    at = matter.facts.at
    ends = [_end_of_law(matter, law.effective_to) for law in matter.laws if law.effective_to]
    if matter.action.addresses and matter.question.planned_at <= at:
        ends += [_next(matter.policy.bundle.quiet_hours.start, at, zone) for zone in matter.zones]
    return min(ends, default=None)


def _end_of_law(matter: Matter, last: date) -> datetime:
    day_after = last + timedelta(days=1)
    return min(datetime.combine(day_after, time(), tzinfo=zone) for zone in matter.zones)


def _next(clock: time, at: datetime, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    today = datetime.combine(local.date(), clock, tzinfo=local.tzinfo)
    moment = today if today > local else today + timedelta(days=1)
    return moment.astimezone(UTC)
