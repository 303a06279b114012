"""Many at once: retries of one write, and acts on who is being registered or erased."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from consent import verification
from consent.models import Circumstance, ConsentEvent
from pseudonymize import operations as subjects
from pseudonymize import queries
from pseudonymize.models import Subject
from tests.builders import Api, a_subject

pytestmark = pytest.mark.usefixtures("committed_db")
AT_ONCE = 8
PERSON = {"identifiers": [{"type": "external_id", "value": "R-9"}], "country": "ES"}
REFUSAL = {"purpose": "marketing.offers", "decision": "refused", "method": "x", "actor": "subject"}


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Return what the calls give, all made at the same time, each on a connection of its own."""

    def one(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def an_api() -> Api:
    return Api("consents:read", "consents:write")


def test_retries_of_one_write_act_once_and_are_answered_alike() -> None:
    api, person = an_api(), a_subject()
    path = f"/api/v1/subjects/{person.id}/consents"
    calls = [lambda: api.post(path, REFUSAL, Idempotency_Key="one")] * AT_ONCE
    answers = at_once(*calls)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert ConsentEvent.objects.count() == 1


def test_registrations_at_once_make_one_person_whose_acts_make_one_chain() -> None:
    api = an_api()

    def registered_and_refused() -> int:
        id = api.post("/api/v1/subjects", PERSON).json()["id"]
        return int(api.post(f"/api/v1/subjects/{id}/consents", REFUSAL).status_code)

    assert at_once(*[registered_and_refused] * AT_ONCE) == [201] * AT_ONCE
    key = Subject.objects.get().pk
    assert verification.breaks(key) == []
    assert ConsentEvent.objects.filter(subject_id=key).count() == AT_ONCE


def test_nothing_is_added_to_a_person_once_erasure_was_answered() -> None:
    api, person = an_api(), a_subject()
    path = f"/api/v1/subjects/{person.id}"

    def told() -> int:
        body = {"since": timezone.now().isoformat()}
        return int(api.call("PUT", f"{path}/circumstances/vulnerable", body).status_code)

    def acted() -> int:
        return int(api.post(f"{path}/consents", REFUSAL).status_code)

    def erased() -> int:
        subjects.shred(person.subject_key, timezone.now())
        facts = Circumstance.objects.filter(subject_id=person.subject_key).count()
        acts = ConsentEvent.objects.filter(subject_id=person.subject_key).count()
        return facts * 100 + acts

    answers = at_once(*[told, acted] * 3, erased, *[acted, told] * 3)
    assert set(answers[:6] + answers[7:]) <= {200, 201, 404}
    facts, acts = divmod(answers[6], 100)
    assert Circumstance.objects.filter(subject_id=person.subject_key).count() == facts
    assert ConsentEvent.objects.filter(subject_id=person.subject_key).count() == acts
    assert queries.subject_key_of(person.id) is None
