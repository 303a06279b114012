"""The purpose's own limits: its actions, channels, sales, aggregation, assessment, suspension."""

from collections.abc import Iterator

from policies.decision import Finding
from policies.matter import Matter


def action_belongs_to_purpose(matter: Matter) -> Iterator[Finding]:
    """A purpose permits only its own actions."""
    if matter.question.action not in matter.purpose.actions:
        yield matter.finding("action_not_permitted", detail={"action": matter.question.action})


def channel_is_named(matter: Matter) -> Iterator[Finding]:
    """Whoever reaches out must say by which channel, and the notice must name it."""
    channel = matter.question.channel
    unnamed = channel is not None and channel not in matter.purpose.channels
    if unnamed or (channel is None and matter.action.addresses):
        yield matter.finding("channel_not_permitted", detail={"channel": channel})


def services_do_not_sell(matter: Matter) -> Iterator[Finding]:
    """What is told under a service is a service, never a sale."""
    if matter.question.properties.sale and not matter.purpose.sells:
        yield matter.finding("service_must_not_sell")


def aggregates_stay_aggregated(matter: Matter) -> Iterator[Finding]:
    """A purpose of aggregates never looks at one person."""
    if matter.purpose.aggregated_only and not matter.question.properties.aggregated:
        yield matter.finding("not_aggregated")


def high_risk_is_assessed(matter: Matter) -> Iterator[Finding]:
    """GDPR art. 35: high risk needs an approved assessment that has not expired."""
    if not matter.purpose.high_risk:
        return
    valid_until = matter.facts.assessed.get(matter.purpose.key)
    if valid_until is None or valid_until < matter.day:
        yield matter.finding("assessment_missing")


def nothing_is_suspended(matter: Matter) -> Iterator[Finding]:
    """An officer's switch stops a purpose, action, channel, caller or law at once."""
    touched: dict[str, set[str | None]] = {
        "purpose": {matter.purpose.key},
        "action": {matter.question.action},
        "channel": {matter.question.channel},
        "caller": {matter.facts.caller},
        "law": {law.code for law in matter.laws},
    }
    for switch in matter.facts.suspensions:
        if switch.value in touched.get(switch.kind, ()):
            yield matter.finding("suspended", detail={"kind": switch.kind})
            return
