"""The HTTP edge: what cannot be read, what a key allows, what is at no address."""

from typing import Any

import pytest
from django.test import Client

from audit.keys import SCOPES
from audit.operations import issue_key
from tests.builders import AT, Api, a_subject

pytestmark = pytest.mark.django_db
DEEP = b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
UNREADABLE = [b"{", b"\xff", DEEP, b'{"\\ud800": "\\ud800"}', b"1" * 5000]
POSTS = [
    "/api/v1/subjects",
    "/api/v1/subjects:lookup",
    "/api/v1/subjects/{id}/consents",
    "/api/v1/subjects/{id}/notices-served",
    "/api/v1/subjects/{id}/pauses",
    "/api/v1/suspensions",
    "/api/v1/recipients",
    "/api/v1/assessments",
    "/api/v1/policies:test",
    "/api/v1/reviews/rev_x/decision",
    "/api/v1/pseudonyms",
    "/api/v1/text:redact",
    "/api/v1/reidentifications",
    "/api/v1/rights-requests",
    "/access/v1/evaluation",
    "/access/v1/evaluations",
    "/access/v1/search/subject",
    "/access/v1/search/resource",
    "/access/v1/search/action",
]


def sent(path: str, body: bytes) -> Any:
    key = issue_key("raw", scopes=SCOPES, actor="system", at=AT)
    headers = {"Authorization": f"Bearer {key.text}"}
    client = Client(raise_request_exception=False)
    return client.post(path, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("path", POSTS)
def test_what_cannot_be_read_is_the_callers_mistake(path: str) -> None:
    address = path.format(id=a_subject().id)
    for body in UNREADABLE:
        answer = sent(address, body)
        assert answer.status_code in {400, 404, 422}, (body[:20], answer.content)
        assert answer["Content-Type"] == "application/problem+json"


def test_a_nul_in_an_address_finds_nothing() -> None:
    for path in ("/api/v1/reviews/rev_%00/decision", "/api/v1/purposes/%00", "/p/%00"):
        assert sent(path, b"{}").status_code == 404


def test_head_needs_the_scope_of_get() -> None:
    path = f"/api/v1/subjects/{a_subject().id}/consents"
    assert Api("policies:check").call("HEAD", path).status_code == 403
    assert Api("consents:read").call("HEAD", path).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/receipts/x", "/access/v1/nothing"])
def test_no_such_address_is_told_as_a_problem(path: str) -> None:
    answer = Api("admin").get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("language", ["es", "pt-BR", "en", "de"])
def test_problems_are_told_in_english_to_every_caller(language: str) -> None:
    api = Api("identifiers:read", "consents:write")
    answer = api.call("POST", "/api/v1/subjects", {}, Accept_Language=language)
    assert answer.json()["detail"] == "This field is required."
    assert answer["Content-Language"] == "en"
    wrong = api.call("PATCH", "/api/v1/subjects", {}, Accept_Language=language)
    assert wrong.json()["detail"] == 'Method "PATCH" not allowed.'
    unread = api.call("POST", "/access/v1/search/subject", None, Accept_Language=language)
    assert "scope" in unread.json()["detail"]


@pytest.mark.parametrize(("language", "title"), [("es", "Ofertas"), ("en", "Offers")])
def test_what_is_for_people_is_in_the_language_that_is_asked_for(language: str, title: str) -> None:
    path = "/api/v1/purposes/marketing.offers"
    answer = Api("consents:read").call("GET", path, Accept_Language=language)
    assert answer.json()["title"].startswith(title)
    assert answer["Content-Language"] == language


def test_pages_stay_in_the_language_of_the_person() -> None:
    page = Client().get("/rights/new", headers={"Accept-Language": "pt-BR"})
    assert page["Content-Language"] == "pt-br"
