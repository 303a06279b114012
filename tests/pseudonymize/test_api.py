"""Registration and lookup over HTTP."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from audit.operations import issue_key
from pseudonymize import operations, queries
from pseudonymize.models import Subject

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PERSON: dict[str, Any] = {
    "identifiers": [
        {"type": "external_id", "value": "C-1042"},
        {"type": "email", "value": "ines.soto@correo.example"},
        {"type": "phone", "value": "612 345 678"},
    ],
    "country": "ES",
    "region": "ES-MD",
    "locale": "es-ES",
    "time_zone": "Europe/Madrid",
    "birth_date": "2012-05-20",
    "guardian": {"name": "Rosa Soto", "email": "rosa@correo.example"},
}


def post(path: str, body: Any, *scopes: str) -> Any:
    key = issue_key("test", scopes=scopes or ("consents:write",), actor="system", at=AT)
    return Client().post(
        path,
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key.text}"},
    )


def lookup(kind: str, value: str, **more: str) -> Any:
    body = {"type": kind, "value": value} | more
    return post("/api/v1/subjects:lookup", body, "identifiers:read")


@pytest.mark.django_db
def test_a_first_registration_is_created_and_a_second_is_not() -> None:
    first, second = post("/api/v1/subjects", PERSON), post("/api/v1/subjects", PERSON)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert len(first.json()["id"]) == 30


@pytest.mark.django_db
def test_a_person_is_looked_up_by_what_they_are_known_by() -> None:
    registered = post("/api/v1/subjects", PERSON).json()
    assert lookup("email", "INES.SOTO@correo.example").json() == registered
    assert lookup("phone", "612345678", country="ES").json() == registered
    unknown = lookup("external_id", "C-9")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "subject_unknown")


@pytest.mark.django_db
def test_a_shared_email_is_answered_with_a_conflict() -> None:
    post("/api/v1/subjects", PERSON)
    shared = [PERSON["identifiers"][1], {"type": "external_id", "value": "C-2"}]
    post("/api/v1/subjects", PERSON | {"identifiers": shared})
    answer = lookup("email", "ines.soto@correo.example")
    assert (answer.status_code, answer.json()["code"]) == (409, "identifier_shared")


@pytest.mark.django_db
def test_identifiers_of_two_subjects_are_a_conflict() -> None:
    ids = [{"type": "external_id", "value": value} for value in ("C-1", "C-2")]
    for one in ids:
        post("/api/v1/subjects", PERSON | {"identifiers": [one]})
    answer = post("/api/v1/subjects", PERSON | {"identifiers": ids})
    assert (answer.status_code, answer.json()["code"]) == (409, "identifiers_conflict")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"identifiers": []}, "invalid", "identifiers"),
        ({"identifiers": "C-1"}, "invalid", "identifiers"),
        ({"identifiers": [{"type": "email", "value": "x"}]}, "identifier_malformed", "identifiers"),
        ({"identifiers": [{"type": "a@b.example", "value": "x"}]}, "invalid", None),
        ({"identifiers": [{"type": "public", "value": "sub_x"}]}, "invalid", None),
        ({"country": None}, "invalid", "country"),
        ({"country": "XX"}, "country_unknown", "country"),
        ({"country": "es"}, "country_unknown", "country"),
        ({"region": "BR-SP"}, "region_unknown", "region"),
        ({"region": "Madrid"}, "region_unknown", "region"),
        ({"locale": "español"}, "locale_malformed", "locale"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone_unknown", "time_zone"),
        ({"birth_date": "20/05/2012"}, "invalid", "birth_date"),
        ({"birth_date": "2999-01-01"}, "birth_date_implausible", "birth_date"),
        ({"birth_date": "1850-01-01"}, "birth_date_implausible", "birth_date"),
        ({"guardian": {"name": "Rosa"}}, "invalid", "guardian.email"),
        ({"guardian": {"name": "R", "email": "no"}}, "guardian_malformed", "guardian.email"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field_and_nothing_is_written(
    change: dict[str, Any], code: str, field: str | None
) -> None:
    answer = post("/api/v1/subjects", PERSON | change)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code)
    assert field is None or problem["field"] == field
    assert not Subject.objects.exists()


@pytest.mark.django_db
def test_no_identifier_stands_in_a_refusal_or_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong: list[dict[str, Any]] = [
        {"identifiers": [{"type": "ana@correo.example", "value": "ana@correo.example"}]},
        {"identifiers": [{"type": "phone", "value": "ana@correo.example"}]},
        {"country": "ana@correo.example"},
        {"birth_date": "ana@correo.example"},
    ]
    for change in wrong:
        answer = post("/api/v1/subjects", PERSON | change)
        assert "ana@" not in answer.content.decode()
    told = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not [line for line in told if "ana@" in line]


@pytest.mark.django_db
def test_a_blocked_person_is_a_conflict_for_both_calls() -> None:
    public = post("/api/v1/subjects", PERSON).json()["id"]
    key = queries.subject_key_of(public)
    assert key is not None
    operations.block(key, None, AT)
    for answer in (post("/api/v1/subjects", PERSON), lookup("external_id", "C-1042")):
        assert (answer.status_code, answer.json()["code"]) == (409, "data_blocked")


@pytest.mark.django_db
def test_each_call_needs_its_scope() -> None:
    assert post("/api/v1/subjects", PERSON, "policies:check").status_code == 403
    body = {"type": "email", "value": "ines.soto@correo.example"}
    assert post("/api/v1/subjects:lookup", body, "consents:write").status_code == 403
    assert Client().post("/api/v1/subjects", "{}", "application/json").status_code == 401
