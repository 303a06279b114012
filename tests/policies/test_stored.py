"""Stored decisions over HTTP: whose they are, and who may say what came of them."""

from typing import Any

import pytest

from pseudonymize import operations as subjects
from tests.builders import AT, Api, a_grant, a_subject

pytestmark = pytest.mark.django_db


def a_reservation(api: Api, subject: str) -> str:
    body: dict[str, Any] = {
        "subject": {"type": "data_subject", "id": subject},
        "action": {"name": "send_message"},
        "resource": {"type": "purpose", "id": "service.delivery"},
        "context": {"channel": "sms", "reserve": True},
    }
    return str(api.post("/access/v1/evaluation", body).json()["context"]["id"])


def test_only_who_asked_says_what_came_of_it() -> None:
    asked, other = Api("policies:check"), Api("policies:check")
    decision = a_reservation(asked, a_subject("ES").id)
    told = {"outcome": "not_executed"}
    assert other.post(f"/api/v1/decisions/{decision}/outcome", told).status_code == 404
    assert asked.post(f"/api/v1/decisions/{decision}/outcome", told).status_code == 201


def test_decisions_about_a_blocked_person_are_not_shown() -> None:
    person, api = a_subject("ES"), Api("policies:check", "decisions:read")
    a_grant(person.subject_key)
    decision = a_reservation(api, person.id)
    assert api.get(f"/api/v1/decisions/{decision}").json()["request"]["subject"]["id"] == person.id
    subjects.block(person.subject_key, None, AT)
    answer = api.get(f"/api/v1/decisions/{decision}")
    assert (answer.status_code, answer.json()["code"]) == (409, "data_blocked")
