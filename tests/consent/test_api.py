"""The consent API over HTTP: what a caller may do, what they get, and how they are refused."""

import base64
import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit import signing
from consent import receipts
from consent.models import ConsentEvent
from pseudonymize import operations as subjects
from pseudonymize.operations import Registered
from tests.builders import Api, a_grant, a_subject

pytestmark = pytest.mark.django_db
GRANT: dict[str, Any] = {
    "purpose": "marketing.offers",
    "decision": "granted",
    "method": "preference_center",
    "actor": "subject",
    "notice": {"version": "1.0", "locale": "en"},
}


def an_api() -> Api:
    return Api("consents:read", "consents:write")


def of(person: Registered, what: str = "consents") -> str:
    return f"/api/v1/subjects/{person.id}/{what}"


def test_an_act_is_answered_with_its_signed_receipt() -> None:
    api, person = an_api(), a_subject()
    answer = api.post(of(person), GRANT)
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["status"] == "dpv:ConsentGiven"
    proof = receipt.pop("proof")
    signature = base64.urlsafe_b64decode(proof["value"] + "==")
    assert signing.is_genuine(receipts.canonical(receipt), signature)


def test_a_receipt_is_the_same_bytes_again_and_names_nobody() -> None:
    api, person = an_api(), a_subject()
    given = api.post(of(person), GRANT)
    again = api.get(f"/api/v1/receipts/{given.json()['id']}")
    assert again.content == given.content
    assert again["Content-Type"] == "application/ld+json"
    assert person.id.encode() not in again.content


def test_a_receipt_is_not_shown_for_a_subject_that_is_gone() -> None:
    api, person = an_api(), a_subject()
    number = api.post(of(person), GRANT).json()["id"]
    subjects.shred(person.subject_key, timezone.now())
    assert api.get(f"/api/v1/receipts/{number}").status_code in {404, 409}


def test_the_state_shows_what_stands() -> None:
    api, person = an_api(), a_subject()
    api.post(of(person), GRANT | {"channels": ["web", "email"], "frequency": "monthly"})
    [state] = api.get(of(person)).json()["purposes"]
    assert state["decision"] == "granted"
    assert state["layers"][0]["pending_channels"] == ["email"]
    assert state["frequency"] == {"email": "monthly", "web": "monthly"}


def test_the_state_of_an_earlier_moment_can_be_asked_for() -> None:
    api, person = an_api(), a_subject()
    api.post(of(person), GRANT)
    before = (timezone.now() - timedelta(days=1)).isoformat().replace("+", "%2B")
    assert api.get(of(person) + f"?at={before}").json()["purposes"] == []


def test_a_moment_without_offset_is_refused() -> None:
    answer = an_api().get(of(a_subject()) + "?at=2026-01-01T00:00:00")
    assert (answer.status_code, answer.json()["field"]) == (422, "at")


def test_the_history_comes_in_pages() -> None:
    api, person = an_api(), a_subject()
    for _ in range(101):
        a_grant(person.subject_key, at=timezone.now())
    first = api.get(of(person) + "?history=true").json()
    second = api.get(of(person) + f"?history=true&cursor={first['next']}").json()
    assert (len(first["acts"]), len(second["acts"]), second["next"]) == (100, 1, None)
    assert second["acts"][0]["sequence"] == 101


def test_a_notice_that_was_served_is_on_record() -> None:
    api, person = an_api(), a_subject("MX")
    served = {"purpose": "marketing.offers", "version": "1.0", "locale": "es", "channel": "web"}
    assert api.post(of(person, "notices-served"), served).status_code == 201
    [state] = api.get(of(person)).json()["purposes"]
    assert state["decision"] is None
    assert state["notice_served"]["version"] == "1.0"


def test_a_person_can_be_left_in_peace_for_a_while() -> None:
    api, person = an_api(), a_subject()
    day = (timezone.now() + timedelta(days=9)).date().isoformat()
    assert api.post(of(person, "pauses"), {"until": day}).json() == {"paused_until": day}
    assert api.get(of(person)).json()["paused_until"] == day
    assert api.call("DELETE", of(person, "pauses")).status_code == 204
    assert api.get(of(person)).json()["paused_until"] is None


