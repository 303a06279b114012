"""The sentence to the person: their own day, and names that people know."""

from datetime import UTC, datetime
from typing import Any

import pytest

from policies import asking, operations
from policies.registers import RecipientEntry, record_recipient
from tests.builders import AT, a_grant, a_subject

pytestmark = pytest.mark.django_db


def told(subject: str, purpose: str, action: str, **context: Any) -> str:
    body = {
        "subject": {"type": "data_subject", "id": subject},
        "action": {"name": action},
        "resource": {"type": "purpose", "id": purpose},
        "context": {"planned_at": "2026-11-24T15:00:00Z", **context},
    }
    answer = operations.decide([asking.named(body, at=AT)], caller="t", at=AT)[0]
    return str(answer["context"]["reason_user"]["en"])


@pytest.mark.parametrize(("country", "day"), [("ES", "2 November 2026"), ("MX", "1 November 2026")])
def test_the_day_of_the_permission_is_the_persons_own(country: str, day: str) -> None:
    person = a_subject(country)
    night = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)  # still the evening before in Mexico
    a_grant(person.subject_key, "pricing.personalised", at=night)
    assert day in told(person.id, "pricing.personalised", "set_price")


def test_a_recipient_has_the_name_that_the_register_knows() -> None:
    entry = RecipientEntry(
        "northwind-ads", "Northwind Ads Inc.", "US", "controller", ["sharing.partners"]
    )
    record_recipient(entry, actor="system", at=AT)
    person = a_subject("ES")
    a_grant(person.subject_key, "sharing.partners")
    data = [{"category": "user.contact.email", "origin": "provided"}]
    asked: dict[str, Any] = {"recipient": {"id": "northwind-ads"}, "data": data}
    sentence = told(person.id, "sharing.partners", "share", **asked)
    assert "Northwind Ads Inc." in sentence
    assert "northwind-ads" not in sentence
