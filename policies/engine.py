"""
Decides. Pure: the same question, facts and policy always give the same decision.

A decision begins as a refusal; only a ground permits, and every rule can only add caution.
"""

import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jurisdictions.stack import laws_in_force
from jurisdictions.zones import time_zones
from policies import own_rules
from policies.codes import Effect
from policies.decision import Decision, Finding
from policies.facts import ERASED, KNOWN, Facts, PersonFacts
from policies.matter import Matter
from policies.obligations import obligations
from policies.policy import Policy
from policies.question import RESOURCE_TYPE, Question
from policies.rules import human, inference, person, scope, sharing, timing
from policies.rules.data import Coverage, coverage
from policies.rules.ground import Ground, ground
from policies.validity import valid_until

VETOES: tuple[Callable[[Matter], Iterable[Finding]], ...] = (
    scope.nothing_is_suspended,
    person.processing_is_not_restricted,
    person.data_are_not_blocked,
    scope.action_belongs_to_purpose,
    scope.aggregates_stay_aggregated,
    scope.channel_is_named,
    scope.high_risk_is_assessed,
    inference.prediction_is_harmless,
    inference.removed_guess_is_not_made_again,
    inference.place_is_expected,
    inference.details_are_no_proxies,
    person.minors_are_not_profiled_for_advertising,
    sharing.global_privacy_control_is_honoured,
    sharing.recipient_is_registered,
    sharing.transfer_is_lawful,
    person.person_has_not_paused,
    person.nobody_is_contacted_who_asked_not_to,
    sharing.exclusion_lists_are_honoured,
    scope.services_do_not_sell,
    person.no_sale_during_complaint_or_grief,
    person.value_comes_before_sale,
    timing.nobody_is_addressed_in_quiet_hours,
    timing.frequency_is_kept,
)


def evaluate(
    question: Question,
    facts: Facts,
    policy: Policy,
    *,
    vetoes: Iterable[Callable[[Matter], Iterable[Finding]]] = VETOES,
) -> Decision:
    """
    Decide whether the use in `question` may go ahead, and name every finding, deciding ones first.

    Never raises for a well-formed question. Never permits without a ground: a rule can only add
    caution. `vetoes` is there so that a test can take one away and see that it is missed.
    """
    return considered(question, facts, policy, vetoes=vetoes).decision


class Considered(NamedTuple):
    """A decision, and what it was made from where the question was about something known."""

    decision: Decision
    matter: Matter | None = None
    ground: Ground | None = None


def considered(
    question: Question,
    facts: Facts,
    policy: Policy,
    *,
    vetoes: Iterable[Callable[[Matter], Iterable[Finding]]] = VETOES,
) -> Considered:
    """Decide as `evaluate`, and tell what the decision was made from."""
    unknown = _unknown(question, facts, policy)
    if unknown:
        return Considered(Decision(unknown.effect, (unknown,), policy.version))
    matter = matter_of(question, facts, policy)
    if not _decidable(matter):
        findings = [*_vetoed(matter, vetoes), Finding("law_unknown", source="jurisdictions")]
        return Considered(_concluded(matter, findings, Coverage((), (), ()), None), matter)
    base = ground(matter, matter.purpose, channel=question.channel)
    covered = coverage(matter, base)
    findings = [*base.findings, *_ai_ground(matter), *covered.findings]
    findings += _vetoed(matter, vetoes)
    asked_hash = request_hash(question, facts) if facts.review else ""
    findings += human.a_person_decides(matter, asked_hash)
    findings += own_rules.vetoes(matter)
    return Considered(_concluded(matter, findings, covered, base), matter, base)


