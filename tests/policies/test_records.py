"""Decisions as they are kept: months, replay, digests, forgetting, discretion."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from audit.queries import entries_about
from policies import operations, partitions, queries, replay, retention
from policies.models import DecisionDigest, DecisionRecord
from policies.question import DataItem, Properties, Question
from policies.reading import Named
from pseudonymize.queries import lookup_digest
from tests.builders import AT, a_grant, a_subject

pytestmark = pytest.mark.django_db


def a_decision(public_id: str, question: Question) -> DecisionRecord:
    named = Named(question, lookup_digest("public", public_id), None)
    answer = operations.decide([named], caller="t", at=question.planned_at)[0]
    found = queries.decision(uuid.UUID(answer["context"]["id"].removeprefix("dec_")))
    assert found is not None
    return found


def a_question(purpose: str = "marketing.offers", **changes: object) -> Question:
    return Question("show_offer", "purpose", purpose, AT, **changes)  # type: ignore[arg-type]


def test_a_decision_lies_in_the_partition_of_its_month() -> None:
    partitions.ensure(AT.date(), months=0)
    record = a_decision(a_subject().id, a_question())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM policies_decision WHERE id = %s", [record.id]
        )
        assert cursor.fetchone()[0] == f"policies_decision_{AT:%Y_%m}"


@pytest.mark.parametrize(
    "statement", ["UPDATE policies_decision SET effect = 0", "DELETE FROM policies_decision"]
)
def test_the_application_can_neither_change_nor_delete_a_decision(statement: str) -> None:
    a_decision(a_subject().id, a_question())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_decision_is_replayed_to_the_same_answer() -> None:
    person = a_subject("ES")
    a_grant(person.subject_key, at=AT - timedelta(days=3))
    permitted = a_decision(person.id, a_question())
    refused = a_decision(person.id, a_question("marketing.messages"))
    assert replay.replayed(permitted).effect.word == "permit"
    assert not list(replay.differences(AT - timedelta(days=1), AT + timedelta(days=1)))
    assert permitted.id != refused.id


@pytest.mark.parametrize(
    "question",
    [
        a_question(properties=Properties(predicts="pregnancy")),
        a_question(properties=Properties(place="sensitive")),
        a_question(data=(DataItem("user.account", "provided", detail="product:prenatal-tea"),)),
    ],
    ids=["prediction", "place", "detail"],
)
def test_a_refused_secret_is_not_kept_and_still_replays(question: Question) -> None:
    record = a_decision(a_subject("ES").id, question)
    kept = str(record.question) + str(record.answer) + str(record.facts)
    assert not [word for word in ("pregnancy", "prenatal", "'place': 'sensitive'") if word in kept]
    codes = [reason["code"] for reason in record.answer["reasons"]]
    assert "inferred_special_category" in codes
    assert [finding.code for finding in replay.replayed(record).findings] == codes


def test_an_erased_persons_decisions_go_but_those_held_as_evidence() -> None:
    person = a_subject("ES")
    gone, kept = (a_decision(person.id, a_question()) for _ in range(2))
    dropped = operations.forget_subject(person.subject_key, kept=[kept.id], actor="t", at=AT)
    assert dropped == 1
    assert queries.decision(gone.id) is None
    assert queries.decision(kept.id) is not None
    assert entries_about(person.subject_key).last().action == "decisions.forgotten"  # type: ignore[union-attr]


def test_a_day_is_counted_once_and_its_digest_goes_into_the_trail() -> None:
    for _ in range(3):
        a_decision(a_subject("ES").id, a_question())
    later = AT + timedelta(days=1)
    assert retention.digest_day(AT.date(), at=later) == 3
    assert retention.digest_day(AT.date(), at=later) == 0
    row = DecisionDigest.objects.get(day=AT.date())
    assert (row.count, row.codes) == (3, {"no_consent": 3})


def test_months_follow_each_other_over_the_year() -> None:
    assert partitions.month_after(date(2026, 12, 31), 1) == date(2027, 1, 1)
    assert partitions.month_after(date(2026, 1, 15), -13) == date(2024, 12, 1)
