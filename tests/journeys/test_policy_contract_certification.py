"""The scenario of the AuthZEN 1.0 certification: records, two users, rules of their own."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from policies import publishing
from tests.builders import AT, Api
from tests.journeys.checks import EVALUATION, EVALUATIONS

pytestmark = pytest.mark.django_db

ALICE, BOB = {"type": "user", "id": "alice"}, {"type": "user", "id": "bob"}
ADMIN = BOB | {"properties": {"role": "admin"}}
FIRST, SECOND = {"type": "record", "id": "record-1"}, {"type": "record", "id": "record-2"}
ACTIVE = FIRST | {"properties": {"status": "active"}}
ARCHIVED = SECOND | {"properties": {"status": "archived"}}
READ, WRITE = {"name": "read"}, {"name": "write"}
SOFT = {"name": "delete", "properties": {"soft": True}}
HARD = {"name": "delete", "properties": {"soft": False}}
NIGHT = {"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}
WHOLE: dict[str, Any] = {"subject": ALICE, "action": READ, "resource": FIRST}
BUNDLE = """
name = "records"
extends = "2026-11-baseline"
effective_from = 2020-01-01T00:00:00Z

[resource_types.record]
actions = ["read", "write", "delete"]

[[resource_types.record.rules]]
id = "users_read"
when = 'action.name == "read" && subject.type == "user" && subject.id in ["alice", "bob"]'
effect = "permit"
code = "own.reads"
source = "Records, 1"

[[resource_types.record.rules]]
id = "alice_writes"
when = 'action.name == "write" && subject.id == "alice"'
effect = "permit"
code = "own.writes"
source = "Records, 2"

[[resource_types.record.rules]]
id = "admins_write_archives"
when = '''
action.name == "write"
    && has(subject.properties) && has(subject.properties.role)
    && subject.properties.role == "admin"
    && has(resource.properties) && has(resource.properties.status)
    && resource.properties.status == "archived"
'''
effect = "permit"
code = "own.administers"
source = "Records, 3"

[[resource_types.record.rules]]
id = "others_leave_archives_alone"
when = '''
action.name == "write"
    && has(resource.properties) && has(resource.properties.status)
    && resource.properties.status == "archived"
    && !(has(subject.properties) && has(subject.properties.role)
        && subject.properties.role == "admin")
'''
effect = "deny"
code = "own.archived"
source = "Records, 4"

