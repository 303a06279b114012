"""Who asks: a code to the address on file, tries without a lock-out, and doors that close."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from consent import queries as consents
from pseudonymize import queries as subjects
from rights import operations
from rights.casework import identity
from rights.casework.sealed import Typed
from rights.contact import doors
from rights.models import IdentityCode, RightsRequest
from tests.builders import a_subject
from tests.rights.requests import a_request, at, by, the

pytestmark = pytest.mark.django_db
NOW = at("2026-11-02")


def a_stranger(email: str, *rights: str) -> RightsRequest:
    return a_request("2026-11-02", *rights, identity="", typed=Typed(email=email))


def address(subject_key: int) -> str:
    return str(subjects.contact(subject_key, "email"))


def code_for(request: RightsRequest) -> str:
    operations.ask_code(request, at=NOW)
    row = IdentityCode.objects.filter(request=request).latest("pk")
    identity.send_code(row.pk, at=NOW)
    return str(re.findall(r"\b\d{6}\b", str(mail.outbox[-1].subject))[0])


def test_a_code_to_the_address_on_file_proves_the_person() -> None:
    person = a_subject()
    request = a_stranger(address(person.subject_key), "objection")
    assert operations.redeem(request, code_for(request), at=NOW)
    request.refresh_from_db()
    assert (request.subject_key, request.identity) == (person.subject_key, "code")
    assert the(request, "objection").state == "in_progress"
    assert "marketing.offers" in consents.permission(person.subject_key).standings


def test_five_wrong_codes_end_that_code_and_not_the_request() -> None:
    request = a_stranger(address(a_subject().subject_key))
    code = code_for(request)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(identity.MOST_TRIES):
        assert not operations.redeem(request, wrong, at=NOW)
    assert not operations.redeem(request, code, at=NOW)
    assert operations.redeem(request, code_for(request), at=NOW)


def test_a_code_is_over_after_a_while_and_after_its_use() -> None:
    request = a_stranger(address(a_subject().subject_key))
    code = code_for(request)
    assert not operations.redeem(request, code, at=NOW + identity.LIVES + timedelta(seconds=1))
    assert operations.redeem(request, code, at=NOW)
    assert not operations.redeem(request, code, at=NOW)


def test_asking_for_a_stranger_writes_the_same_and_mails_nobody() -> None:
    request = a_stranger("nobody@prueba.example")
    operations.ask_code(request, at=NOW)
    row = IdentityCode.objects.get(request=request)
    assert not identity.send_code(row.pk, at=NOW)
    assert mail.outbox == []


def test_a_shared_address_proves_nobody() -> None:
    first, second = a_subject(), a_subject()
    request = a_stranger("x@prueba.example")
    row = IdentityCode.objects.create(
        request=request, holders=[first.subject_key, second.subject_key], asked_at=NOW
    )
    assert not identity.send_code(row.pk, at=NOW)


def test_a_mailbox_is_not_flooded() -> None:
    request = a_stranger(address(a_subject().subject_key))
    for _ in range(identity.MOST_ASKED + 2):
        operations.ask_code(request, at=NOW)
    rows = IdentityCode.objects.filter(request=request)
    assert rows.exclude(holders=[]).count() == identity.MOST_ASKED


def test_a_proof_closes_every_door_that_was_open_before() -> None:
    request = a_stranger("somebody@prueba.example")
    link = doors.link(request, at=NOW)
    _, cookie = doors.enter(link, at=NOW) or (None, "")
    assert doors.inside(cookie, at=NOW) == request
    operations.verify(request.pk, subject_key=None, how="document", by=by("2026-11-02"))
    assert doors.inside(cookie, at=NOW) is None
    assert doors.enter(link, at=NOW) is None


def test_who_is_proved_is_proved_once() -> None:
    request = a_stranger("somebody@prueba.example")
    operations.verify(request.pk, subject_key=None, how="document", by=by("2026-11-02"))
    with pytest.raises(operations.AlreadyProved):
        operations.verify(request.pk, subject_key=None, how="document", by=by("2026-11-02"))


def test_a_link_lives_thirty_days_and_survives_a_mail_scanner() -> None:
    request = a_stranger("somebody@prueba.example")
    link = doors.link(request, at=NOW)
    assert doors.enter(link, at=NOW)
    assert doors.enter(link, at=NOW + doors.LINK_LIVES - timedelta(seconds=1))
    assert doors.enter(link, at=NOW + doors.LINK_LIVES) is None
