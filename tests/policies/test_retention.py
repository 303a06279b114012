"""Months of decisions are dropped whole, and only after their days were counted."""

from datetime import timedelta

import pytest

from policies import partitions, queries, retention
from policies.models import DecisionDigest
from tests.builders import AT, a_subject
from tests.policies.test_records import a_decision, a_question


@pytest.mark.usefixtures("committed_db")
def test_months_past_their_term_are_dropped_whole_after_they_were_counted() -> None:
    partitions.ensure(AT.date(), months=0)
    record = a_decision(a_subject("ES").id, a_question())
    after = AT + timedelta(days=430)
    assert retention.keep_house(months=13, at=after) == 1
    assert queries.decision(record.id) is None
    assert DecisionDigest.objects.get(day=AT.date()).count == 1
