"""What holds for the person as a whole: restriction, pause, age, circumstances."""

from collections.abc import Iterator
from datetime import timedelta

from policies.decision import Finding
from policies.matter import Matter


def processing_is_not_restricted(matter: Matter) -> Iterator[Finding]:
    """GDPR art. 18: restricted data rest, whatever the ground."""
    if matter.person.restricted:
        yield matter.finding("processing_restricted")


def data_are_not_blocked(matter: Matter) -> Iterator[Finding]:
    """LOPDGDD art. 32: blocked data are for courts and authorities alone."""
    if matter.person.blocked or matter.person.life == "blocked":
        yield matter.finding("data_blocked")


def person_has_not_paused(matter: Matter) -> Iterator[Finding]:
    """A pause covers all but services, its last day included."""
    until = matter.person.paused_until
    if until and matter.purpose.pausable and matter.day <= until:
        yield matter.finding("paused", detail={"until": until.isoformat()})


def minors_are_not_profiled_for_advertising(matter: Matter) -> Iterator[Finding]:
    """Whoever consented: a purpose that profiles and advertises is closed to minors."""
    age, limit = matter.person.age_class, matter.policy.bundle.minors
    both = matter.purpose.profiling and matter.purpose.advertising
    if both and age is not None and age < limit.profiling_and_advertising_under:
        yield Finding("minor_profiling", None, limit.source)


def no_sale_during_complaint_or_grief(matter: Matter) -> Iterator[Finding]:
    """Nobody is sold to while a complaint is open or after a bereavement."""
    if matter.question.properties.sale:
        for kind in ("open_complaint", "bereavement"):
            if holds(matter, kind):
                yield matter.finding(kind)


def value_comes_before_sale(matter: Matter) -> Iterator[Finding]:
    """After a purchase nothing more is sold until that one has delivered its value."""
    if not matter.question.properties.sale or not holds(matter, "recent_purchase"):
        return
    bought = matter.facts.circumstances["recent_purchase"].since
    delivered = matter.facts.circumstances.get("value_delivered")
    together = timedelta(seconds=matter.policy.bundle.value_first.told_together_seconds)
    planned = matter.question.planned_at
    if delivered is None or not bought - together <= delivered.since <= planned:
        yield matter.finding("sale_before_value")


def nobody_is_contacted_who_asked_not_to(matter: Matter) -> Iterator[Finding]:
    """`do_not_contact` closes every channel but what the contract itself needs."""
    needed = not matter.purpose.contact_limits and matter.rests_on_contract
    if matter.action.addresses and not needed and holds(matter, "do_not_contact"):
        yield matter.finding("do_not_contact")


def holds(matter: Matter, kind: str) -> bool:
    """Return whether a circumstance stands at the planned moment."""
    fact = matter.facts.circumstances.get(kind)
    planned = matter.question.planned_at
    return (
        fact is not None and fact.since <= planned and (fact.until is None or planned < fact.until)
    )
