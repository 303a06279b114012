"""Decisions are stored before they are given, and dropped by whole months after their term."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from config import grants
from policies import partitions, queries, retention
from policies.models import DecisionDigest
from tests.builders import AT, Api, a_subject
from tests.policies.test_records import a_decision, a_question


@pytest.mark.usefixtures("committed_db")
def test_months_past_their_term_are_dropped_whole_after_they_were_counted() -> None:
    partitions.ensure(AT.date(), months=0)
    record = a_decision(a_subject("ES").id, a_question())
    after = AT + timedelta(days=430)
    assert retention.keep_house(months=13, at=after) == 1
    assert queries.decision(record.id) is None
    assert DecisionDigest.objects.get(day=AT.date()).count == 1


@pytest.mark.usefixtures("committed_db")
def test_what_cannot_be_stored_is_not_answered() -> None:
    person = a_subject("ES")
    api = Api("policies:check")
    body = {
        "subject": {"type": "data_subject", "id": person.id},
        "action": {"name": "send_message"},
        "resource": {"type": "purpose", "id": "service.delivery"},
        "context": {"channel": "sms"},
    }
    with _without_room_for_decisions():
        answer = api.call("POST", "/access/v1/evaluation", body)
    assert (answer.status_code, answer.json()["code"]) == (503, "not_recorded")
    assert answer.headers["Retry-After"] == "2"
    assert api.call("POST", "/access/v1/evaluation", body).json()["decision"] is True


@contextmanager
def _without_room_for_decisions() -> Iterator[None]:
    """Let the table of decisions be out of reach while the block runs."""
    with grants.as_owner(), connection.cursor() as cursor:
        cursor.execute("REVOKE INSERT ON policies_decision FROM venia_app")
    try:
        yield
    finally:
        with grants.as_owner(), connection.cursor() as cursor:
            cursor.execute("GRANT INSERT ON policies_decision TO venia_app")