def test_a_circumstance_is_told_and_taken_back() -> None:
    api, person = an_api(), a_subject()
    told = {"since": timezone.now().isoformat()}
    assert api.call("PUT", of(person, "circumstances/bereavement"), told).status_code == 200
    assert api.get(of(person)).json()["circumstances"][0]["kind"] == "bereavement"
    assert api.call("DELETE", of(person, "circumstances/bereavement")).status_code == 204
    assert api.get(of(person)).json()["circumstances"] == []


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"purpose": "no.such"}, 422, "purpose_unknown", "purpose"),
        ({"decision": "maybe"}, 422, "invalid", "decision"),
        ({"notice": None}, 422, "notice_missing", "notice"),
        ({"notice": {"version": "7.0", "locale": "es"}}, 422, "notice_unknown", "notice"),
        ({"notice": {"locale": "es"}}, 422, "invalid", "notice.version"),
        ({"channels": ["fax"]}, 422, "invalid", "channels.0"),
        ({"channels": []}, 422, "channels_empty", "channels"),
        ({"channel": ["email"]}, 422, "invalid", "channel"),
        ({"acted_at": "2031-01-01T00:00:00Z"}, 422, "acted_in_the_future", "acted_at"),
        ({"acted_at": "2026-01-01T00:00:00"}, 422, "invalid", "acted_at"),
        ({"actor": "guardian"}, 422, "guardian_not_registered", "actor"),
        ({"actor": "system"}, 422, "invalid", "actor"),
        ({"actor": None}, 422, "invalid", "actor"),
        ({"explicit": "perhaps"}, 422, "invalid", "explicit"),
        ({"evidence": "a letter"}, 422, "invalid", "evidence"),
        ({"method": "Form A"}, 422, "method_malformed", "method"),
        ({"frequency": "hourly"}, 422, "invalid", "frequency"),
    ],
)
def test_bad_input_is_refused_with_code_and_field(
    change: dict[str, Any], status: int, code: str, field: str
) -> None:
    api, person = an_api(), a_subject()
    answer = api.post(of(person), GRANT | change)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem.get("field")) == (status, code, field)
    assert answer["Content-Type"] == "application/problem+json"
    assert not ConsentEvent.objects.exists()


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    answer = an_api().post(of(a_subject()), GRANT | {"method": "ines@correo.example"})
    assert "ines" not in answer.content.decode()


def test_what_is_no_json_is_a_bad_request() -> None:
    api, person = an_api(), a_subject()
    answer = api.call("POST", of(person))
    assert answer.status_code in {400, 422}


def test_an_unknown_subject_and_an_erased_one_are_told_apart() -> None:
    api, person = an_api(), a_subject()
    unknown = api.get("/api/v1/subjects/sub_aaaaaaaaaaaaaaaaaaaaaaaaaa/consents")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "subject_unknown")
    subjects.shred(person.subject_key, timezone.now())
    erased = api.post(of(person), GRANT)
    assert (erased.status_code, erased.json()["code"]) == (404, "subject_erased")


def test_no_notice_is_served_to_a_blocked_subject() -> None:
    api, person = an_api(), a_subject()
    subjects.block(person.subject_key, None, timezone.now())
    served = {"purpose": "marketing.offers", "version": "1.0", "locale": "es", "channel": "web"}
    answer = api.post(of(person, "notices-served"), served)
    assert (answer.status_code, answer.json()["code"]) == (409, "data_blocked")


def test_nothing_is_shown_of_a_blocked_subject() -> None:
    api, person = an_api(), a_subject()
    subjects.block(person.subject_key, None, timezone.now())
    for answer in (api.get(of(person)), api.post(of(person), GRANT)):
        assert (answer.status_code, answer.json()["code"]) == (409, "data_blocked")


@pytest.mark.parametrize(
    ("method", "what"),
    [
        ("POST", "consents"),
        ("POST", "notices-served"),
        ("POST", "pauses"),
        ("DELETE", "pauses"),
        ("PUT", "circumstances/vulnerable"),
        ("DELETE", "circumstances/vulnerable"),
    ],
)
def test_reading_alone_does_not_write(method: str, what: str) -> None:
    answer = Api("consents:read").call(method, of(a_subject(), what), {})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_writing_alone_does_not_read() -> None:
    assert Api("consents:write").get(of(a_subject())).status_code == 403


def test_a_repeated_write_acts_once_and_is_answered_alike() -> None:
    api, person = an_api(), a_subject()
    first, second = (api.post(of(person), GRANT, Idempotency_Key="k-1") for _ in range(2))
    assert first.content == second.content
    assert ConsentEvent.objects.count() == 1


def test_a_refused_write_can_be_repeated_corrected_or_not() -> None:
    api, person = an_api(), a_subject()
    bad = GRANT | {"purpose": "no.such"}
    for _ in range(2):
        assert api.post(of(person), bad, Idempotency_Key="k-2").status_code == 422
    assert api.post(of(person), GRANT, Idempotency_Key="k-2").status_code == 201


def test_the_purposes_are_listed_with_their_notices() -> None:
    found = an_api().get("/api/v1/purposes").json()["results"]
    assert len(found) == 24
    one = an_api().get("/api/v1/purposes/marketing.messages").json()
    assert one["notice"]["version"] == "1.0"
    assert one["notice"]["locales"] == ["es", "pt-BR", "en"]
    assert one["bases"]["EU-GDPR"] == "consent"
    assert one in found


@pytest.mark.parametrize(
    ("language", "title"),
    [("es-MX", "Mensajes con novedades y ofertas"), ("en", "Messages with news and offers")],
)
def test_a_title_comes_in_the_language_that_is_asked_for(language: str, title: str) -> None:
    api = an_api()
    answer = api.call("GET", "/api/v1/purposes/marketing.messages", Accept_Language=language)
    assert answer.json()["title"] == title


def test_an_unknown_purpose_is_not_found() -> None:
    assert an_api().get("/api/v1/purposes/no.such").status_code == 404


def test_no_identifier_is_written_to_the_ledger_or_the_logs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    api, person = an_api(), a_subject()
    evidence = {"email": "ines@correo.example"}
    api.post(of(person), GRANT | {"evidence": evidence})
    rows = json.dumps(list(ConsentEvent.objects.values()), default=str)
    for text in (rows, caplog.text.replace(of(person), "")):
        assert "ines" not in text
        assert person.id not in text
