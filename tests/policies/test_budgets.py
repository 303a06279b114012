"""A contact budget is never overspent, whoever asks at the same time."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from policies import operations, queries
from policies.batches import Semantic
from policies.question import Question
from policies.reading import Named
from pseudonymize.queries import lookup_digest
from tests.builders import AT, a_grant, a_subject

CALLERS = 16
NOON = datetime(2026, 11, 4, 11, tzinfo=UTC)


def a_reservation(public_id: str, *, at: datetime = NOON, channel: str = "push") -> Named:
    asked = Question(
        "send_message", "purpose", "marketing.messages", at, channel=channel, reserve=True
    )
    return Named(asked, lookup_digest("public", public_id), None)


def a_reader(channels: tuple[str, ...] = ("push",)) -> str:
    person = a_subject("ES")
    a_grant(person.subject_key, "marketing.messages", channels=list(channels), frequency="weekly")
    return person.id


def _asked_by(public_id: str) -> bool:
    try:
        answered = operations.decide([a_reservation(public_id)], caller="t", at=NOON)
        return bool(answered[0]["decision"])
    finally:
        connection.close()


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("rounds", [25, pytest.param(1000, marks=pytest.mark.long)])
def test_sixteen_callers_spend_one_weekly_budget_exactly_once(rounds: int) -> None:
    people = [a_reader() for _ in range(rounds)]
    with ThreadPoolExecutor(CALLERS) as pool:
        for person in people:
            assert sum(pool.map(_asked_by, [person] * CALLERS)) == 1


@pytest.mark.django_db
def test_a_look_without_reserve_spends_nothing() -> None:
    person = a_reader()
    reserved = a_reservation(person)
    look = Named(
        Question("send_message", "purpose", "marketing.messages", NOON, channel="push"),
        reserved.digest,
        None,
    )
    for _ in range(3):
        assert operations.decide([look], caller="t", at=NOON)[0]["decision"]
    assert operations.decide([reserved], caller="t", at=NOON)[0]["decision"]
    refused = operations.decide([look], caller="t", at=NOON)[0]
    assert refused["context"]["reasons"][0]["code"] == "frequency_cap"


@pytest.mark.django_db
def test_what_was_not_executed_gives_its_budget_back() -> None:
    person = a_reader()
    first = operations.decide([a_reservation(person)], caller="t", at=NOON)[0]
    record = queries.decision(uuid.UUID(first["context"]["id"].removeprefix("dec_")))
    assert record is not None
    operations.record_outcome(record, "not_executed", factors=[], sentence="", caller="t", at=NOON)
    assert operations.decide([a_reservation(person)], caller="t", at=NOON)[0]["decision"]


@pytest.mark.django_db
def test_the_window_rolls_both_ways_around_the_planned_moment() -> None:
    person = a_reader()
    later = NOON + timedelta(days=6)
    assert operations.decide([a_reservation(person, at=later)], caller="t", at=NOON)[0]["decision"]
    refused = operations.decide([a_reservation(person)], caller="t", at=NOON)[0]
    assert not refused["decision"]
    free = NOON + timedelta(days=13)
    assert operations.decide([a_reservation(person, at=free)], caller="t", at=NOON)[0]["decision"]


@pytest.mark.django_db
def test_all_required_spends_nothing_when_one_item_is_refused() -> None:
    person = a_reader(("push", "sms"))
    whole = Semantic(all_required=True)
    night = NOON.replace(hour=2)
    batch = [a_reservation(person), a_reservation(person, at=night, channel="sms")]
    answered = operations.decide(batch, caller="t", at=AT, semantic=whole)
    assert [answer["decision"] for answer in answered] == [False, False]
    assert operations.decide([a_reservation(person)], caller="t", at=NOON)[0]["decision"]


@pytest.mark.django_db
def test_two_reservations_in_one_batch_share_one_budget() -> None:
    person = a_reader()
    answered = operations.decide([a_reservation(person)] * 2, caller="t", at=NOON)
    assert [answer["decision"] for answer in answered] == [True, False]
