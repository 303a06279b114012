"""After an erasure nothing shows the person: no table, no mail file, no page, no search."""

import email
import email.policy
from pathlib import Path

import pytest
from django.core.mail import get_connection, send_mail
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings

from audit import operations as audit
from audit import queries as trail
from consent import operations as consent
from consent import verification
from consent.act import Kind
from policies.models import ExclusionEntry, Outcome, Review
from portal import links
from pseudonymize import queries as subjects
from pseudonymize.operations import register as registered
from pseudonymize.registration import Registration
from rights import operations
from rights.casework.sealed import Typed
from rights.erasure import destruction, mails
from rights.erasure import operations as erasures
from rights.models import Erasure, Letter, RightsRequest
from rights.operations import Acting, NewRequest
from tests.builders import Api, a_grant, an_act
from tests.pseudonymize.test_dumps import dump
from tests.rights.erasure.people import (
    OVER,
    START,
    a_customer,
    an_erasure,
    asked,
    gone_on,
    granted,
    identifiers,
    right_of,
)
from tests.rights.requests import by, the
from tests.rights.systems.company import Company

pytestmark = pytest.mark.django_db


def traces_of(subject_key: int) -> set[str]:
    """Return everything by which the person could be found in a dump."""
    known = dict(subjects.every_identifier(subject_key))
    digests = {subjects.lookup_digest(kind, value).hex() for kind, value in known.items()}
    return {*known.values(), *digests, "Soto"}


def test_no_table_holds_anything_that_leads_to_the_person(company: Company) -> None:
    person = a_customer(company)
    traces = traces_of(person.subject_key)
    request = asked(person.subject_key, "access", "erasure")
    assert {trace for trace in traces if trace in dump()}

    operations.answer(the(request, "access").pk, "granted", by("2026-11-02", "Aqui."))
    operations.execute(the(request, "access").pk, by("2026-11-02"))
    gone_on(granted(request))
    _complete_access(request)
    assert gone_on(Erasure.objects.get()).step == "ended"
    after = dump()
    assert [trace for trace in traces if trace in after] == []
    assert destruction.remains(person.subject_key) == []


def _complete_access(request: RightsRequest) -> None:

    right = the(request, "access")
    if right.state == "executing":
        right.errands.filter(settled_at=None).update(settled_at=OVER, continued_at=OVER)
        operations.complete(right.pk, by("2026-11-06"))


def test_every_way_to_the_person_answers_that_there_is_nobody(company: Company) -> None:
    person = a_customer(company)
    number, address = identifiers(person.subject_key)
    link = links.issue(person.subject_key, actor="system", at=START)
    api = Api("consents:read", "consents:write", "policies:check", "identifiers:read")
    path = f"/api/v1/subjects/{person.id}/consents"
    assert api.get(path).status_code == 200
    gone_on(an_erasure(person.subject_key))
    assert api.get(path).status_code in (404, 410)
    for kind, value in (("external_id", number), ("email", address)):
        found = api.post("/api/v1/subjects:lookup", {"type": kind, "value": value})
        assert found.status_code == 404
    assert Client().get(link.path).status_code == 410
    check = {
        "subject": {"type": "data_subject", "id": person.id},
        "action": {"name": "show_offer"},
        "resource": {"type": "purpose", "id": "marketing.offers"},
    }
    answer = api.post("/access/v1/evaluation", check).json()
    assert answer["context"]["reasons"][0]["code"] == "subject_erased"


def test_the_ledger_and_the_audit_trail_still_verify(company: Company) -> None:
    person = a_customer(company)
    gone_on(an_erasure(person.subject_key))
    audit.seal(at=OVER)
    assert verification.breaks(person.subject_key) == []
    assert list(trail.complaints()) == []


def test_what_a_caller_told_of_a_decision_goes_with_it() -> None:
    person = a_customer()
    api = Api("policies:check", "decisions:read")
    check = {
        "subject": {"type": "data_subject", "id": person.id},
        "action": {"name": "show_offer"},
        "resource": {"type": "purpose", "id": "marketing.offers"},
    }
    decision = api.post("/access/v1/evaluation", check).json()["context"]["id"]
    told = {"outcome": "executed", "sentence": "Para Inês Prova: 10 %"}
    api.post(f"/api/v1/decisions/{decision}/outcome", told)
    assert Outcome.objects.exists()
    gone_on(an_erasure(person.subject_key))
    assert not Outcome.objects.exists()
    assert "Inês Prova" not in dump()


def test_open_reviews_of_the_person_are_closed() -> None:
    person = a_customer()
    Review.objects.create(
        public_id="rev_x",
        request_hash="x",
        decision="00000000-0000-7000-8000-000000000001",
        subject_key=person.subject_key,
        purpose="prediction.behaviour",
        action="retain",
        task={"channel": "web"},
        opened_at=START,
        expires_at=OVER.replace(year=2027),
    )
    gone_on(an_erasure(person.subject_key))
    assert (Review.objects.get().status, Review.objects.get().task) == ("ended", {})


