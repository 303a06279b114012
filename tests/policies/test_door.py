"""A check is answered ahead of Django or by its views: the caller cannot tell which."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.operations import issue_key, revoke_key
from config.ahead import checks_ahead_of
from consent.act import Kind
from policies.models import DecisionRecord
from tests.builders import AT, a_grant, a_subject, an_event
from tests.doors import Answer, TwoDoors, connection_kept, statements
from tests.journeys.checks import EVALUATION, EVALUATIONS, a_message, an_evaluation

RECOMMEND = ("recommend", "personalisation.recommendations")

pytestmark = pytest.mark.django_db


class Doors(TwoDoors):
    """One person too, whom the checks are about."""

    def __init__(self) -> None:
        super().__init__(checks_ahead_of, "policies:check")
        person = a_subject("ES")
        a_grant(person.subject_key, RECOMMEND[1])
        a_grant(person.subject_key, "marketing.messages", channels=["push"])
        self.person, self.subject_key = person.id, person.subject_key

    def both(self, path: str, body: bytes, **environ: str | None) -> tuple[Answer, Answer]:
        return self.send(self.front, path, body, **environ), self.send(
            self.views, path, body, **environ
        )


@pytest.fixture
def doors() -> Iterator[Doors]:
    with connection_kept():
        yield Doors()


def comparable(answer: Answer) -> tuple[str, list[tuple[str, str]], bytes]:
    """Leave out what differs from one decision to the next: its id and its moment."""
    status, headers, body = answer
    body = re.sub(rb"dec_[0-9a-f-]{36}", b"dec_", body)
    body = re.sub(rb'"valid_until":"[^"]+"', b'"valid_until":""', body)
    return status, sorted(headers), body


def a_check(**changed: Any) -> dict[str, Any]:
    return an_evaluation("SUBJECT", *RECOMMEND, channel="web") | changed


def with_context(**members: Any) -> dict[str, Any]:
    return an_evaluation("SUBJECT", *RECOMMEND, **members)


ITEM = {"category": "user.behavior.browsing_history", "origin": "observed"}
GOOD: list[Any] = [
    a_check(),
    with_context(),
    with_context(data=[ITEM]),
    with_context(data=[ITEM, {"category": "user.health_and_medical", "origin": "observed"}]),
    with_context(data=[{"category": "user.health_and_medical"}]),
    with_context(region="ES-MD", gpc=True),
    with_context(supported_obligations=[]),
    with_context(recipient={"id": "alameda-seguros", "country": "ES"}),
    with_context(recipient={"id": "nobody"}),
    with_context(review="rev_unknown"),
    with_context(unknown="ignored"),
    a_check(action={"name": "unheard_of"}),
    a_check(action={"name": "recommend", "properties": {"predicts": "pregnancy"}}),
    a_check(action={"name": "recommend", "properties": {"ai_generated": True}}),
    a_check(action={"name": "retain", "properties": {"automated": True}}),
    a_check(resource={"type": "purpose", "id": "no.such"}),
    a_check(resource={"type": "document", "id": "1"}),
    a_check(subject={"type": "data_subject", "id": "nobody"}),
    a_check(subject={"type": "robot", "id": "1"}),
    a_check(subject={"type": "data_subject", "id": "x", "properties": {"id_type": "email"}}),
    a_check(subject={"type": "data_subject", "id": "ñ🙂\u2028"}),
    a_message("SUBJECT"),
    a_message("SUBJECT", channel="sms"),
    a_message("SUBJECT", channel="email"),
]
BAD: list[Any] = [
    {},
    [],
    None,
    "text",
    1,
    {"subject": None},
    a_check(subject={"type": "data_subject"}),
    a_check(subject={"type": 1, "id": "x"}),
    a_check(subject={"type": "data_subject", "id": "x", "properties": {"id_type": "shoe"}}),
    a_check(action={}),
    a_check(action={"name": "recommend", "properties": []}),
    a_check(action={"name": "recommend", "properties": {"automated": "yes"}}),
    a_check(resource={"type": "purpose"}),
    a_check(resource="purpose"),
    a_check(context=[]),
    with_context(channel="pigeon"),
    with_context(data="everything"),
    with_context(data=[{"category": "Not A Key"}]),
    with_context(data=[{**ITEM, "collected_at": "2026-02-31"}]),
    with_context(planned_at="2026-12-01T10:00:00"),
    with_context(planned_at="2020-01-01T10:00:00Z"),
    with_context(planned_at="2090-01-01T10:00:00Z"),
    with_context(gpc="yes"),
    with_context(region="Spain"),
]
BATCHES: list[Any] = [
    a_check(evaluations=[{}, {}]),
    a_check(evaluations=[{"action": {"name": "unheard_of"}}, {}]),
    a_check(evaluations=[{"context": {"channel": "pigeon"}}, {}]),
    a_check(evaluations=[{"context": []}]),
    a_check(evaluations=[{}, {"context": {"channel": "pigeon"}}], options={"all_required": True}),
    a_check(
        evaluations=[{}, {"action": {"name": "no"}}, {}],
        options={"evaluations_semantic": "deny_on_first_deny"},
    ),
    a_check(evaluations=[{}, {}], options={"evaluations_semantic": "permit_on_first_permit"}),
    a_check(evaluations=[]),
    a_check(options={"evaluations_semantic": "perhaps"}, evaluations=[{}]),
    a_check(evaluations="all"),
    a_check(evaluations=[{}] * 1001),
    {"evaluations": [{}]},
]


@pytest.mark.parametrize("path", [EVALUATION, EVALUATIONS])
@pytest.mark.parametrize("asked", [*GOOD, *BAD, *BATCHES], ids=lambda _: "")
def test_both_doors_give_the_same_answer(doors: Doors, path: str, asked: Any) -> None:
    body = json.dumps(asked).replace("SUBJECT", doors.person).encode()
    front, views = doors.both(path, body)
    assert comparable(front) == comparable(views)


ODD: list[dict[str, str | None]] = [
    {"HTTP_AUTHORIZATION": None},
    {"HTTP_AUTHORIZATION": "Bearer nonsense"},
    {"HTTP_AUTHORIZATION": "Basic dXNlcjpwYXNz"},
    {"HTTP_AUTHORIZATION": f"Bearer vk_{'a' * 16}.{'b' * 32}"},
    {"CONTENT_TYPE": "text/plain"},
    {"CONTENT_TYPE": None},
    {"CONTENT_TYPE": "Application/JSON; charset=utf-8"},
    {"CONTENT_LENGTH": None},
    {"CONTENT_LENGTH": "many"},
    {"CONTENT_LENGTH": str(2**21)},
    {"HTTP_ACCEPT": "text/html"},
    {"HTTP_ACCEPT": "application/json, text/plain, */*"},
    {"HTTP_ACCEPT_LANGUAGE": "pt-BR"},
    {"HTTP_ACCEPT_LANGUAGE": "*"},
    {"HTTP_COOKIE": "django_language=en; sessionid=none"},
    {"HTTP_HOST": "evil.example"},
    {"HTTP_HOST": None, "SERVER_NAME": "localhost"},
    {"HTTP_X_REQUEST_ID": "trace-1"},
    {"HTTP_X_REQUEST_ID": "not\u00a0safe"},
    {"HTTP_X_REQUEST_ID": "x" * 65},
    {"HTTP_IDEMPOTENCY_KEY": "once"},
    {"HTTP_ORIGIN": "https://elsewhere.example"},
    {"QUERY_STRING": "format=xml"},
    {"REQUEST_METHOD": "GET"},
    {"REQUEST_METHOD": "PUT"},
    {"REQUEST_METHOD": "OPTIONS"},
]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_both_doors_treat_an_odd_request_alike(doors: Doors, odd: dict[str, str | None]) -> None:
    body = json.dumps(a_check()).replace("SUBJECT", doors.person).encode()
    front, views = doors.both(EVALUATION, body, **odd)
    assert comparable(front) == comparable(views)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"a":1', b"[" * 2000])
def test_both_doors_refuse_the_same_broken_bodies(doors: Doors, body: bytes) -> None:
    front, views = doors.both(EVALUATION, body)
    assert comparable(front) == comparable(views)
    assert front[0].startswith("400")


def test_a_good_check_never_reaches_django(doors: Doors) -> None:
    body = json.dumps(a_check()).replace("SUBJECT", doors.person).encode()
    status, _, answer = doors.send(doors.front, EVALUATION, body)
    assert (status, json.loads(answer)["decision"], doors.passed_on) == ("200 OK", True, 0)


def test_a_key_without_the_scope_is_refused_at_both_doors(doors: Doors) -> None:
    key = issue_key("other", scopes=["consents:read"], actor="system", at=AT)
    body = json.dumps(a_check()).replace("SUBJECT", doors.person).encode()
    for path in (EVALUATION, EVALUATIONS):
        front, views = doors.both(path, body, HTTP_AUTHORIZATION=f"Bearer {key.text}")
        assert comparable(front) == comparable(views)
        assert front[0].startswith("403")
    assert not DecisionRecord.objects.exists()


def test_a_revoked_key_opens_nothing_at_the_very_next_check(doors: Doors) -> None:
    body = json.dumps(a_check()).replace("SUBJECT", doors.person).encode()
    assert doors.send(doors.front, EVALUATION, body)[0] == "200 OK"
    revoke_key(doors.kid, actor="system", at=timezone.now())
    assert doors.send(doors.front, EVALUATION, body)[0].startswith("401")
    assert DecisionRecord.objects.count() == 1


def test_a_withdrawal_is_seen_by_the_very_next_check(doors: Doors) -> None:
    body = json.dumps(a_check()).replace("SUBJECT", doors.person).encode()
    assert json.loads(doors.send(doors.front, EVALUATION, body)[2])["decision"]
    an_event(doors.subject_key, Kind.WITHDRAWN, RECOMMEND[1], at=AT + timedelta(minutes=1))
    assert not json.loads(doors.send(doors.front, EVALUATION, body)[2])["decision"]


def test_the_front_door_answers_what_is_on_record(doors: Doors) -> None:
    body = json.dumps(a_check()).replace("SUBJECT", doors.person).encode()
    answered = json.loads(doors.send(doors.front, EVALUATION, body)[2])
    record = DecisionRecord.objects.get()
    assert (record.answer, record.caller) == (answered["context"], doors.kid)


@pytest.mark.parametrize("count", [1, 2, 50])
def test_a_check_and_a_batch_cost_one_reading_and_one_writing(doors: Doors, count: int) -> None:
    asked = a_check(evaluations=[{}] * count) if count > 1 else a_check()
    body = json.dumps(asked).replace("SUBJECT", doors.person).encode()
    doors.send(doors.front, EVALUATIONS, body)  # prepares, and notes the key's first use
    with statements() as sent:
        assert doors.send(doors.front, EVALUATIONS, body)[0] == "200 OK"
    assert len(sent) == 2, sent
