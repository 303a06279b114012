"""What decisions have in common is kept once, and what is read of each is what was answered."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from policies import asking, forms, operations, partitions, precedents, queries, records, replay
from policies.models import DecisionRecord
from policies.reading import Named
from policies.telling import Told
from pseudonymize.queries import lookup_key
from tests.builders import AT, a_grant, a_subject

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_precedents() -> None:
    precedents.forget()


def asked(people: Sequence[str], at: datetime = AT, **more: Any) -> list[Named]:
    """Return one question about each of `people`, as one caller writes it."""
    entities = {
        "action": {"name": "show_offer"},
        "resource": {"type": "purpose", "id": "marketing.offers"},
        "context": {},
    } | more
    found = []
    for person in people:
        body = {"subject": {"type": "data_subject", "id": person}, **entities}
        named = asking.named_at_once(json.dumps(body).encode(), at=at, key=lookup_key())
        assert named is not None
        found.append(named)
    return found


def some_people(count: int) -> list[str]:
    """Return people of one country, of whom every second allowed offers, on days of their own."""
    people = [a_subject("ES") for _ in range(count)]
    for number, person in enumerate(people[::2]):
        a_grant(person.subject_key, at=AT - timedelta(days=3 + number % 2))
    return [person.id for person in people]


def told(
    people: Sequence[str], at: datetime = AT, *, caller: str = "shop", **more: Any
) -> list[Told]:
    return operations.told(asked(people, at, **more), caller=caller, at=at)


def number_of(table: str, condition: str = "true") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition}")
        return int(cursor.fetchone()[0])


def as_stored(answer: bytes) -> tuple[str, str, str]:
    """Return question, answer and facts as the view of the database puts them together."""
    id = UUID(json.loads(answer)["context"]["id"].removeprefix("dec_"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT question, answer, facts FROM policies_decided WHERE id = %s", [id])
        [row] = cursor.fetchall()
        return row  # type: ignore[no-any-return]


@pytest.mark.parametrize("at", [AT, AT.replace(microsecond=0), AT.replace(microsecond=120_000)])
def test_what_is_read_of_a_decision_is_what_was_answered_to_the_letter(at: datetime) -> None:
    answers = told(some_people(12), at)
    assert {one.form is None for one in answers} == {True, False}
    for one, named in zip(answers, asked([""] * 12, at), strict=True):
        question, answer, facts = as_stored(one.answer)
        assert one.answer.decode().endswith(f'"context":{answer}}}')
        whole = records.question_of(named.question, replay.replayed(_read(answer)))
        assert question == msgspec.json.encode(whole).decode()
        assert records.facts_from(json.loads(facts)).at == at
        assert json.loads(facts)["at"] == json.loads(question)["planned_at"]


def _read(answer: str) -> DecisionRecord:
    found = queries.decision(UUID(json.loads(answer)["id"].removeprefix("dec_")))
    assert found is not None
    return found


def test_decisions_with_a_form_replay_to_the_same_answer() -> None:
    told(some_people(8))
    assert number_of("policies_decision", "form IS NULL") == 2  # the first of each case
    assert not list(replay.differences(AT - timedelta(days=1), AT + timedelta(days=1)))
    told_of = {(row.caller, row.purpose, row.action) for row in DecisionRecord.objects.all()}
    assert told_of == {("shop", "marketing.offers", "show_offer")}
    assert {row.purpose_version for row in DecisionRecord.objects.all()} != {None}


def test_a_form_is_kept_once_for_all_who_are_in_the_same_case() -> None:
    people, before = some_people(40), number_of("policies_form")
    forms = {one.form.key for one in told(people) if one.form}
    told(people)
    assert number_of("policies_decision", "form IS NOT NULL") > 60
    assert (
        number_of("policies_form") - before == len(forms) == 3
    )  # refused; allowed on either of two days


def test_a_form_says_nothing_that_is_one_persons_own() -> None:
    told(some_people(12))
    with connection.cursor() as cursor:
        cursor.execute("SELECT question, answer, facts FROM policies_form")
        rows = cursor.fetchall()
    assert rows
    for question, answer, facts in rows:
        assert '"planned_at":"\x03"' in question
        assert '"id":"dec_\x01"' in answer
        assert not {"at", "person", "subject_key", "standings"} & json.loads("{" + facts).keys()


@pytest.mark.parametrize(
    "entities",
    [
        {"action": {"name": "show_offer", "properties": {"predicts": "taste"}}},
        {"action": {"name": "wave_at_maria"}},
        {"resource": {"type": "purpose", "id": "purpose.of.maria"}},
        {"context": {"recipient": {"id": "maria@correo.example", "country": "ES"}}},
        {"context": {"supported_obligations": ["call-maria"]}},
        {"context": {"data": [{"category": "user.account", "detail": "maria"}]}},
        {"context": {"data": [{"category": "user.behavior.maria_lopez"}]}},
    ],
    ids=["prediction", "action", "purpose", "recipient", "obligation", "detail", "category"],
)
def test_words_of_the_caller_go_with_the_person_they_were_said_of(entities: dict[str, Any]) -> None:
    before, answers = number_of("policies_form"), told(some_people(8), **entities)
    assert all(one.form is None for one in answers)
    assert (number_of("policies_decision"), number_of("policies_form")) == (8, before)


def test_another_connection_stores_the_same_form_again_without_harm() -> None:
    people = some_people(8)
    first = told(people)
    forms._known.clear()  # as a process knows nothing that has just begun
    again = told(people)
    assert {one.form.key for one in first if one.form} == {o.form.key for o in again if o.form}
    assert all(as_stored(one.answer)[1] for one in [*first, *again])


def test_forms_leave_with_their_month() -> None:
    partitions.ensure(AT.date(), months=0)
    told(some_people(8))
    month = f"month = '{AT:%Y-%m}-01'"
    assert number_of("policies_form", month) > 0
    partitions.drop(AT.date())
    assert number_of("policies_decision") == number_of("policies_form", month) == 0


@pytest.mark.parametrize(
    "statement", ["UPDATE policies_form SET key = key", "DELETE FROM policies_form"]
)
def test_the_application_can_neither_change_nor_delete_a_form(statement: str) -> None:
    told(some_people(8))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_record_with_neither_form_nor_texts_is_refused_by_the_database() -> None:
    told(some_people(2))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO policies_decision (id, at, effect)"
            " SELECT gen_random_uuid(), at, effect FROM policies_decision LIMIT 1"
        )