def test_a_request_from_the_same_address_that_nobody_proved_is_forgotten_too() -> None:
    person = a_customer()
    _, address = identifiers(person.subject_key)
    typed = Typed(name="Inês Prova", email=address)
    new = NewRequest(rights=["access"], country="BR", channel="form", typed=typed)
    left = operations.open_request(new, Acting("person", START))
    operations.refuse(the(left, "access").pk, "identity_unproved", by("2026-11-03", "Não."))
    gone_on(an_erasure(person.subject_key))
    left.refresh_from_db()
    assert (left.envelope, left.typed, left.address) == (None, None, None)


def test_two_requests_of_one_person_end_with_one_erasure(company: Company) -> None:
    person = a_customer(company)
    first, second = asked(person.subject_key), asked(person.subject_key)
    erasure = granted(first)
    granted(second)
    assert gone_on(erasure).step == "ended"
    assert {right_of(first).state, right_of(second).state} == {"completed"}
    assert Erasure.objects.count() == 1
    assert set(RightsRequest.objects.values_list("envelope", flat=True)) == {None}


def test_what_is_asked_while_systems_erase_is_answered_before_the_end(company: Company) -> None:
    person = a_customer(company)
    erasure = an_erasure(person.subject_key)
    erasures.go_on(erasure.pk, Acting("system", OVER))
    late = asked(person.subject_key, "access")
    assert gone_on(erasure).step == "ended"
    right = the(late, "access")
    assert (right.state, right.ground) == ("refused", "no_data")
    assert Letter.objects.filter(request=late, kind="refusal", sent_at__isnull=False).exists()


def test_another_right_of_the_person_is_carried_out_first() -> None:
    person = a_customer()
    access = asked(person.subject_key, "access")
    erasure = an_erasure(person.subject_key)
    assert gone_on(erasure).step == "cooling"

    operations.refuse(the(access, "access").pk, "trade_secret", by("2026-11-06", "Não."))
    assert gone_on(erasure).step == "ended"


def test_mails_in_files_go_and_the_certificate_loses_its_address(
    tmp_path: Path, company: Company
) -> None:
    person, other = a_customer(company), a_customer(company)
    _, address = identifiers(person.subject_key)
    _, stranger = identifiers(other.subject_key)
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_FILE_PATH=tmp_path / "mail"):
        with get_connection() as together:  # one file for both
            for to in (address, stranger):
                send_mail("Oi", "Um código", None, [to], connection=together)
        gone_on(an_erasure(person.subject_key))
    left = [path.read_text("utf-8") for path in (tmp_path / "mail").iterdir()]
    assert not [text for text in left if address in text]
    assert [text for text in left if stranger in text]
    certificates = [text for text in left if "certificate-" in text]
    assert len(certificates) == 1
    sent = email.message_from_string(certificates[0], policy=email.policy.default)
    assert sent["To"] == mails.NOBODY


def test_suppression_outlives_the_person_unless_they_wished_otherwise(company: Company) -> None:
    remembered, forgotten = a_customer(company), a_customer(company)
    addresses = [identifiers(one.subject_key)[1] for one in (remembered, forgotten)]
    gone_on(an_erasure(remembered.subject_key))
    erasure = an_erasure(forgotten.subject_key)
    erasures.choose(erasure.pk, Acting("person", START), suppress=False)
    gone_on(erasure)
    assert [subjects.is_suppressed("email", "email", one) for one in addresses] == [True, False]


def test_who_comes_back_is_not_addressed_by_marketing_until_they_allow_it_anew() -> None:
    person = a_customer(country="BR")
    _, address = identifiers(person.subject_key)
    again = Registration(identifiers=(("email", address),), country="MX", locale="es")
    served = an_act(Kind.NOTICE_SERVED, "marketing.messages")
    gone_on(an_erasure(person.subject_key))
    back = registered(again, at=OVER)
    consent.record_act(back.subject_key, served, caller="key:test", at=OVER)
    api = Api("policies:check")
    check = {
        "subject": {"type": "data_subject", "id": back.id},
        "action": {"name": "send_message"},
        "resource": {"type": "purpose", "id": "marketing.messages"},
        "context": {"channel": "email", "planned_at": "2026-12-02T12:00:00-06:00"},
    }
    told = api.post("/access/v1/evaluation", check).json()
    assert "do_not_contact" in [one["code"] for one in told["context"]["reasons"]]
    a_grant(
        back.subject_key,
        "marketing.messages",
        channels=["email"],
        evidence={"double_opt_in_at": OVER.isoformat()},
        at=OVER,
    )
    allowed = api.post("/access/v1/evaluation", check).json()
    assert "do_not_contact" not in [one["code"] for one in allowed["context"]["reasons"]]
    gone_on(an_erasure(back.subject_key))
    assert not ExclusionEntry.objects.exists()


def test_the_application_cannot_take_an_outcome_out_of_its_decision() -> None:
    person = a_customer()
    api = Api("policies:check", "decisions:read")
    check = {
        "subject": {"type": "data_subject", "id": person.id},
        "action": {"name": "show_offer"},
        "resource": {"type": "purpose", "id": "marketing.offers"},
    }
    decision = api.post("/access/v1/evaluation", check).json()["context"]["id"]
    api.post(f"/api/v1/decisions/{decision}/outcome", {"outcome": "executed"})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM policies_outcome")
