"""The registers over HTTP: a slip must not look like a stop, nor empty a list."""

from typing import Any

import pytest

from policies.models import ExclusionEntry, Suspension
from tests.builders import Api
from tests.journeys.checks import send_stream

pytestmark = pytest.mark.django_db
LINE = '{"type": "email", "value": "ines@correo.example"}\n'
LIST = "/api/v1/exclusion-lists/robinson?channels=email"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("purpose", "marketing.mesages"),
        ("action", "send_mesage"),
        ("channel", "fax"),
        ("caller", "nobody"),
        ("law", "EU-GPDR"),
    ],
)
def test_what_does_not_exist_cannot_be_suspended(kind: str, value: str) -> None:
    body = {"kind": kind, "value": value, "reason": "incident"}
    answer = Api("admin").post("/api/v1/suspensions", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_to_suspend")
    assert not Suspension.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [("purpose", "marketing.messages"), ("channel", "email"), ("law", "ES-LOPDGDD")],
)
def test_what_exists_can_be_suspended(kind: str, value: str) -> None:
    body = {"kind": kind, "value": value, "reason": "incident"}
    assert Api("admin").post("/api/v1/suspensions", body).status_code == 201


def test_a_caller_can_be_suspended_by_its_key() -> None:
    body = {"kind": "caller", "value": Api("policies:check").kid, "reason": "incident"}
    assert Api("admin").post("/api/v1/suspensions", body).status_code == 201


def test_one_key_cannot_lift_what_needs_two_people() -> None:
    first, second = Api("admin"), Api("admin")
    body = {"kind": "channel", "value": "email", "reason": "incident"}
    path = f"/api/v1/suspensions/{first.post('/api/v1/suspensions', body).json()['id']}"
    assert [first.call("DELETE", path).status_code for _ in range(3)] == [202] * 3
    assert Suspension.objects.get().lifted_at is None
    assert second.call("DELETE", path).status_code == 200
    assert second.call("DELETE", path).status_code == 404


def test_an_empty_stream_does_not_empty_a_list() -> None:
    assert send_stream(LINE, LIST).status_code == 201
    for empty in ("", "\n \n"):
        answer = send_stream(empty, LIST)
        assert (answer.status_code, answer.json()["code"]) == (422, "list_empty")
    assert ExclusionEntry.objects.count() == 1


def test_a_list_is_emptied_on_purpose_and_only_without_lines() -> None:
    send_stream(LINE, LIST)
    both = send_stream(LINE, f"{LIST}&empty=true")
    assert (both.status_code, both.json()["code"]) == (422, "list_empty")
    assert ExclusionEntry.objects.count() == 1
    assert send_stream("", f"{LIST}&empty=true").json()["entries"] == 0
    assert ExclusionEntry.objects.count() == 0


@pytest.mark.parametrize(
    "line", ["[1]", "{", '{"type": [], "value": 1}', "[" * 50_000, '"\\ud800"']
)
def test_a_bad_line_leaves_the_list_as_it_was(line: str) -> None:
    send_stream(LINE, LIST)
    assert send_stream(LINE.replace("ines", "otra") + line, LIST).status_code == 422
    assert ExclusionEntry.objects.count() == 1


def test_a_name_that_is_too_long_is_refused() -> None:
    path = f"/api/v1/exclusion-lists/{'r' * 65}?channels=email"
    assert send_stream(LINE, path).status_code == 422


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("suspensions", {"kind": "ines@correo.example", "value": "x", "reason": "x"}),
        ("recipients", {"id": "x", "role": "ines@correo.example", "country": "ES"}),
        ("assessments", {"purpose": "ines@correo.example", "residual_risk": "low"}),
    ],
)
def test_a_refusal_does_not_repeat_the_input(path: str, body: dict[str, Any]) -> None:
    answer = Api("admin").post(f"/api/v1/{path}", body)
    assert answer.status_code == 422
    assert b"ines" not in answer.content