[[resource_types.record.rules]]
id = "alice_deletes_softly"
when = '''
action.name == "delete" && subject.id == "alice"
    && has(action.properties) && has(action.properties.soft) && action.properties.soft
'''
effect = "permit"
code = "own.deletes"
source = "Records, 5"
"""


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """Publish the rules for records, and hand out a key."""
    file = tmp_path / "records.toml"
    file.write_text(BUNDLE, encoding="utf-8")
    publishing.publish(file, actor="officer", at=AT)
    return Api("policies:check", "policies:search")


def asked(subject: Any, action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"subject": subject, "action": action, "resource": resource, **more}


@pytest.mark.parametrize(
    ("body", "decision"),
    [
        (asked(ALICE, READ, FIRST), True),
        (asked(ALICE, WRITE, FIRST), True),
        (asked(BOB, READ, FIRST), True),
        (asked(BOB, WRITE, FIRST), False),
        (asked(ALICE, READ, FIRST, context=NIGHT), True),
        (asked(ALICE, WRITE, ARCHIVED), False),
        (asked(ADMIN, WRITE, ARCHIVED), True),
        (asked(ALICE, SOFT, FIRST), True),
        (asked(ALICE, HARD, FIRST), False),
        (asked(ALICE, READ, FIRST, foo="bar", futureField={"nested": True}), True),
        (asked(ALICE | {"properties": {"department": "Sales"}}, READ, ACTIVE), True),
        (asked({"type": "user", "id": "mallory"}, READ, FIRST), False),
    ],
    ids=str,
)
def test_a_record_is_decided_by_its_own_rules(
    api: Api, body: dict[str, Any], decision: bool
) -> None:
    for _ in range(2):
        response = api.post(EVALUATION, body)
        assert response.status_code == 200
        assert response.json()["decision"] is decision


@pytest.mark.parametrize(
    "broken",
    [
        {"subject": None},
        {"action": None},
        {"resource": None},
        {"subject": {"id": "alice"}},
        {"subject": {"type": "user"}},
        {"action": {}},
        {"resource": {"id": "record-1"}},
        {"resource": {"type": "record"}},
        {"subject": "alice"},
        {"action": {"name": 123}},
        {"resource": {"type": "record", "id": 1}},
        {"context": "evening"},
        {"subject": ALICE | {"properties": "admin"}},
    ],
    ids=str,
)
def test_a_missing_or_mistyped_member_is_malformed(api: Api, broken: dict[str, Any]) -> None:
    body = {name: value for name, value in (WHOLE | broken).items() if value is not None}
    assert api.post(EVALUATION, body).status_code == 400
    assert api.post(EVALUATIONS, body).status_code == 400


@pytest.mark.parametrize(
    ("batch", "decisions"),
    [
        ({"subject": ALICE, "action": READ, "items": [FIRST, SECOND]}, [True, True]),
        ({"subject": ALICE, "action": WRITE, "items": [ACTIVE, ARCHIVED]}, [True, False]),
        ({"subject": BOB, "resource": FIRST, "actions": [READ, WRITE]}, [True, False]),
        ({"action": WRITE, "resource": ARCHIVED, "subjects": [ALICE, ADMIN]}, [False, True]),
    ],
    ids=str,
)
def test_a_batch_takes_what_its_items_leave_out(
    api: Api, batch: dict[str, Any], decisions: list[bool]
) -> None:
    varied = {"items": "resource", "actions": "action", "subjects": "subject"}
    name = next(name for name in varied if name in batch)
    items = [{varied[name]: value} for value in batch.pop(name)]
    answered = api.post(EVALUATIONS, batch | {"context": NIGHT, "evaluations": items})
    assert answered.status_code == 200
    assert [item["decision"] for item in answered.json()["evaluations"]] == decisions


@pytest.mark.parametrize(
    ("batch", "decisions"),
    [
        (WHOLE | {"evaluations": [{}, asked(BOB, WRITE, FIRST)]}, [True, False]),
        (asked(ALICE, WRITE, ACTIVE, evaluations=[{}, {"resource": ARCHIVED}]), [True, False]),
        (
            {
                "subject": ALICE,
                "action": READ,
                "options": {"evaluations_semantic": "execute_all"},
                "evaluations": [{"resource": FIRST}, {}],
            },
            [True, False],
        ),
    ],
    ids=["own entities", "defaults", "an item without a resource"],
)
def test_an_item_of_its_own_and_a_broken_one(
    api: Api, batch: dict[str, Any], decisions: list[bool]
) -> None:
    answered = api.post(EVALUATIONS, batch)
    assert answered.status_code == 200
    assert [item["decision"] for item in answered.json()["evaluations"]] == decisions


def test_a_batch_without_items_is_a_single_evaluation(api: Api) -> None:
    assert api.post(EVALUATIONS, WHOLE).json()["decision"] is True
    assert api.post(EVALUATIONS, WHOLE | {"evaluations": []}).json()["decision"] is True


def test_the_metadata_name_every_endpoint_under_the_public_address(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "https://venia.example"
    response = Client().get("/.well-known/authzen-configuration")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    told = response.json()
    assert told["policy_decision_point"] == "https://venia.example"
    assert told["access_evaluation_endpoint"] == "https://venia.example/access/v1/evaluation"
    endpoints = [value for name, value in told.items() if name.endswith("_endpoint")]
    assert len(endpoints) == 5
    assert all(address.startswith("https://venia.example/access/v1/") for address in endpoints)
    assert all(isinstance(name, str) for name in told["capabilities"])


OF_OURS: dict[str, Any] = {
    "subject": {"type": "data_subject"},
    "action": {"name": "show_offer"},
    "resource": {"type": "purpose", "id": "marketing.offers"},
}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("subject", OF_OURS, 200),
        ("subject", OF_OURS | {"subject": {"type": "data_subject", "id": "ignored"}}, 200),
        ("subject", OF_OURS | {"subject": {"type": "spaceship"}}, 200),
        ("subject", OF_OURS | {"page": {"limit": 1}}, 200),
        ("subject", OF_OURS | {"resource": {"type": "purpose"}}, 400),
        ("subject", {k: v for k, v in OF_OURS.items() if k != "action"}, 400),
        ("subject", OF_OURS | {"page": {"token": "no token of ours"}}, 400),
        ("resource", OF_OURS | {"subject": {"type": "data_subject", "id": "x"}}, 200),
        ("resource", OF_OURS | {"resource": {"type": "purpose"}}, 400),
        ("resource", {k: v for k, v in OF_OURS.items() if k != "subject"}, 400),
        ("action", asked(ALICE, READ, FIRST), 200),
        ("action", {"subject": ALICE, "resource": FIRST}, 200),
        ("action", {"subject": ALICE}, 400),
        ("action", {"subject": {"type": "user"}, "resource": FIRST}, 400),
    ],
    ids=str,
)
def test_a_search_has_the_shape_that_the_specification_gives(
    api: Api, path: str, body: dict[str, Any], status: int
) -> None:
    response = api.post(f"/access/v1/search/{path}", body)
    assert response.status_code == status
    if status == 200:
        assert response.json()["results"] == []
