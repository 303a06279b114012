"""What journeys over the policy check ask, and by whom; everything goes over HTTP."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from django.utils import timezone

from audit.operations import issue_key
from tests.builders import AT, Api

EVALUATION = "/access/v1/evaluation"
EVALUATIONS = "/access/v1/evaluations"
_TUESDAY, _NOON = 1, 12


def an_evaluation(
    subject_id: str, action: str, purpose: str, *, properties: Any = None, **context: Any
) -> dict[str, Any]:
    """Return the body of one check; `context` holds its members as they go over the wire."""
    return {
        "subject": {"type": "data_subject", "id": subject_id},
        "action": {"name": action, "properties": properties or {}},
        "resource": {"type": "purpose", "id": purpose},
        "context": context,
    }


def a_message(subject_id: str, channel: str = "push", **context: Any) -> dict[str, Any]:
    """Return a check of a marketing message on a coming Tuesday at noon in Madrid."""
    members = {"channel": channel, "planned_at": a_working_noon()} | context
    return an_evaluation(subject_id, "send_message", "marketing.messages", **members)


def a_working_noon() -> str:
    """Return a Tuesday's noon in Madrid, two days to nine days ahead."""
    day = timezone.now().astimezone(ZoneInfo("Europe/Madrid")).date() + timedelta(days=2)
    while day.weekday() != _TUESDAY:
        day += timedelta(days=1)
    noon = datetime(day.year, day.month, day.day, _NOON, tzinfo=ZoneInfo("Europe/Madrid"))
    return noon.isoformat()


def register(officer: Api, name: str, country: str = "ES", **fields: Any) -> str:
    """Register an invented person and return the `sub_…` id."""
    identifiers = [
        {"type": "external_id", "value": name},
        {"type": "email", "value": f"{name.lower()}@persona.example"},
    ]
    body = {"identifiers": identifiers, "country": country, "birth_date": "1986-01-01"} | fields
    response = officer.post("/api/v1/subjects", body)
    assert response.status_code in (200, 201), response.content
    return str(response.json()["id"])


def decide(officer: Api, subject_id: str, decision: str, purpose: str, **fields: Any) -> None:
    """Record an act of the person's own, on notice 1.0."""
    body: dict[str, Any] = {"purpose": purpose, "decision": decision, "actor": "subject"}
    body |= {"method": "web_form", "notice": {"version": "1.0", "locale": "es"}} | fields
    response = officer.post(f"/api/v1/subjects/{subject_id}/consents", body)
    assert response.status_code == 201, response.content


def ask(caller: Api, body: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one check."""
    response = caller.post(EVALUATION, body)
    assert response.status_code == 200, response.content
    return dict(response.json())


def codes(answer: dict[str, Any]) -> list[str]:
    """Return the reasons of an answer, deciding ones first."""
    return [reason["code"] for reason in answer["context"]["reasons"]]


def send_raw(body: bytes, *, kind: str = "application/json", path: str = EVALUATION) -> Any:
    """Return the response to bytes that no well-behaved client would send."""
    key = issue_key("raw", scopes=["policies:check"], actor="system", at=AT)
    headers = {"Authorization": f"Bearer {key.text}"}
    return Client().generic("POST", path, body, content_type=kind, headers=headers)


def send_stream(body: str, path: str) -> Any:
    """Return the response to an officer's stream of lines."""
    key = issue_key("stream", scopes=["admin"], actor="system", at=AT)
    headers = {"Authorization": f"Bearer {key.text}"}
    kind = "application/x-ndjson"
    return Client().generic("POST", path, body.encode(), content_type=kind, headers=headers)
