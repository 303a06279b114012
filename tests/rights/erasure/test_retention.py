"""What is out of term is proposed, approved by a person, and erased by the same path."""

from datetime import UTC, datetime, timedelta

import pytest

from pseudonymize import holds
from pseudonymize import queries as subjects
from rights.erasure import operations as erasures
from rights.erasure import retention
from rights.models import Erasure, RetentionProposal
from rights.operations import Acting
from tests.builders import a_grant, a_subject
from tests.rights.erasure.people import asked, recordings_confirmed, send_letters
from tests.rights.requests import OFFICER
from tests.rights.systems.company import Company, driven

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2016, 5, 2, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
BY = Acting(OFFICER, NOW)


def proposed(kind: str, key: str = "") -> RetentionProposal | None:
    retention.propose(at=NOW)
    return RetentionProposal.objects.filter(kind=kind, key=key).first()


def carried_out(moment: datetime = NOW) -> None:
    """Let the workers do what there is to do."""
    for _ in range(6):
        retention.carry_out(at=moment)
        erasures.go_on_due(at=moment)
        driven(at=moment)
        recordings_confirmed(moment)
        send_letters(moment)
        moment += timedelta(minutes=2)
    retention.carry_out(at=moment)


def test_who_gave_no_sign_for_the_longest_term_is_proposed_and_erased_when_approved() -> None:
    old = a_subject("BR", at=LONG_AGO)
    recent = a_subject("BR", at=NOW - timedelta(days=30))
    proposal = proposed("person")
    assert proposal is not None
    assert (proposal.people, proposal.oldest_on) == (1, LONG_AGO.date())
    carried_out()
    assert subjects.person(old.subject_key).life == "active"  # nobody has approved it
    retention.approve(proposal.pk, BY)
    carried_out()
    proposal.refresh_from_db()
    assert retention.progress(proposal).ended == 1
    assert proposal.finished_at is not None
    lives = [subjects.person(one.subject_key).life for one in (old, recent)]
    assert lives == ["shredded", "active"]


def test_a_recent_act_a_decision_or_a_request_keeps_a_person() -> None:
    acting, asking = a_subject("BR", at=LONG_AGO), a_subject("BR", at=LONG_AGO)
    a_grant(acting.subject_key, at=NOW - timedelta(days=10))
    asked(asking.subject_key, "access")
    assert proposed("person") is None


def test_who_is_held_is_counted_apart_and_passed_over() -> None:
    free, held = a_subject("BR", at=LONG_AGO), a_subject("BR", at=LONG_AGO)
    until = NOW.date() + timedelta(days=400)
    holds.place(
        held.subject_key, reason="Juicio", owner="user:dpo", ends_on=until, actor=OFFICER, at=NOW
    )
    proposal = proposed("person")
    assert proposal is not None
    assert (proposal.people, proposal.held) == (1, 1)
    retention.approve(proposal.pk, BY)
    carried_out()
    assert subjects.person(held.subject_key).life == "active"
    assert subjects.person(free.subject_key).life == "shredded"


def test_retention_blocks_first_where_the_law_wants_it() -> None:
    key = a_subject("ES", at=LONG_AGO).subject_key
    proposal = proposed("person")
    assert proposal is not None
    retention.approve(proposal.pk, BY)
    carried_out()
    assert subjects.person(key).life == "blocked"
    assert retention.progress(proposal).blocked == 1


def test_a_purpose_whose_term_is_over_goes_from_systems_that_hold_it_for_nothing_else(
    company: Company,
) -> None:
    person = a_subject("BR", at=LONG_AGO)
    granted_at = datetime(2019, 2, 1, 9, tzinfo=UTC)
    a_grant(person.subject_key, "conversation.analysis", at=granted_at, explicit=True)
    proposal = proposed("purpose", "conversation.analysis")
    assert proposal is not None
    retention.approve(proposal.pk, BY)
    carried_out()
    erasure = Erasure.objects.get(proposal=proposal)
    assert erasure.step == "ended"
    assert erasure.only is not None
    assert "recordings" in erasure.only
    assert subjects.person(person.subject_key).life == "active"


def test_a_system_erases_by_its_own_term(company: Company) -> None:
    person = a_subject("BR", at=LONG_AGO)
    number = dict(subjects.every_identifier(person.subject_key))["external_id"]
    company.shop.sells_to(number)
    proposal = proposed("system", "shop")
    assert proposal is not None
    retention.approve(proposal.pk, BY)
    carried_out()
    assert company.shop.count("customers", "customer_number = %s", number) == 0
    assert subjects.person(person.subject_key).life == "active"


def test_a_proposal_is_decided_once_and_not_made_again_soon() -> None:
    a_subject("BR", at=LONG_AGO)
    proposal = proposed("person")
    assert proposal is not None
    retention.decline(proposal.pk, BY)
    with pytest.raises(retention.ProposalClosed):
        retention.approve(proposal.pk, BY)
    retention.propose(at=NOW + timedelta(days=1))
    assert RetentionProposal.objects.filter(kind="person").count() == 1
    retention.propose(at=NOW + timedelta(days=31))
    assert RetentionProposal.objects.filter(kind="person").count() == 2


def test_many_people_go_in_batches() -> None:
    keys = [a_subject("BR", at=LONG_AGO).subject_key for _ in range(5)]
    proposal = proposed("person")
    assert proposal is not None
    retention.approve(proposal.pk, BY)
    begun = [retention.carry_out(at=NOW, most=2) for _ in range(2)]
    assert begun == [2, 0]  # two are under way
    carried_out(NOW + timedelta(hours=1))
    assert {subjects.person(key).life for key in keys} == {"shredded"}
