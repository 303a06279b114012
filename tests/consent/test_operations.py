"""Acts on the ledger: what is recorded, what is refused, and what stands afterwards."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from audit import queries as trail
from consent import ledger, operations, queries, verification
from consent.act import Actor, Kind, Window
from consent.models import Circumstance, ConsentEvent, ConsentEvidence, FrequencySpend, Receipt
from consent.operations import ActRefused
from pseudonymize import operations as subjects
from pseudonymize.queries import SubjectBlocked, SubjectErased
from tests.builders import AT, CALLER, a_grant, a_subject, an_act, an_event

pytestmark = pytest.mark.django_db


def kind_of(subject_key: int, purpose: str, channel: str | None = None) -> Kind | None:
    standing = queries.permission(subject_key).standings.get(purpose)
    layer = standing.layer_for(channel, None) if standing else None
    return layer.kind if layer else None


def test_a_grant_stands_at_once() -> None:
    person = a_subject()
    event = a_grant(person.subject_key)
    assert event.sequence == 1
    assert kind_of(person.subject_key, "marketing.offers") is Kind.GRANTED


def test_a_withdrawal_stands_at_once() -> None:
    person = a_subject()
    a_grant(person.subject_key)
    an_event(person.subject_key, Kind.WITHDRAWN, "marketing.offers")
    assert kind_of(person.subject_key, "marketing.offers") is Kind.WITHDRAWN


def test_a_late_delivery_does_not_overturn_a_newer_act() -> None:
    person = a_subject()
    an_event(person.subject_key, Kind.WITHDRAWN, "marketing.offers")
    a_grant(person.subject_key, acted_at=AT - timedelta(days=3), at=AT + timedelta(days=1))
    assert kind_of(person.subject_key, "marketing.offers") is Kind.WITHDRAWN


def test_the_state_at_a_moment_is_told_as_it_is_known_now() -> None:
    person = a_subject()
    an_event(person.subject_key, Kind.WITHDRAWN, "marketing.offers")
    a_grant(person.subject_key, acted_at=AT - timedelta(days=3), at=AT + timedelta(days=1))
    then = queries.permission_at(person.subject_key, at=AT - timedelta(days=1))
    layer = then.standings["marketing.offers"].layer_for(None, None)
    assert layer is not None
    assert layer.is_grant


def test_a_purpose_that_is_no_longer_offered_can_still_be_left() -> None:
    person = a_subject()
    with pytest.raises(ActRefused, match="GET /api/v1/purposes"):
        an_event(person.subject_key, Kind.WITHDRAWN, "no.such.purpose", notice_version=None)


@pytest.mark.parametrize(
    ("code", "field", "fields"),
    [
        pytest.param("purpose_unknown", "purpose", {"purpose": "no.such"}, id="purpose"),
        pytest.param("notice_missing", "notice", {"notice_version": None}, id="no notice"),
        pytest.param("notice_unknown", "notice", {"notice_version": "9.9"}, id="notice version"),
        pytest.param("notice_unknown", "notice", {"locale": "fr"}, id="notice language"),
        pytest.param(
            "notice_not_in_force",
            "notice",
            {"acted_at": datetime(2018, 12, 31, 12, tzinfo=UTC)},
            id="notice of a later day",
        ),
        pytest.param(
            "acted_in_the_future", "acted_at", {"acted_at": AT + timedelta(minutes=6)}, id="future"
        ),
        pytest.param("channels_empty", "channels", {"channels": []}, id="no channel at all"),
        pytest.param(
            "channel_not_of_purpose", "channels", {"channels": ["fax"]}, id="unknown channel"
        ),
        pytest.param(
            "data_category_not_of_purpose",
            "data_categories",
            {"data_categories": ["user.health_and_medical"]},
            id="category of another purpose",
        ),
        pytest.param(
            "data_category_not_of_purpose",
            "data_categories",
            {"data_categories": ["user.contact.no_such"]},
            id="category that does not exist",
        ),
        pytest.param("frequency_unknown", "frequency", {"frequency": "hourly"}, id="frequency"),
        pytest.param("method_malformed", "method", {"method": "ana@correo.example"}, id="method"),
        pytest.param(
            "guardian_not_registered", "actor", {"actor": Actor.GUARDIAN}, id="no guardian"
        ),
        pytest.param(
            "double_opt_in_malformed",
            "evidence.double_opt_in_at",
            {"evidence": {"double_opt_in_at": "2026-01-01"}},
            id="opt-in without an hour",
        ),
        pytest.param(
            "acted_in_the_future",
            "evidence.double_opt_in_at",
            {"evidence": {"double_opt_in_at": "2027-01-01T00:00:00Z"}},
            id="opt-in in the future",
        ),
        pytest.param(
            "evidence_too_large", "evidence", {"evidence": {"page": "x" * 20_000}}, id="evidence"
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    code: str, field: str, fields: dict[str, Any]
) -> None:
    person = a_subject()
    with pytest.raises(ActRefused) as refused:
        a_grant(person.subject_key, **({"purpose": "marketing.offers"} | fields))
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not ConsentEvent.objects.filter(subject_id=person.subject_key).exists()


def test_a_grant_of_messages_names_its_channels_and_a_refusal_need_not() -> None:
    person = a_subject()
    with pytest.raises(ActRefused) as refused:
        a_grant(person.subject_key, "marketing.messages", channels=None)
    assert refused.value.code == "channels_needed"
    an_event(person.subject_key, Kind.REFUSED, "marketing.messages")
    assert kind_of(person.subject_key, "marketing.messages") is Kind.REFUSED


def test_a_clock_that_runs_a_little_ahead_is_set_to_the_receipt() -> None:
    event = a_grant(a_subject().subject_key, acted_at=AT + timedelta(minutes=5))
    assert event.acted_at == AT


def test_an_act_of_a_minor_is_recorded_and_left_to_the_check() -> None:
    child = a_subject("BR", birth_date=date(2016, 1, 1))
    event = a_grant(child.subject_key, "advice.health", explicit=False)
    assert event.actor == "subject"


def test_a_registered_guardian_may_act() -> None:
    child = a_subject("BR", birth_date=date(2016, 1, 1), guardian=True)
    a_grant(child.subject_key, actor=Actor.GUARDIAN)
    layer = queries.permission(child.subject_key).standings["marketing.offers"].layers[0]
    assert layer.actor is Actor.GUARDIAN


def test_evidence_is_sealed_and_its_digest_is_on_the_ledger() -> None:
    event = a_grant(a_subject().subject_key, evidence={"ip": "192.0.2.7"})
    kept = ConsentEvidence.objects.get(event=event)
    assert b"192.0.2.7" not in bytes(kept.sealed)
    plaintext = ledger.evidence_of(event)
    assert plaintext is not None
    assert b"192.0.2.7" in plaintext
    assert ledger.evidence_holds(event, plaintext)
    assert not ledger.evidence_holds(event, plaintext + b" ")


def test_the_same_evidence_has_another_digest_each_time() -> None:
    person = a_subject()
    first, second = (a_grant(person.subject_key, evidence={"ip": "192.0.2.7"}) for _ in range(2))
    assert first.evidence_digest != second.evidence_digest


def test_a_chain_that_nobody_touched_holds() -> None:
    person = a_subject()
    a_grant(person.subject_key, acted_at=datetime(2026, 5, 1, 14, tzinfo=UTC))
    an_event(person.subject_key, Kind.PAUSED, until=date(2026, 12, 1))
    assert verification.breaks(person.subject_key) == []


def test_every_act_leaves_an_entry_in_the_trail() -> None:
    person = a_subject()
    a_grant(person.subject_key)
    actions = [entry.action for entry in trail.entries_about(person.subject_key)]
    assert actions[-1] == "consent.granted"


def test_a_pause_holds_until_its_day_and_can_be_ended() -> None:
    person = a_subject()
    act = an_act(Kind.PAUSED, until=date(2026, 12, 1))
    operations.pause(person.subject_key, act, caller=CALLER, at=AT)
    assert queries.permission(person.subject_key).person.paused_until == date(2026, 12, 1)
    operations.resume(person.subject_key, an_act(Kind.RESUMED), caller=CALLER, at=AT)
    assert queries.permission(person.subject_key).person.paused_until is None


def test_own_days_and_hours_are_an_act_and_must_be_real() -> None:
    key = a_subject().subject_key
    evenings = Window(days=frozenset({1, 5}), opens=time(18), closes=time(21))
    an_event(key, Kind.CONTACT_HOURS, hours={"phone": (evenings,)})
    assert queries.permission(key).person.contact_hours == {"phone": (evenings,)}
    for wrong in (replace(evenings, closes=time(9)), replace(evenings, days=frozenset({8}))):
        with pytest.raises(ActRefused, match="days 1"):
            an_event(key, Kind.CONTACT_HOURS, hours={"phone": (wrong,)})


def test_a_pause_that_is_over_is_refused() -> None:
    act = an_act(Kind.PAUSED, until=date(2026, 11, 1))
    with pytest.raises(ActRefused) as refused:
        operations.pause(a_subject().subject_key, act, caller=CALLER, at=AT)
    assert refused.value.field == "until"


def test_a_restriction_is_an_act_and_is_lifted_by_another() -> None:
    key = a_subject().subject_key
    for restricted in (True, False):
        operations.restrict(
            key, restricted=restricted, method="rights_request", caller=CALLER, at=AT
        )
        assert queries.permission(key).person.restricted is restricted


def test_everything_is_withdrawn_once() -> None:
    key = a_subject().subject_key
    a_grant(key)
    a_grant(key, "marketing.messages", channels=["push"])
    an_event(key, Kind.OBJECTED, "service.proactive")
    done: dict[str, Any] = {"method": "rights_request", "actor": Actor.SUBJECT}
    done |= {"caller": CALLER, "at": AT}
    withdrawn = operations.withdraw_all(key, **done)
    assert {event.purpose for event in withdrawn} == {"marketing.offers", "marketing.messages"}
    assert operations.withdraw_all(key, **done) == []
    assert kind_of(key, "service.proactive") is Kind.OBJECTED


def test_what_lies_beside_the_ledger_is_forgotten_and_the_chain_holds() -> None:
    key = a_subject().subject_key
    a_grant(key, evidence={"ip": "192.0.2.7"})
    operations.set_circumstance(key, "bereavement", since=AT, until=None, caller=CALLER, at=AT)
    operations.forget(key)
    for beside in (ConsentEvidence, Receipt):
        assert not beside.objects.filter(event__subject_id=key).exists()
    assert not Circumstance.objects.filter(subject_id=key).exists()
    assert verification.breaks(key) == []


def test_nothing_is_recorded_for_a_subject_that_is_gone() -> None:
    key = a_subject().subject_key
    subjects.shred(key, AT)
    with pytest.raises(SubjectErased):
        a_grant(key)


def test_only_the_system_acts_on_a_blocked_subject() -> None:
    key = a_subject().subject_key
    a_grant(key)
    subjects.block(key, date(2029, 1, 1), AT)
    with pytest.raises(SubjectBlocked):
        an_event(key, Kind.WITHDRAWN, "marketing.offers")
    an_event(key, Kind.BLOCKED)
    assert queries.permission(key).person.blocked


def test_a_circumstance_told_twice_is_told_once() -> None:
    key = a_subject().subject_key
    for _ in range(2):
        operations.set_circumstance(key, "bereavement", since=AT, until=None, caller="k", at=AT)
    assert queries.circumstances(key).count() == 1
    assert Circumstance.objects.filter(subject_id=key).count() == 1


def test_a_circumstance_told_anew_replaces_the_one_before() -> None:
    key = a_subject().subject_key
    later = AT + timedelta(days=2)
    for since in (AT, later):
        operations.set_circumstance(
            key, "recent_purchase", since=since, until=None, caller="k", at=AT
        )
    assert [row.since for row in queries.circumstances(key)] == [later]
    assert operations.end_circumstance(key, "recent_purchase", caller="k", at=AT)
    assert not operations.end_circumstance(key, "recent_purchase", caller="k", at=AT)


def test_spent_attention_is_given_back_once() -> None:
    key = a_subject().subject_key
    decision = FrequencySpend._meta.get_field("decision_id").to_python(
        "01890000-0000-7000-8000-000000000001"
    )
    operations.spend(key, "push", planned_at=AT, purpose="marketing.messages", decision_id=decision)
    assert operations.give_back(decision, at=AT) == 1
    assert operations.give_back(decision, at=AT) == 0
