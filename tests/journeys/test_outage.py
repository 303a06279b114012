"""The database is gone for a while: nothing is answered, nothing breaks, and all comes back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from audit.keys import SCOPES
from audit.operations import issue_key
from tests.builders import AT, a_subject
from tests.config.running import free_port
from tests.journeys.checks import an_evaluation

pytestmark = pytest.mark.usefixtures("committed_db")
NUMBER = "018f0000-0000-7000-8000-000000000000"


@contextmanager
def no_database() -> Iterator[None]:
    """Let nothing answer where the database was."""
    usual = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT=str(free_port()))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)


def requests(id: str) -> list[tuple[str, str, Any]]:
    """Return a request to each kind of address, by method."""
    vulnerable = f"/api/v1/subjects/{id}/circumstances/vulnerable"
    return [
        *(("POST", path, body) for path, body in posts(id).items()),
        *(("GET", path, None) for path in gets(id)),
        ("PUT", vulnerable, {"since": "2026-11-01T10:00:00Z"}),
        ("DELETE", vulnerable, None),
        ("DELETE", "/api/v1/suspensions/1", None),
    ]


def posts(id: str) -> dict[str, Any]:
    check, subject = an_evaluation(id, "show_offer", "marketing.offers"), f"/api/v1/subjects/{id}"
    known = {"type": "external_id", "value": "O-1"}
    return {
        "/api/v1/subjects": {"identifiers": [known], "country": "ES"},
        "/api/v1/subjects:lookup": known,
        f"{subject}/consents": {"purpose": "marketing.offers", "decision": "refused"},
        f"{subject}/notices-served": {"purpose": "marketing.offers"},
        f"{subject}/pauses": {"until": "2027-01-01"},
        f"{subject}/preference-link": {},
        "/api/v1/suspensions": {"kind": "channel", "value": "email", "reason": "x"},
        "/api/v1/imports": {},
        "/api/v1/exclusion-lists/robinson?channels=email": {},
        "/api/v1/rights-requests": {"subject": id, "rights": ["access"]},
        "/api/v1/pseudonyms": {"scope": "a/b", "ids": [id]},
        "/api/v1/text:redact": {"text": "Hola", "language": "es"},
        "/api/v1/reidentifications": {},
        f"/api/v1/decisions/dec_{NUMBER}/outcome": {"outcome": "executed"},
        "/api/v1/reviews/rev_1/decision": {"approve": False, "reason": "x", "person": "y"},
        "/access/v1/evaluation": check,
        "/access/v1/evaluations": check | {"evaluations": [{}]},
        "/access/v1/search/subject": check,
        "/access/v1/search/resource": check,
        "/access/v1/search/action": check,
    }


def gets(id: str) -> list[str]:
    return [
        f"/api/v1/subjects/{id}/consents",
        f"/api/v1/receipts/{NUMBER}",
        f"/api/v1/decisions/dec_{NUMBER}",
        "/api/v1/purposes",
        "/api/v1/laws",
        "/api/v1/recipients",
        "/api/v1/reviews",
        f"/api/v1/imports/{NUMBER}",
        f"/api/v1/rights-requests/{NUMBER}",
    ]


@pytest.mark.parametrize("more", [{}, {"Idempotency-Key": "outage"}], ids=["plain", "idempotent"])
def test_without_its_database_every_address_says_so(more: dict[str, str]) -> None:
    key = issue_key("outage", scopes=SCOPES, actor="system", at=AT)
    headers = {"Authorization": f"Bearer {key.text}"} | more
    client, id = Client(raise_request_exception=False), a_subject().id
    told = {}
    with no_database():
        for method, path, body in requests(id):
            kind = "application/json"
            answer = client.generic(method, path, _sent(body), content_type=kind, headers=headers)
            told[f"{method} {path}"] = (answer.status_code, answer.get("Retry-After"))
    assert {line: seen for line, seen in told.items() if seen != (503, "2")} == {}
    back = client.get(f"/api/v1/subjects/{id}/consents", headers=headers)
    assert back.status_code == 200


@pytest.mark.parametrize("more", [{}, {"Idempotency-Key": "outage"}], ids=["plain", "idempotent"])
def test_an_outage_says_whether_what_was_sent_may_count(more: dict[str, str]) -> None:
    key = issue_key("outage", scopes=SCOPES, actor="system", at=AT)
    headers = {"Authorization": f"Bearer {key.text}"} | more
    client, id = Client(raise_request_exception=False), a_subject().id
    told = []
    with no_database():
        for path in (f"/api/v1/subjects/{id}/pauses", "/access/v1/evaluation"):
            body, kind = _sent(posts(id)[path]), "application/json"
            told.append(client.generic("POST", path, body, content_type=kind, headers=headers))
        told.append(client.get(f"/api/v1/subjects/{id}/consents", headers=headers))
    written, checked, read = (answer.json()["detail"] for answer in told)
    assert "may or may not have been recorded" in written
    assert "same Idempotency-Key" in written
    assert (
        checked == read == "The database did not answer. Nothing was decided or changed; try again."
    )


def _sent(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body).encode()
