"""Errors speak the language of whoever meets them."""

import pytest
from django.test import Client, RequestFactory

from config import errors


def test_a_service_reads_a_problem_where_nothing_is() -> None:
    answer = Client().get("/api/v1/nothing-here")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_person_reads_a_page_where_nothing_is() -> None:
    answer = Client().get("/nothing-here", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert b"There is nothing here" in answer.content


def test_the_front_door_leads_to_the_preference_center() -> None:
    answer = Client().get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/preferences/")


@pytest.mark.parametrize(
    ("path", "said"), [("/api/v1/subjects", b"internal_error"), ("/preferences/", b"went wrong")]
)
def test_a_fault_of_ours_is_told_without_a_detail(path: str, said: bytes) -> None:
    answer = errors.went_wrong(RequestFactory().get(path))
    assert answer.status_code == 500
    assert said in answer.content
