"""What holds for every question: deny by default, and caution that only grows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent import catalogue
from consent.act import CHANNELS, FREQUENCIES, Act, Actor, Kind
from consent.state import fold
from policies import bundle, engine, own_rules, publishing
from policies.codes import Effect
from policies.decision import Finding
from policies.facts import KNOWN, Circumstance, Facts, PersonFacts, Suspension
from policies.policy import Policy
from policies.question import DataItem, Properties, Question

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
PURPOSES = catalogue.load()
POLICY = publishing.read_alone(publishing.BASELINE, PURPOSES)
CONSENTED = ("personalisation.recommendations", "marketing.messages", "marketing.offers")
CATEGORIES = (
    "user.behavior",
    "user.behavior.browsing_history",
    "user.behavior.purchase_history",
    "user.name.first",
    "user.contact",
    "user.government_id",
    "user.health_and_medical",
)
ORIGINS = (None, "provided", "observed", "derived", "inferred", "third_party")

items = st.builds(
    DataItem,
    category=st.sampled_from(CATEGORIES),
    origin=st.sampled_from(ORIGINS),
    collected_at=st.none() | st.dates(AT.date() - timedelta(days=3000), AT.date()),
    collected_for=st.sampled_from((None, "service.delivery", "security.fraud")),
)
questions = st.builds(
    Question,
    action=st.sampled_from(sorted(POLICY.bundle.actions)),
    resource_type=st.just("purpose"),
    purpose=st.sampled_from(sorted(PURPOSES)),
    planned_at=st.integers(0, 60 * 24).map(lambda hours: AT + timedelta(hours=hours)),
    properties=st.builds(
        Properties,
        automated=st.booleans(),
        sale=st.booleans(),
        predicts=st.sampled_from((None, "churn", "pregnancy", "nonsense")),
        place=st.sampled_from((None, "own", "competitor", "sensitive")),
    ),
    channel=st.sampled_from((None, *CHANNELS)),
    data=st.lists(items, max_size=4).map(tuple),
    gpc=st.booleans(),
)


@st.composite
def acts(draw: st.DrawFn, purpose: str) -> list[Act]:
    drawn = []
    for sequence in range(1, draw(st.integers(0, 6)) + 1):
        channels = draw(st.none() | st.frozensets(st.sampled_from(CHANNELS), min_size=1))
        categories = draw(st.none() | st.frozensets(st.sampled_from(CATEGORIES[:3]), min_size=1))
        drawn.append(
            Act(
                kind=draw(st.sampled_from((Kind.GRANTED, Kind.REFUSED, Kind.WITHDRAWN))),
                sequence=sequence,
                acted_at=AT - timedelta(days=draw(st.integers(1, 1200))),
                purpose=purpose,
                notice_version=draw(st.sampled_from(("1.0", "0.9"))),
                channels=channels,
                categories=categories,
                frequency=draw(st.none() | st.sampled_from(FREQUENCIES)),
                explicit=draw(st.booleans()),
                actor=draw(st.sampled_from((Actor.SUBJECT, Actor.GUARDIAN))),
                email_proved=draw(st.booleans()),
            )
        )
    return drawn


@st.composite
def situations(draw: st.DrawFn) -> tuple[Question, Facts, list[Act]]:
    question = draw(questions)
    history = draw(acts(question.purpose))
    kinds = ("open_complaint", "recent_purchase", "bereavement", "vulnerable", "do_not_contact")
    told = draw(st.frozensets(st.sampled_from(kinds), max_size=2))
    person = PersonFacts(
        subject_key=1,
        life="active",
        country=draw(st.sampled_from(("ES", "BR", "MX", "CO", "AR", "CL", "FR", "GB"))),
        region="",
        locale="en",
        time_zone="",
        age_class=draw(st.sampled_from((None, 0, 12, 13, 14, 16, 18))),
        restricted=draw(st.booleans()),
    )
    facts = Facts(
        at=AT,
        subject=KNOWN,
        person=person,
        standings={question.purpose: fold(history)},
        circumstances={kind: Circumstance(AT - timedelta(days=1)) for kind in sorted(told)},
        spends=tuple(draw(st.lists(st.just(AT), max_size=1))),
        on_exclusion_list=draw(st.booleans()),
    )
    return question, facts, history


def effect(question: Question, facts: Facts, policy: Policy = POLICY) -> Effect:
    return engine.evaluate(question, facts, policy).effect


@settings(max_examples=400, deadline=None)
@given(situations())
def test_consent_permits_only_on_a_grant_that_stands(
    situation: tuple[Question, Facts, list[Act]],
) -> None:
    question, facts, history = situation
    person = facts.person
    assert person is not None
    if question.purpose not in CONSENTED or person.country in {"MX"}:
        return
    if effect(question, facts) is not Effect.PERMIT:
        return
    assert any(_stands(act, history, question, person.age_class) for act in history)


def _stands(act: Act, history: list[Act], question: Question, age: int | None) -> bool:
    """Whether a grant could carry a permit, told from the acts alone, the engine aside."""
    channel = question.channel
    speaks = act.channels is None or channel is None or channel in act.channels
    young = question.planned_at - act.acted_at < timedelta(days=731)
    earlier = [a for a in history if (a.acted_at, a.sequence) < (act.acted_at, act.sequence)]
    proved = channel != "email" or act.email_proved or any(a.email_proved for a in earlier)
    by_guardian = age is None or age >= 12 or act.actor is Actor.GUARDIAN
    later_no = any(
        other.kind is not Kind.GRANTED
        and (other.acted_at, other.sequence) > (act.acted_at, act.sequence)
        and other.channels is None
        and other.categories is None
        for other in history
    )
    is_grant = act.kind is Kind.GRANTED and act.notice_version == "1.0"
    return is_grant and speaks and young and proved and by_guardian and not later_no


@settings(max_examples=300, deadline=None)
@given(situations(), st.sampled_from(("restricted", "suspended", "complaint", "veto", "paused")))
def test_another_veto_never_makes_an_answer_less_cautious(
    situation: tuple[Question, Facts, list[Act]], veto: str
) -> None:
    question, facts, _ = situation
    before, vetoes, stricter = effect(question, facts), engine.VETOES, facts
    assert facts.person is not None
    match veto:
        case "restricted":
            stricter = replace(facts, person=replace(facts.person, restricted=True))
        case "paused":
            person = replace(facts.person, paused_until=AT.date() + timedelta(days=200))
            stricter = replace(facts, person=person)
        case "suspended":
            stricter = replace(facts, suspensions=(Suspension("purpose", question.purpose),))
        case "complaint":
            told = {**facts.circumstances, "open_complaint": Circumstance(AT)}
            stricter = replace(facts, circumstances=told)
        case "veto":
            vetoes = (*vetoes, lambda matter: [Finding("suspended")])
    after = engine.evaluate(question, stricter, POLICY, vetoes=vetoes).effect
    assert after >= before


@settings(max_examples=300, deadline=None)
@given(situations(), items)
def test_more_data_never_makes_a_withheld_item_usable(
    situation: tuple[Question, Facts, list[Act]], extra: DataItem
) -> None:
    question, facts, _ = situation
    withheld = {w.category for w in engine.evaluate(question, facts, POLICY).withheld}
    more = replace(question, data=(*question.data, extra))
    assert withheld.isdisjoint(engine.evaluate(more, facts, POLICY).permitted)


@settings(max_examples=200, deadline=None)
@given(situations(), st.randoms(use_true_random=False))
def test_order_and_repetition_of_data_change_nothing(
    situation: tuple[Question, Facts, list[Act]], shuffle: object
) -> None:
    question, facts, _ = situation
    data = [*question.data, *question.data]
    shuffle.shuffle(data)  # type: ignore[attr-defined]
    once = engine.evaluate(question, facts, POLICY)
    twice = engine.evaluate(replace(question, data=tuple(data)), facts, POLICY)
    assert once.effect is twice.effect
    assert set(once.permitted) == set(twice.permitted)
    assert {f.code for f in once.findings} == {f.code for f in twice.findings}


CONDITIONS = (
    "true",
    "sale",
    'country == "ES"',
    "age >= 14 && automated",
    "size(data) > 1",
    "false",
)


@settings(max_examples=200, deadline=None)
@given(situations(), st.sampled_from(CONDITIONS), st.sampled_from(("deny", "needs_human")))
def test_own_rules_never_widen(
    situation: tuple[Question, Facts, list[Act]],
    condition: str,
    outcome: Literal["deny", "needs_human"],
) -> None:
    question, facts, _ = situation
    rule = bundle.OwnRule(id="r", when=condition, effect=outcome, code="own.r", source="test")
    own = (own_rules.compiled(rule, own_rules.PURPOSE_INPUTS),)
    assert effect(question, facts, replace(POLICY, own_rules=own)) >= effect(question, facts)


@pytest.mark.parametrize("purpose", sorted(PURPOSES))
def test_an_unknown_person_is_refused_for_every_purpose(purpose: str) -> None:
    question = Question("recommend", "purpose", purpose, planned_at=AT)
    assert effect(question, Facts(at=AT)) is Effect.DENY
