"""What all checks share is read when it has changed, and only then."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from policies import asking, operations, reading, registers, shared
from policies.models import Shared
from tests.builders import AT, a_grant, a_subject
from tests.journeys.checks import an_evaluation

pytestmark = pytest.mark.django_db
ENTRY = registers.RecipientEntry(
    key="alameda-seguros",
    name="Alameda Seguros",
    country="ES",
    role="controller",
    purposes=("sharing.partners",),
)


def _content_now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM policies_shared_now")
        return str(cursor.fetchone()[0])


def test_each_change_of_a_register_is_in_the_row_at_once() -> None:
    before = Shared.objects.get()
    registers.record_recipient(ENTRY, actor="user:1", at=AT)
    registers.suspend("channel", "push", reason="A flood.", actor="user:1", at=timezone.now())
    after = Shared.objects.get()
    assert after.version != before.version
    assert after.content == _content_now()


def test_content_that_comes_back_has_the_version_it_had() -> None:
    before = Shared.objects.get().version
    try:
        with transaction.atomic():
            registers.record_recipient(ENTRY, actor="user:1", at=AT)
            assert Shared.objects.get().version != before
            raise InterruptedError
    except InterruptedError:
        assert Shared.objects.get().version == before


def test_a_suspension_is_seen_by_the_very_next_check_and_its_end_too() -> None:
    person = a_subject("ES")
    a_grant(person.subject_key, "personalisation.recommendations")
    body = an_evaluation(person.id, "recommend", "personalisation.recommendations")

    def permitted() -> bool:
        now = timezone.now()
        named = asking.named(body, at=now)
        return bool(operations.decide([named], caller="t", at=now)[0]["decision"])

    assert permitted()
    action = registers.suspend("action", "recommend", reason="Wrong.", actor="a", at=timezone.now())
    assert not permitted()
    with pytest.raises(registers.SecondPersonNeeded):
        registers.lift(action.pk, actor="a", at=timezone.now())
    registers.lift(action.pk, actor="b", at=timezone.now())
    assert permitted()


def test_the_content_is_sent_once() -> None:
    now = timezone.now()
    named = [asking.named(an_evaluation("nobody", "recommend", "no.such"), at=now)]
    first = reading.read(named, also="", caller="t", at=now)
    again = reading.read(named, also="", caller="t", at=now)
    assert again.rows[0].content is None
    assert again.shared is first.shared is shared.latest()


def test_of_two_bundles_the_newest_begun_rules() -> None:
    at = timezone.now()
    both = shared.Shared(
        versions=((at - timedelta(days=2), "old"), (at, "new"), (at + timedelta(days=1), "next"))
    )
    moments = (at - timedelta(days=3), at - timedelta(seconds=1), at, at + timedelta(days=1))
    assert [both.policy_at(moment) for moment in moments] == [None, "old", "new", "next"]


def test_an_assessment_counts_while_it_is_the_newest_and_approved() -> None:
    registers.record_assessment(
        registers.AssessmentEntry(
            purpose="finance.offers",
            risk="r",
            measures="m",
            residual_risk="low",
            approved_by="Ana",
            approved_on=date(2026, 11, 1),
            expires_on=date(2027, 11, 1),
        ),
        actor="user:1",
        at=AT,
    )
    now = timezone.now()
    named = [asking.named(an_evaluation("nobody", "recommend", "no.such"), at=now)]
    found = reading.read(named, also="", caller="t", at=now).facts[0]
    assert found.assessed["finance.offers"] == date(2027, 11, 1)
