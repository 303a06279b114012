"""Laws and deadlines over HTTP."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from audit.operations import issue_key
from rights.deadline_query import PARAMETERS
from rights.urls import urlpatterns

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def get(path: str, **parameters: str) -> Any:
    key = issue_key("test", scopes=("policies:check",), actor="system", at=AT)
    return Client().get(path, parameters, headers={"Authorization": f"Bearer {key.text}"})


@pytest.mark.django_db
def test_laws_are_not_told_without_a_key() -> None:
    assert Client().get("/api/v1/laws").status_code == 401


@pytest.mark.django_db
def test_every_law_is_listed_with_its_validity() -> None:
    listed = {law["code"]: law for law in get("/api/v1/laws").json()["results"]}
    assert len(listed) == 14
    assert listed["CL-19628"]["effective_to"] == "2026-11-30"
    assert listed["UK-GDPR"]["complete"] is False


@pytest.mark.django_db
def test_a_pack_is_told_whole() -> None:
    law = get("/api/v1/laws/MX-LFPDPPP").json()
    assert law["bases"]["tacit_consent"] == "art. 7"
    assert law["clocks"]["execution"]["length"] == 15
    assert law["evidence"]["ages"]["confidence"] == "medium"
    assert law["ages"]["consent"] == 18


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/laws/XX-1", "/api/v1/laws/XX-1/deadline"])
def test_an_unknown_law_is_a_404_that_names_the_known_ones(path: str) -> None:
    answer = get(path, received_on="2026-11-06") if path.endswith("deadline") else get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "law_unknown")
    assert "ES-LOPDGDD" in answer.json()["detail"]


@pytest.mark.django_db
def test_a_deadline_has_two_dates_a_rule_a_source_a_calendar_and_steps() -> None:
    answer = get(
        "/api/v1/laws/CO-1581/deadline", received_on="2026-03-16", right="access", region=""
    ).json()
    assert (answer["statutory_due"], answer["prudent_due"]) == ("2026-03-31", "2026-03-30")
    assert set(answer) == {
        "statutory_due",
        "prudent_due",
        "rule",
        "source",
        "calendar",
        "steps",
    }
    assert answer["calendar"].startswith("CO; holidays 0.109; overrides ")
    assert answer["steps"][-1] == {
        "on": "2026-03-31",
        "counted": True,
        "why": "Business day 10 of 10.",
    }


@pytest.mark.django_db
def test_hours_are_answered_in_the_offset_they_were_asked_in() -> None:
    answer = get(
        "/api/v1/laws/EU-GDPR/deadline",
        received_on="2026-11-20T10:15:00+01:00",
        event="breach_authority",
    ).json()
    assert answer["statutory_due"] == "2026-11-24T10:15:00+01:00"
    assert answer["prudent_due"] == "2026-11-23T10:15:00+01:00"


@pytest.mark.django_db
def test_a_refused_question_is_a_problem_with_code_and_field() -> None:
    answer = get("/api/v1/laws/EU-GDPR/deadline", received_on="2026-11-06", right="access")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["field"]) == ("region_required", "region")


def test_the_deadline_documents_every_parameter_it_takes() -> None:
    generate: Any = SchemaGenerator  # has no types of its own
    schema = generate(patterns=urlpatterns).get_schema(request=None, public=True)
    operation = schema["paths"]["/api/v1/laws/{code}/deadline"]["get"]
    assert {"code", *PARAMETERS} == {parameter["name"] for parameter in operation["parameters"]}
    assert {"Law", "LawPage", "Deadline"} <= set(schema["components"]["schemas"])
