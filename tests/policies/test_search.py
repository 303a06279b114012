"""A search says exactly what asking person by person would say."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit.models import AuditEntry
from consent.act import Kind
from policies import operations, queries, search
from policies.question import Question
from policies.reading import Named
from pseudonymize import keys
from pseudonymize.models import SubjectSecret
from pseudonymize.queries import identifiers_of, lookup_digest, opened
from pseudonymize.roster import public_ids
from tests.builders import AT, Api, a_grant, a_subject, an_event

pytestmark = pytest.mark.django_db

COUNTRIES = ("ES", "BR", "MX", "CO", "AR", "CL", "FR", "GB")
LATER = AT + timedelta(hours=1)
ASKED = [
    ("recommend", "personalisation.recommendations", "web"),
    ("send_message", "marketing.messages", "push"),
    ("send_message", "service.proactive", "sms"),
    ("measure", "analytics.aggregated", None),
]


SOON = datetime.now(UTC).replace(hour=15) + timedelta(days=2)  # only what lies ahead is planned
PATH, NDJSON = "/access/v1/search/subject", "application/x-ndjson"
MESSAGES: dict[str, Any] = {
    "subject": {"type": "data_subject"},
    "action": {"name": "send_message"},
    "resource": {"type": "purpose", "id": "marketing.messages"},
    "context": {"channel": "push", "planned_at": SOON.isoformat()},
}


def a_crowd() -> list[int]:
    """Register people of every country with every kind of standing."""
    keys = []
    for country in COUNTRIES:
        for turn in range(4):
            key = a_subject(country).subject_key
            if turn:
                a_grant(key, "personalisation.recommendations")
                a_grant(key, "marketing.messages")
            if turn == 2:
                an_event(key, Kind.WITHDRAWN, "marketing.messages", at=AT + timedelta(minutes=1))
                an_event(key, Kind.OBJECTED, "service.proactive", at=AT + timedelta(minutes=1))
            if turn == 3:
                an_event(key, Kind.NOTICE_SERVED, "marketing.offers")
            keys.append(key)
    return keys


@pytest.mark.parametrize(("action", "purpose", "channel"), ASKED)
def test_subject_search_equals_asking_person_by_person(
    action: str, purpose: str, channel: str | None
) -> None:
    people = a_crowd()
    question = Question(action, "purpose", purpose, planned_at=LATER, channel=channel)
    ids = identifiers_of(people, "public")
    named = [Named(question, lookup_digest("public", ids[key]), None) for key in people]
    answers = operations.decide(named, caller="t", at=LATER)
    one_by_one = [key for key, answer in zip(people, answers, strict=True) if answer["decision"]]
    assert list(_all_pages(question)) == one_by_one


def test_pages_are_stable_while_people_act() -> None:
    people = a_crowd()
    question = Question("send_message", "purpose", "marketing.messages", LATER, channel="push")
    before = list(_all_pages(question))
    first = search.subjects(question, caller="t", at=LATER, limit=2, token=None)
    later_key = next(key for key in reversed(people) if key in before)
    an_event(later_key, Kind.WITHDRAWN, "marketing.messages", at=AT + timedelta(minutes=9))
    rest = list(_all_pages(question, first.token))
    assert [*first.subjects, *rest] == [key for key in before if key != later_key]


def test_resource_and_action_search_equal_the_check() -> None:
    person = a_subject("ES")
    a_grant(person.subject_key, "personalisation.recommendations")
    policy = queries.active_policy(at=LATER)
    asked = Question("recommend", "purpose", "personalisation.recommendations", planned_at=LATER)
    named = Named(asked, lookup_digest("public", person.id), None)
    purposes = search.resources(named, caller="t", at=LATER)
    assert "personalisation.recommendations" in purposes
    assert "personalisation.basic" not in purposes
    assert set(search.actions(named, caller="t", at=LATER)) == {
        "recommend",
        "render_content",
        "assign_experiment",
    }
    assert set(purposes) <= set(policy.purposes)


def test_search_over_http_gives_public_ids_and_guards_the_others() -> None:
    person = a_subject("ES")
    a_grant(person.subject_key, "personalisation.recommendations")
    body: dict[str, Any] = {
        "subject": {"type": "data_subject"},
        "action": {"name": "recommend"},
        "resource": {"type": "purpose", "id": "personalisation.recommendations"},
        "page": {"limit": 10},
    }
    api = Api("policies:search")
    answer = api.call("POST", "/access/v1/search/subject", body).json()
    assert answer["results"] == [{"type": "data_subject", "id": person.id}]
    body["subject"]["properties"] = {"id_type": "email"}
    assert api.call("POST", "/access/v1/search/subject", body).status_code == 403


def test_a_stream_tells_everybody_and_says_when_it_is_whole() -> None:
    people = a_crowd()
    question = Question("send_message", "purpose", "marketing.messages", SOON, channel="push")
    lines = _streamed(MESSAGES | {"page": {"limit": 1}})
    ids = identifiers_of(people, "public")
    assert [line["id"] for line in lines[:-1]] == [ids[key] for key in _all_pages(question)]
    assert lines[-1] == {"page": {"next_token": "", "count": len(lines) - 1}}


def test_a_stream_goes_on_behind_a_token_and_is_on_record(monkeypatch: pytest.MonkeyPatch) -> None:
    a_crowd()
    whole = _streamed(MESSAGES)
    monkeypatch.setattr(search, "STREAMED", 5)
    parts = _streamed(MESSAGES)
    tokens = [line["page"]["next_token"] for line in parts if "page" in line]
    assert [line for line in parts if "id" in line] == whole[:-1]
    assert len(tokens) > 2
    assert tokens[-1] == ""
    behind = parts[next(n for n, line in enumerate(parts) if "page" in line) + 1 :]
    assert _streamed(MESSAGES | {"page": {"token": tokens[0]}}) == behind
    kinds = AuditEntry.objects.filter(action__startswith="search.").order_by("pk")
    assert [e.action for e in kinds] == ["search.subjects", "search.streamed"] * 3
    assert kinds[1].details["found"] == len(whole) - 1


def test_a_stream_that_cannot_begin_is_refused_as_a_page_is() -> None:
    api = Api("policies:search")
    for body in ({**MESSAGES, "page": {"token": "no token"}}, {"subject": 1}):
        answer = api.call("POST", PATH, body, Accept=NDJSON)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_who_was_registered_before_ids_were_wrapped_is_told_too() -> None:
    person, other = a_subject("ES"), a_subject("ES")
    row = SubjectSecret.objects.get(subject_id=person.subject_key)
    secret = opened(row, role="service")
    row.wrapped, _ = keys.wrap(secret, subject_key=person.subject_key, role="service")
    row.save()
    found = public_ids([other.subject_key, person.subject_key, 2**40])
    assert list(found.items()) == [(p.subject_key, p.id) for p in (person, other)]


def _streamed(body: dict[str, Any]) -> list[dict[str, Any]]:
    answer = Api("policies:search").call("POST", PATH, body, Accept=NDJSON)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, NDJSON)
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def _all_pages(question: Question, token: str | None = None) -> list[int]:
    found: list[int] = []
    while True:
        page = search.subjects(question, caller="t", at=LATER, limit=3, token=token)
        found += page.subjects
        token = page.token
        if token is None:
            return found
