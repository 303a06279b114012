"""An act is recorded ahead of Django or by its view: the caller cannot tell which."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEntry, IdempotentReply
from audit.operations import issue_key, revoke_key
from consent import ledger, queries, verification
from consent.models import Confirmation, ConsentEvent
from pseudonymize import operations as subjects
from tests.builders import AT, a_subject
from tests.config.acts import GRANT, Doors
from tests.doors import Answer, connection_kept, statements


@pytest.fixture
def around() -> Iterator[None]:
    with connection_kept():
        yield


@pytest.fixture
def doors(db: None, around: None) -> Doors:
    return Doors()


def comparable(answer: Answer) -> Answer:
    """Leave out what differs from one act to the next: its number, its moment, its signature."""
    status, headers, body = answer
    for member in ("id", "recorded_at", "acted_at", "value"):
        body = re.sub(rb'"%s":"[^"]+"' % member.encode(), b"", body)
    return status, sorted(headers), body


GOOD: list[dict[str, Any]] = [
    GRANT,
    GRANT | {"channels": ["email", "sms"]},
    GRANT | {"channels": ["email"], "evidence": {"double_opt_in_at": "2026-11-01T10:00:00Z"}},
    GRANT | {"data_categories": ["user.contact"], "frequency": "weekly", "explicit": True},
    GRANT | {"acted_at": "2026-10-01T10:00:00+01:00"},
    GRANT | {"decision": "withdrawn", "notice": None, "channels": None},
    GRANT | {"decision": "objected"},
    GRANT | {"evidence": {}},
    GRANT | {"purpose": "marketing.offers", "evidence": {"ñ": [1, 2.5, None, {"a": "\u2028"}]}},
]
ODD: list[dict[str, Any]] = [
    GRANT | {"purpose": " marketing.messages "},
    GRANT | {"explicit": "true"},
    GRANT | {"method": "web_form\n"},
]
BAD: list[Any] = [
    {},
    [],
    None,
    "text",
    GRANT | {"purpose": "no.such"},
    GRANT | {"purpose": ""},
    GRANT | {"purpose": "x" * 65},
    GRANT | {"purpose": "a\0b"},
    GRANT | {"decision": "notice_served"},
    GRANT | {"decision": None},
    GRANT | {"channels": []},
    GRANT | {"channels": ["fax"]},
    GRANT | {"channels": None},
    GRANT | {"channel": ["push"]},
    GRANT | {"data_categories": ["user.health"]},
    GRANT | {"frequency": "hourly"},
    GRANT | {"notice": None},
    GRANT | {"notice": {"version": "9.0", "locale": "es"}},
    GRANT | {"notice": {"version": "1.0"}},
    GRANT | {"method": "Form A"},
    GRANT | {"method": 7},
    GRANT | {"actor": "system"},
    GRANT | {"actor": "guardian"},
    GRANT | {"acted_at": "2026-10-01T10:00:00"},
    GRANT | {"acted_at": "2018-10-01T10:00:00Z"},
    GRANT | {"acted_at": "2090-10-01T10:00:00Z"},
    GRANT | {"acted_at": "0001-01-01T00:00:00+14:00"},
    GRANT | {"explicit": None},
    GRANT | {"evidence": "a letter"},
    GRANT | {"evidence": {"double_opt_in_at": "yesterday"}},
    GRANT | {"evidence": {"long": "x" * 17_000}},
]


@pytest.mark.parametrize("told", [*GOOD, *ODD, *BAD], ids=lambda _: "")
def test_both_doors_give_the_same_answer(doors: Doors, told: Any) -> None:
    front, views = doors.both(json.dumps(told).encode())
    assert comparable(front) == comparable(views)
    assert front[0].startswith("201") == (told in [*GOOD, *ODD])
    assert (doors.passed_on == 0) == (told in GOOD)


def test_both_doors_leave_the_same_behind(doors: Doors) -> None:
    people = [a_subject() for _ in range(2)]
    for door, person in zip((doors.front, doors.views), people, strict=True):
        for told in GOOD:
            assert doors.ask(door, person.id, json.dumps(told).encode())[0] == "201 Created"
    first, second = (queries.permission(person.subject_key) for person in people)
    assert first.standings.keys() == second.standings.keys()
    for person in people:
        key = person.subject_key
        acts = list(queries.history(key))
        assert queries.permission(key) == queries.folded(map(queries.act_of, acts))
        assert verification.breaks(key) == []
        assert [bool(ledger.evidence_of(act)) for act in acts] == ["evidence" in t for t in GOOD]
        assert [hasattr(act, "receipt") for act in acts] == [True] * len(GOOD)
        assert Confirmation.objects.filter(event__subject_id=key).count() == 1
        trail = AuditEntry.objects.filter(subject_key=key, action__startswith="consent.")
        assert [(row.actor, row.at) for row in trail.order_by("pk")] == [
            (f"key:{doors.kid}", act.recorded_at) for act in acts
        ]


ODDITIES: list[dict[str, str | None]] = [
    {"HTTP_AUTHORIZATION": None},
    {"HTTP_AUTHORIZATION": "Bearer nonsense"},
    {"HTTP_AUTHORIZATION": f"Bearer vk_{'a' * 16}.{'b' * 32}"},
    {"CONTENT_TYPE": "text/plain"},
    {"CONTENT_LENGTH": None},
    {"CONTENT_LENGTH": str(2**21)},
    {"HTTP_ACCEPT": "text/html"},
    {"HTTP_ACCEPT_LANGUAGE": "pt-BR,en;q=0.5"},
    {"HTTP_ACCEPT_LANGUAGE": "de"},
    {"HTTP_COOKIE": "django_language=en"},
    {"HTTP_HOST": "evil.example"},
    {"HTTP_X_REQUEST_ID": "trace-1"},
    {"HTTP_IDEMPOTENCY_KEY": "once"},
    {"HTTP_IDEMPOTENCY_KEY": "not\u00a0visible"},
    {"QUERY_STRING": "format=xml"},
    {"REQUEST_METHOD": "PUT"},
    {"REQUEST_METHOD": "OPTIONS"},
    {"PATH_INFO": "/api/v1/subjects/sub_nobody/consents"},
    {"PATH_INFO": f"/api/v1/subjects/sub_{'a' * 26}/consents"},
]


@pytest.mark.parametrize("odd", ODDITIES, ids=repr)
def test_both_doors_treat_an_odd_request_alike(doors: Doors, odd: dict[str, str | None]) -> None:
    front, views = doors.both(json.dumps(GRANT).encode(), **odd)
    if "HTTP_IDEMPOTENCY_KEY" in odd and views[0].startswith("422"):
        views = front  # the same key for two people is refused, as it should be
    assert comparable(front) == comparable(views)


@pytest.mark.usefixtures("committed_db", "around")
def test_a_retry_is_answered_alike_by_whichever_door() -> None:
    doors = Doors()
    person, body = a_subject(), json.dumps(GRANT).encode()
    order = (doors.front, doors.front, doors.views)
    told = [doors.ask(door, person.id, body, HTTP_IDEMPOTENCY_KEY="once") for door in order]
    assert len({answer for _, _, answer in told}) == 1
    assert [dict(headers).get("Idempotency-Replayed") for _, headers, _ in told] == [
        None, "true", "true",
    ]  # fmt: skip
    assert ConsentEvent.objects.filter(subject_id=person.subject_key).count() == 1
    other = json.dumps(GRANT | {"decision": "refused"}).encode()
    status, _, answer = doors.ask(doors.front, person.id, other, HTTP_IDEMPOTENCY_KEY="once")
    assert (status[:3], json.loads(answer)["code"]) == ("422", "idempotency_key_reused")
    assert IdempotentReply.objects.count() == 1


def test_a_revoked_key_and_a_key_without_the_scope_record_nothing(doors: Doors) -> None:
    person, body = a_subject(), json.dumps(GRANT).encode()
    reader = issue_key("reader", scopes=["consents:read"], actor="system", at=AT)
    asked = doors.ask(doors.front, person.id, body, HTTP_AUTHORIZATION=f"Bearer {reader.text}")
    assert asked[0].startswith("403")
    revoke_key(doors.kid, actor="system", at=timezone.now())
    assert doors.ask(doors.front, person.id, body)[0].startswith("401")
    assert not ConsentEvent.objects.exists()


def test_nothing_is_recorded_for_a_blocked_or_erased_person(doors: Doors) -> None:
    person, body = a_subject(), json.dumps(GRANT).encode()
    subjects.block(person.subject_key, None, timezone.now())
    assert doors.ask(doors.front, person.id, body)[0].startswith("409")
    subjects.shred(person.subject_key, timezone.now())
    assert doors.ask(doors.front, person.id, body)[0].startswith("404")
    assert not ConsentEvent.objects.exists()


def test_an_act_costs_one_reading_and_one_writing(doors: Doors) -> None:
    person = a_subject()
    told = GRANT | {"channels": ["push"], "evidence": {"form": 1}}
    doors.ask(doors.front, person.id, json.dumps(told).encode())  # prepares, notes the key's use
    with statements() as sent:
        doors.ask(doors.front, person.id, json.dumps(told).encode())
    assert (len(sent), doors.passed_on) == (2, 0), sent
