"""A legal hold stops every path that destroys, wherever it is, and is told to the person."""

from datetime import date, timedelta

import pytest
from django.core import mail

from pseudonymize import holds
from pseudonymize import operations as subjects
from pseudonymize import queries as known_subjects
from pseudonymize.holds import LegalHold, UnderLegalHold
from pseudonymize.registration import Registration
from rights import operations
from rights.erasure import operations as erasures
from rights.models import Erasure, RequestEvent
from rights.operations import Acting
from tests.builders import a_subject
from tests.rights.erasure.people import (
    OVER,
    START,
    a_customer,
    an_erasure,
    asked,
    gone_on,
    identifiers,
    right_of,
)
from tests.rights.requests import OFFICER
from tests.rights.systems.company import Company

pytestmark = pytest.mark.django_db
UNTIL = date(2027, 6, 30)
AFTER = OVER.replace(year=2027, month=8)


def a_hold(subject_key: int, *, ends_on: date = UNTIL) -> LegalHold:
    return holds.place(
        subject_key,
        reason="Juicio ordinario 12/2026 de Inés Prueba",
        owner="user:dpo",
        ends_on=ends_on,
        actor=OFFICER,
        at=START,
    )


def test_shredding_itself_refuses_what_is_held() -> None:
    key = a_subject().subject_key
    a_hold(key)
    with pytest.raises(UnderLegalHold):
        subjects.shred(key, START)
    assert known_subjects.person(key).life == "active"


def test_a_hold_covers_the_same_person_under_another_registration() -> None:
    first = a_subject()
    _, email = identifiers(first.subject_key)
    again = subjects.register(
        Registration(
            identifiers=(("external_id", "T-otra-alta"), ("email", email.upper())), country="ES"
        ),
        at=START,
    )
    assert again.subject_key != first.subject_key
    a_hold(first.subject_key)
    with pytest.raises(UnderLegalHold):
        subjects.shred(again.subject_key, START)


def test_a_hold_needs_a_reason_an_owner_and_an_end_ahead() -> None:
    key, wrong = a_subject().subject_key, []
    good = {"reason": "Juicio", "owner": "user:dpo", "ends_on": UNTIL}
    for change in ({"reason": " "}, {"owner": ""}, {"ends_on": START.date() - timedelta(days=1)}):
        with pytest.raises(holds.HoldRefused) as refused:
            holds.place(key, **(good | change), actor=OFFICER, at=START)  # type: ignore[arg-type]
        wrong.append(refused.value.field)
    assert wrong == ["reason", "owner", "ends_on"]


def test_a_reason_is_sealed_and_goes_with_the_person() -> None:
    key = a_subject().subject_key
    hold = a_hold(key)
    assert "Inés" not in str(bytes(hold.reason or b""))
    assert holds.reason_of(hold).startswith("Juicio")
    holds.end(hold.pk, actor=OFFICER, at=START)
    subjects.shred(key, START)
    hold.refresh_from_db()
    assert holds.reason_of(hold) == ""
    assert not hold.aliases.exists()


def test_a_hold_ends_by_an_act_or_with_its_last_day() -> None:
    key = a_subject().subject_key
    hold = a_hold(key)
    assert holds.standing(key, on=UNTIL) == hold
    assert holds.standing(key, on=UNTIL + timedelta(days=1)) is None
    assert holds.end(hold.pk, actor=OFFICER, at=START)
    assert not holds.end(hold.pk, actor=OFFICER, at=START)
    assert holds.standing(key, on=START.date()) is None


def test_an_erasure_of_who_is_held_cannot_be_granted_but_refused_with_its_ground() -> None:
    person = a_subject("ES")
    a_hold(person.subject_key)
    right = right_of(asked(person.subject_key, country="ES"))
    by = Acting(OFFICER, START, "Hay un juicio.")
    with pytest.raises(UnderLegalHold):
        operations.answer(right.pk, "granted", by)
    refused = operations.refuse(right.pk, "legal_claims", by)
    assert refused.state == "refused"


def test_a_hold_placed_in_the_middle_stops_the_next_step_and_is_told(company: Company) -> None:
    person = a_customer(company)
    erasure = an_erasure(person.subject_key)
    erasures.go_on(erasure.pk, Acting("system", OVER))
    a_hold(person.subject_key)
    stopped = gone_on(erasure)
    assert (stopped.step, stopped.held_at) == ("erasing", OVER)
    assert RequestEvent.objects.filter(kind="erasure.held").exists()
    assert any("está detenida" in one.subject for one in mail.outbox)
    assert known_subjects.person(person.subject_key).life == "blocked"
    with pytest.raises(UnderLegalHold):
        erasures.resume(erasure.pk, Acting(OFFICER, OVER))


def test_what_is_under_way_halts_at_once_and_is_told_once(company: Company) -> None:
    person = a_customer(company)
    erasure = an_erasure(person.subject_key)
    erasures.go_on(erasure.pk, Acting("system", OVER))
    a_hold(person.subject_key)
    for _ in range(2):
        erasures.halt(person.subject_key, Acting(OFFICER, OVER))
    assert Erasure.objects.get().held_at == OVER
    assert RequestEvent.objects.filter(kind="erasure.held").count() == 1


def test_while_it_cools_off_a_hold_stops_nothing_yet() -> None:
    person = a_customer()
    an_erasure(person.subject_key)
    a_hold(person.subject_key)
    erasures.halt(person.subject_key, Acting(OFFICER, START))
    assert Erasure.objects.get().held_at is None  # it may be taken back or refused


def test_after_its_end_an_officer_lets_the_erasure_go_on(company: Company) -> None:
    person = a_customer(company)
    erasure = an_erasure(person.subject_key)
    hold = a_hold(person.subject_key)
    assert gone_on(erasure).held_at is not None
    holds.end(hold.pk, actor=OFFICER, at=OVER)
    assert gone_on(erasure).step == "cooling"  # by itself it does not go on
    erasures.resume(erasure.pk, Acting(OFFICER, OVER))
    assert gone_on(erasure).step == "ended"


def test_a_hold_stops_what_was_blocked_for_years(company: Company) -> None:
    person = a_customer(company, country="ES")
    erasure = gone_on(an_erasure(person.subject_key, country="ES"))
    a_hold(person.subject_key, ends_on=date(2040, 1, 1))
    later = OVER.replace(year=2033)
    assert gone_on(erasure, moment=later).held_at == later
    assert Erasure.objects.get().step == "blocked"
