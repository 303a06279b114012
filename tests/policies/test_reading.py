"""What is read for each question of a batch: what it needs, of one snapshot."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from consent.circumstances import spend
from policies import asking, reading, registers, shared
from policies.facts import Facts
from pseudonymize import operations as subjects
from pseudonymize.models import Identifier
from pseudonymize.registration import Registration
from tests.builders import AT, a_grant, a_subject
from tests.journeys.checks import an_evaluation

pytestmark = pytest.mark.django_db
OFFER = ("show_offer", "marketing.offers")
MESSAGE = ("send_message", "marketing.messages")


def read_together(*asked: dict[str, Any]) -> tuple[Facts, ...]:
    now = timezone.now()
    named = [asking.named(one, at=now) for one in asked]
    return reading.read(named, also="", caller="t", at=now).facts


def somebody_who_was_written_to() -> tuple[str, int]:
    person = a_subject("ES")
    a_grant(person.subject_key, MESSAGE[1])
    at = timezone.now() - timedelta(hours=1)
    for channel in ("push", "web"):
        spend(person.subject_key, channel, planned_at=at, purpose=MESSAGE[1], decision_id=uuid4())
    return person.id, person.subject_key


def test_messages_before_are_read_for_what_addresses_and_for_nothing_else() -> None:
    id, _ = somebody_who_was_written_to()
    offer = an_evaluation(id, *OFFER, channel="web")
    message = an_evaluation(id, *MESSAGE, channel="push")
    found = read_together(offer, message, offer)
    assert [len(facts.spends) for facts in found] == [0, 1, 0]
    assert len(read_together(message)[0].spends) == 1


def test_a_process_that_knew_of_no_bundle_reads_what_addresses_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    id, _ = somebody_who_was_written_to()
    message = an_evaluation(id, *MESSAGE, channel="push")
    monkeypatch.setattr(shared, "_latest", shared.NOTHING)
    assert len(read_together(an_evaluation(id, *OFFER, channel="web"), message)[1].spends) == 1


def test_an_exclusion_list_concerns_what_addresses_alone() -> None:
    id, key = somebody_who_was_written_to()
    with_email = digests_of("email", key)
    registers.load_exclusion_list(
        "robinson", channels=["push"], digests=with_email, actor="user:1", at=timezone.now()
    )
    offer = an_evaluation(id, *OFFER, channel="push")
    message = an_evaluation(id, *MESSAGE, channel="push")
    assert [facts.on_exclusion_list for facts in read_together(offer, message)] == [False, True]
    assert read_together(message)[0].on_exclusion_list


def digests_of(kind: str, subject_key: int) -> list[bytes]:
    return [
        bytes(row.digest) for row in Identifier.objects.filter(subject_id=subject_key, kind=kind)
    ]


def test_two_who_share_an_identifier_are_nobody_in_a_batch_and_alone() -> None:
    for number in range(2):
        identifiers = (("external_id", f"F-{number}"), ("email", "familia@prueba.example"))
        subjects.register(Registration(identifiers, "ES"), at=AT)
    shared_one = an_evaluation("familia@prueba.example", *OFFER, channel="web")
    shared_one["subject"]["properties"] = {"id_type": "email"}
    other = an_evaluation(somebody_who_was_written_to()[0], *OFFER, channel="web")
    assert [facts.subject for facts in read_together(shared_one)] == ["unknown"]
    found = [facts.subject for facts in read_together(other, shared_one, other)]
    assert found == ["known", "unknown", "known"]