def request_hash(question: Question, facts: Facts) -> str:
    """
    Return the digest that binds a human's approval to one request.

    Subject, action with its properties, resource, channel, data and recipient; not the moment.
    """
    subject = facts.person.subject_key if facts.person else None
    data = sorted(json.dumps(asdict(item), default=str, sort_keys=True) for item in question.data)
    recipient = asdict(question.recipient) if question.recipient else None
    bound = [subject, question.action, asdict(question.properties), question.purpose]
    text = json.dumps([*bound, question.channel, data, recipient], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _unknown(question: Question, facts: Facts, policy: Policy) -> Finding | None:
    """What is not known is answered before any rule."""
    if question.resource_type != RESOURCE_TYPE:
        return Finding("resource_unknown", source="AuthZEN 1.0")
    if question.purpose not in policy.purposes:
        return Finding("purpose_unknown", source="catalogue of purposes")
    if question.action not in policy.bundle.actions:
        return Finding("action_unknown", source="policy bundle")
    if facts.subject == ERASED or (facts.person and facts.person.erased):
        return Finding("subject_erased", source=policy.bundle.principles["erasure"])
    if facts.subject != KNOWN or facts.person is None:
        return Finding("subject_unknown", source=policy.bundle.principles["security"])
    return None


def matter_of(question: Question, facts: Facts, policy: Policy) -> Matter:
    """Return the matter of a question about a known person, purpose and action."""
    someone = facts.person
    assert someone is not None  # _unknown has answered otherwise
    region = _region(question, someone)
    names = (someone.time_zone,) if someone.time_zone else time_zones(someone.country, region)
    zones = _zones(names)
    day = max(question.planned_at.astimezone(zone).date() for zone in zones)
    return Matter(
        question=question,
        facts=facts,
        policy=policy,
        purpose=policy.purposes[question.purpose],
        action=policy.bundle.actions[question.action],
        person=someone,
        laws=laws_in_force(someone.country, region, day),
        zones=zones,
        day=day,
    )


@functools.cache
def _zones(names: tuple[str, ...]) -> tuple[ZoneInfo, ...]:
    """Kept here: `ZoneInfo` itself keeps eight, and Brazil alone has more."""
    return tuple(ZoneInfo(name) for name in names) or (ZoneInfo("UTC"),)


def _region(question: Question, someone: PersonFacts) -> str | None:
    """Take the caller's word within the person's country only: nobody chooses another law."""
    asked = question.region
    if asked is not None and asked.partition("-")[0] == someone.country:
        return asked
    return someone.region or None


def _decidable(matter: Matter) -> bool:
    return bool(matter.laws) and all(law.complete for law in matter.laws)


def _vetoed(
    matter: Matter, vetoes: Iterable[Callable[[Matter], Iterable[Finding]]]
) -> Iterator[Finding]:
    for veto in vetoes:
        yield from veto(matter)


def _ai_ground(matter: Matter) -> tuple[Finding, ...]:
    """What AI made also needs the ground of its own purpose, not its data, actions or channels."""
    key = matter.policy.bundle.ai_purpose
    if not matter.question.properties.ai_generated or matter.purpose.key == key:
        return ()
    return ground(matter, matter.policy.purposes[key], channel=None, bare=True).findings


def _concluded(
    matter: Matter, findings: list[Finding], covered: Coverage, base: Ground | None
) -> Decision:
    effect = max(finding.effect for finding in findings)
    due: tuple[str, ...] = ()
    if effect is Effect.PERMIT and base is not None:
        due = obligations(matter, findings, covered)
        supported = matter.question.supported_obligations
        if supported is not None and (missing := sorted(set(due) - supported)):
            refusal = matter.finding("obligation_unsupported", detail={"obligations": missing})
            findings, effect, due = [refusal, *findings], Effect.DENY, ()
    ordered = tuple(sorted(_distinct(findings), key=lambda f: f.effect, reverse=True))
    usable = effect in (Effect.PERMIT, Effect.NEEDS_HUMAN)
    return Decision(
        effect=effect,
        findings=ordered,
        policy=matter.policy.version,
        laws=tuple(law.code for law in matter.laws),
        obligations=due,
        permitted=covered.permitted if usable else (),
        withheld=covered.withheld,
        valid_until=valid_until(matter, base),
        granted_on=_day_of(base.since, matter) if base and base.since else None,
    )


def _day_of(moment: datetime, matter: Matter) -> date:
    """Return the day on the person's own calendar; the first of several zones."""
    return moment.astimezone(matter.zones[0]).date()


def _distinct(findings: list[Finding]) -> list[Finding]:
    """Keep one finding per code and subject matter, the first of each."""
    kept: dict[tuple[str, str, tuple[str, ...]], Finding] = {}
    for finding in findings:
        detail = finding.detail
        about = json.dumps(dict(detail), sort_keys=True, default=str) if detail else ""
        kept.setdefault((finding.code, about, finding.data), finding)
    return list(kept.values())
