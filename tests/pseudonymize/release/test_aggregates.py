"""Questions to the real database, and the budget of who asks."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from audit.models import AuditEntry
from audit.operations import issue_key
from pseudonymize.models import BudgetSpend, Subject
from pseudonymize.release import aggregates
from pseudonymize.release.question import Question, parse

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
NAME = "people_by_country"


def people(count: int, country: str = "ES", **more: Any) -> list[int]:
    made = Subject.objects.bulk_create(
        Subject(country=country, registered_at=AT, **more) for _ in range(count)
    )
    return [subject.pk for subject in made]


def ask(where: dict[str, str] | None = None, **changes: Any) -> aggregates.Answer:
    usual: dict[str, Any] = {"recipient": "analytics", "actor": "key:test", "at": AT}
    return aggregates.ask(NAME, where=where or {}, **usual | changes)


@pytest.mark.django_db
def test_large_groups_are_told_with_their_error_and_small_ones_are_not() -> None:
    people(300, "ES", age_class=18)
    people(19, "BR", age_class=18)
    (told,) = ask().told
    assert told.group == "ES"
    assert abs(told.value - 300) < 60
    assert told.within <= 6
    (adults,) = ask({"age": "adult"}).told
    assert abs(adults.value - 300) < 60
    assert ask({"age": "minor"}).told == []


@pytest.mark.django_db
def test_blocked_and_erased_people_are_not_counted() -> None:
    keys = people(300)
    Subject.objects.filter(pk__in=keys[:290]).update(life="blocked")
    assert ask().told == []


@pytest.mark.django_db
def test_asking_again_gives_the_same_answer_for_nothing() -> None:
    people(300)
    first = ask()
    again = ask(at=AT.replace(day=28))
    assert (again.told, again.answered_at) == (first.told, first.answered_at)
    assert (first.spent, again.spent) == (Decimal("0.5"), Decimal(0))
    assert first.left == again.left == Decimal("1.5")
    assert BudgetSpend.objects.count() == 1


@pytest.mark.django_db
def test_a_spent_budget_says_so_until_the_next_period_and_per_recipient() -> None:
    for value in ("adult", "minor", "unknown"):
        ask({"age": value})
    ask()
    with pytest.raises(aggregates.BudgetSpent, match="2026-12-01"):
        aggregates.ask(
            "messages_per_person", where={}, recipient="analytics", actor="key:test", at=AT
        )
    assert ask({"age": "adult"}).spent == 0
    assert ask(recipient="board").left == Decimal("1.5")
    assert ask(at=AT.replace(month=12)).left == Decimal("1.5")


@pytest.mark.usefixtures("committed_db")
def test_parallel_askers_do_not_overspend() -> None:
    barrier = threading.Barrier(4)

    def spend(number: int) -> Decimal:
        where = ({}, {"age": "adult"}, {"age": "minor"}, {"age": "unknown"})[number]
        try:
            barrier.wait(timeout=20)
            return ask(where).left
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        left = sorted(pool.map(spend, range(4)))
    assert left == [Decimal("0"), Decimal("0.5"), Decimal("1"), Decimal("1.5")]


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"epsilon": 0}, None])
def test_what_was_spent_cannot_be_undone(change: dict[str, int] | None) -> None:
    ask()
    spends = BudgetSpend.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        spends.update(**change) if change else spends.delete()


def a_question(source: str, **changes: Any) -> Question:
    plain: dict[str, Any] = {
        "name": "bound",
        "title": "Bound",
        "kind": "sum",
        "source": source,
        "groups": ["a", "b", "c"],
        "minimum_group": 1,
        "epsilon": 1,
        "within": 1000,
        "confidence": 0.95,
        "high": 10,
    }
    return parse(plain | changes)


@pytest.mark.django_db
def test_one_person_moves_no_number_by_more_than_their_bound() -> None:
    (person,) = people(1)
    rows = ", ".join(f"({person}, '{group}', 9)" for group in "aaabbbcccz")
    question = a_question(
        f"SELECT * FROM (VALUES {rows}) AS v (person, grp, value)", groups_per_person=2, within=2000
    )
    exact = aggregates._exact(question, {})
    assert len(exact) == 2
    assert all((one.people, one.total) == (1, 10) for one in exact.values())


def post(name: str, body: Any, scope: str = "pseudonyms:write") -> Any:
    key = issue_key("analytics", scopes=[scope], actor="system", at=AT)
    return Client().post(
        f"/api/v1/aggregates/{name}",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key.text}"},
    )


@pytest.mark.django_db
def test_over_http_the_answer_names_error_and_budget() -> None:
    people(300)
    answer = post(NAME, {}).json()
    assert answer["groups"][0]["group"] == "ES"
    assert (answer["spent"], answer["left"], answer["minimum_group"]) == (0.5, 1.5, 20)
    assert date.fromisoformat(answer["budget_until"]) >= datetime.now(UTC).date()
    assert AuditEntry.objects.filter(action="aggregate.answered").count() == 1
    # A new key of the same system has no new budget.
    assert post(NAME, {}).json()["spent"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        ("no_such", {}, 404, "question_unknown"),
        (NAME, {"where": {"age": "dead"}}, 422, "filter_unknown"),
        (NAME, {"where": {"email": "x"}}, 422, "filter_unknown"),
        (NAME, {"where": "adult"}, 422, "invalid"),
    ],
)
def test_wrong_calls_are_refused(name: str, body: Any, status: int, code: str) -> None:
    answer = post(name, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.django_db
def test_over_http_a_spent_budget_is_429() -> None:
    for where in ({}, {"age": "adult"}, {"age": "minor"}, {"age": "unknown"}):
        assert post(NAME, {"where": where}).status_code == 200
    answer = post("messages_per_person", {})
    assert (answer.status_code, answer.json()["code"]) == (429, "budget_spent")
    assert post(NAME, {}, scope="policies:check").status_code == 403
