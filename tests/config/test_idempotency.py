"""A repeated write: answered alike, acted once, and never after the person is gone."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit import replies
from audit.models import IdempotentReply
from audit.operations import revoke_key
from config.celery import app
from pseudonymize import operations as subjects
from pseudonymize import queries
from tests.builders import AT, Api, a_subject

pytestmark = pytest.mark.django_db
PERSON = {"identifiers": [{"type": "external_id", "value": "R-1"}], "country": "ES"}


def an_api() -> Api:
    return Api("consents:read", "consents:write")


def registered(api: Api, key: str = "once") -> Any:
    return api.post("/api/v1/subjects", PERSON, Idempotency_Key=key)


def test_another_request_under_the_same_key_is_refused() -> None:
    api = an_api()
    registered(api)
    other = api.post("/api/v1/subjects", PERSON | {"country": "MX"}, Idempotency_Key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_one_callers_key_says_nothing_to_another_caller() -> None:
    registered(an_api())
    assert "Idempotency-Replayed" not in registered(an_api())


def test_a_revoked_key_is_told_nothing_again() -> None:
    api = an_api()
    registered(api)
    revoke_key(api.kid, actor="system", at=AT)
    assert registered(api).status_code == 401


def test_a_repeated_registration_does_not_bring_back_who_was_erased() -> None:
    api = an_api()
    first = registered(api).json()["id"]
    key = queries.subject_key_of(first)
    assert key is not None
    subjects.shred(key, timezone.now())
    again = registered(api)
    assert (again.status_code, again.json()["code"]) == (404, "subject_erased")
    assert queries.holders("external_id", "R-1") == []


def test_erasure_takes_the_id_out_of_the_kept_answers() -> None:
    api = an_api()
    first = registered(api).json()["id"]
    assert first.encode() in bytes(IdempotentReply.objects.get().body)
    key = queries.subject_key_of(first)
    assert key is not None
    subjects.shred(key, timezone.now())
    assert first.encode() not in bytes(IdempotentReply.objects.get().body)


def test_a_kept_answer_is_not_shown_while_the_person_is_blocked() -> None:
    api, person = an_api(), a_subject()
    act = {"purpose": "marketing.offers", "decision": "refused", "method": "x", "actor": "subject"}
    path = f"/api/v1/subjects/{person.id}/consents"
    assert api.post(path, act, Idempotency_Key="act").status_code == 201
    subjects.block(person.subject_key, None, timezone.now())
    again = api.post(path, act, Idempotency_Key="act")
    assert (again.status_code, again.json()["code"]) == (409, "data_blocked")


def test_answers_are_forgotten_after_a_day() -> None:
    registered(an_api())
    assert replies.forget(at=timezone.now() + timedelta(hours=23)) == 0
    assert replies.forget(at=timezone.now() + timedelta(hours=25)) == 1


def test_the_scheduler_forgets_old_answers() -> None:
    assert "audit.tasks.forget_replies" in {
        entry["task"] for entry in app.conf.beat_schedule.values()
    }


@pytest.mark.parametrize("key", ["k" * 129, "with space", "ñ"])
@pytest.mark.parametrize("path", ["/api/v1/subjects", "/api/v1/imports"])
def test_a_key_that_cannot_be_one_is_a_bad_request(path: str, key: str) -> None:
    answer = an_api().post(path, PERSON, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_malformed")
