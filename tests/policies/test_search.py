"""A search says exactly what asking person by person would say."""

from datetime import timedelta
from typing import Any

import pytest

from consent.act import Kind
from policies import operations, queries, search
from policies.question import Question
from policies.reading import Named
from pseudonymize.queries import identifiers_of, lookup_digest
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
    keys = a_crowd()
    question = Question(action, "purpose", purpose, planned_at=LATER, channel=channel)
    ids = identifiers_of(keys, "public")
    named = [Named(question, lookup_digest("public", ids[key]), None) for key in keys]
    answers = operations.decide(named, caller="t", at=LATER)
    one_by_one = [key for key, answer in zip(keys, answers, strict=True) if answer["decision"]]
    assert list(_all_pages(question)) == one_by_one


def test_pages_are_stable_while_people_act() -> None:
    keys = a_crowd()
    question = Question("send_message", "purpose", "marketing.messages", LATER, channel="push")
    before = list(_all_pages(question))
    first = search.subjects(question, caller="t", at=LATER, limit=2, token=None)
    later_key = next(key for key in reversed(keys) if key in before)
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


def _all_pages(question: Question, token: str | None = None) -> list[int]:
    found: list[int] = []
    while True:
        page = search.subjects(question, caller="t", at=LATER, limit=3, token=token)
        found += page.subjects
        token = page.token
        if token is None:
            return found
