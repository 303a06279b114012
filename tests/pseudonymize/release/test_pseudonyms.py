"""Pseudonyms over HTTP: stable where they should be, unrelated where they should be."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEntry
from audit.operations import issue_key
from pseudonymize import operations
from pseudonymize.registration import Registration
from pseudonymize.release import pseudonyms

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SCOPE = "insurer/marketing.offers"


def a_subject(number: int, *more: tuple[str, str]) -> operations.Registered:
    registration = Registration((("external_id", f"C-{number}"), *more), "ES")
    return operations.register(registration, at=AT)


def made(ids: list[str], scope: str = SCOPE, at: datetime = AT) -> list[str]:
    return pseudonyms.make(ids, scope=scope, at=at, actor="key:test").made


def post(body: Any, scope: str = "pseudonyms:write") -> Any:
    key = issue_key("test", scopes=[scope], actor="system", at=AT)
    return Client().post(
        "/api/v1/pseudonyms",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key.text}"},
    )


@pytest.mark.django_db
def test_one_person_has_one_pseudonym_per_scope_and_epoch() -> None:
    subject = a_subject(1)
    first, same = made(["C-1", subject.id])
    assert first == same
    assert first.startswith("ps1.")
    assert made(["C-1"], "insurer/service.delivery") != [first]
    assert made(["C-1"], at=AT.replace(month=12)) == [first]
    assert made(["C-1"], at=AT.replace(year=2027, month=1)) != [first]


@pytest.mark.django_db
def test_two_scopes_share_no_pseudonym_so_their_tables_cannot_be_joined() -> None:
    ids = [a_subject(number).id for number in range(200)]
    one, other = set(made(ids)), set(made(ids, "analytics/analytics.aggregated"))
    assert (len(one), len(other)) == (200, 200)
    assert not one & other


@pytest.mark.django_db
def test_an_id_that_cannot_be_served_is_told_why() -> None:
    erased, blocked = a_subject(1), a_subject(2)
    a_subject(3, ("email", "casa@correo.example"))
    a_subject(4, ("email", "casa@correo.example"))
    operations.shred(erased.subject_key, AT)
    operations.block(blocked.subject_key, None, AT)
    answer = post({"scope": SCOPE, "ids": [erased.id, "C-2", "C-99", "sub_no", "C-3"]}).json()
    assert [one.get("code") for one in answer["pseudonyms"]] == [
        "subject_erased",
        "data_blocked",
        "subject_unknown",
        "identifier_malformed",
        None,
    ]
    shared = post({"scope": SCOPE, "ids": ["casa@correo.example"], "id_type": "email"}).json()
    assert shared["pseudonyms"][0]["code"] == "identifier_shared"


@pytest.mark.django_db
def test_a_thousand_ids_in_one_call_with_few_statements(
    django_assert_max_num_queries: Any,
) -> None:
    ids = [a_subject(number).id for number in range(20)] * 50
    with django_assert_max_num_queries(12):
        answer = post({"scope": SCOPE, "ids": ids})
    assert answer.status_code == 200
    assert len(answer.json()["pseudonyms"]) == 1000
    assert post({"scope": SCOPE, "ids": [*ids, ids[0]]}).status_code == 422


@pytest.mark.django_db
def test_the_trail_tells_how_many_for_whom_and_no_id() -> None:
    a_subject(1)
    post({"scope": SCOPE, "ids": ["C-1", "C-2"]})
    entry = AuditEntry.objects.get(action="pseudonyms.made")
    assert entry.details == {"scope": SCOPE, "epoch": entry.details["epoch"], "asked": 2, "made": 1}


@pytest.mark.django_db
def test_wrong_calls_are_refused() -> None:
    assert post({"scope": "recommender", "ids": ["C-1"]}).json()["code"] == "scope_malformed"
    assert post({"scope": SCOPE, "ids": []}).status_code == 422
    assert post({"scope": SCOPE, "ids": ["C-1"]}, scope="policies:check").status_code == 403
