"""When and how often a person is addressed: quiet hours, their own hours, frequency."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from consent.state import Standing
from jurisdictions.contact_hours import quiet_rule
from policies.decision import Finding
from policies.matter import Matter


def is_limited(matter: Matter) -> bool:
    """Contact limits hold for whatever reaches out, but deliveries and service warnings."""
    return matter.action.addresses and matter.purpose.contact_limits


def nobody_is_addressed_in_quiet_hours(matter: Matter) -> Iterator[Finding]:
    """Quiet by the house, by a law, or by the person's own hours, wherever they may be."""
    if not is_limited(matter) or matter.question.channel is None:
        return
    moments = [matter.question.planned_at.astimezone(zone) for zone in matter.zones]
    for rule in (_house, _law, _own):
        if finding := next((f for moment in moments for f in rule(matter, moment)), None):
            yield finding
            return


def frequency_is_kept(matter: Matter) -> Iterator[Finding]:
    """One message per window and channel, over all purposes; `never` means never."""
    channel = matter.question.channel
    if not is_limited(matter) or channel is None:
        return
    rule = matter.policy.bundle.frequency
    standing = matter.facts.standings.get(matter.purpose.key, Standing())
    chosen = standing.frequency_for(channel) or rule.default
    if chosen == rule.never or chosen not in rule.windows:
        yield matter.finding("frequency_cap", detail={"frequency": chosen})
        return
    window = timedelta(days=rule.windows[chosen])
    planned = matter.question.planned_at
    if any(abs(planned - spent) < window for spent in matter.facts.spends):
        yield matter.finding("frequency_cap", detail={"frequency": chosen})


def _house(matter: Matter, moment: datetime) -> Iterator[Finding]:
    hours = matter.policy.bundle.quiet_hours
    if _between(moment.time(), hours.start, hours.end):
        yield Finding("quiet_hours", None, hours.source)


def _law(matter: Matter, moment: datetime) -> Iterator[Finding]:
    for law in matter.laws:
        if rule := quiet_rule(law, channel=matter.question.channel or "", local=moment):
            yield Finding("quiet_hours", law.code, rule.source)


def _own(matter: Matter, moment: datetime) -> Iterator[Finding]:
    windows = matter.person.contact_hours.get(matter.question.channel or "")
    if windows is None:
        return
    now, day = moment.time(), moment.isoweekday()
    if not any(day in w.days and w.opens <= now < w.closes for w in windows):
        yield matter.finding("quiet_hours", detail={"chosen_by": "subject"})


def _between(now: time, start: time, end: time) -> bool:
    """Return whether `now` lies in [start, end), which may pass midnight."""
    return start <= now < end if start <= end else now >= start or now < end
