"""The two commands that read the whole ledger again."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent import queries, verification
from consent.act import Kind
from consent.models import ConsentEvidence, ConsentState, SubjectState
from pseudonymize import operations as subjects
from tests.builders import AT, a_grant, a_subject, an_event

pytestmark = pytest.mark.django_db


def said(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out, stderr=out)
    return out.getvalue()


def some_people() -> list[int]:
    keys = [a_subject().subject_key for _ in range(3)]
    for key in keys:
        a_grant(key, evidence={"form": "F-7"})
        an_event(key, Kind.OBJECTED, "service.proactive")
    return keys


def test_a_whole_ledger_holds_and_agrees_with_its_state() -> None:
    some_people()
    assert "6 acts of 3 subjects hold" in said("verify_ledger")
    assert "agree" in said("rebuild_state")


def test_a_state_that_was_changed_is_found_and_repaired() -> None:
    keys = some_people()
    before = queries.permission(keys[1])
    ConsentState.objects.filter(subject_id=keys[1], purpose="marketing.offers").delete()
    SubjectState.objects.filter(pk=keys[1]).update(restricted=True)
    with pytest.raises(CommandError, match="1 subjects differ"):
        said("rebuild_state", "--check")
    assert "1 subjects differed" in said("rebuild_state")
    assert queries.permission(keys[1]) == before
    assert "agree" in said("rebuild_state")


def test_a_state_that_no_act_made_is_removed() -> None:
    [key, *_] = some_people()
    form = ConsentState.objects.filter(purpose="marketing.offers").first()
    assert form
    ConsentState.objects.create(subject_id=key, purpose="advice.health", standing=form.standing)
    said("rebuild_state")
    assert "advice.health" not in queries.permission(key).standings


def test_evidence_that_was_changed_shows() -> None:
    keys = some_people()
    first, second = ConsentEvidence.objects.filter(event__subject_id__in=keys[:2])
    ConsentEvidence.objects.filter(pk=first.pk).update(sealed=second.sealed)
    with pytest.raises(CommandError, match="1 findings"):
        said("verify_ledger")


def test_the_chain_of_an_erased_subject_still_holds() -> None:
    [key, *_] = some_people()
    subjects.shred(key, AT)
    assert "hold" in said("verify_ledger")


def test_evidence_that_is_blocked_is_left_alone_until_it_can_be_opened() -> None:
    [key, other, *_] = some_people()
    foreign = ConsentEvidence.objects.get(event__subject_id=other).sealed
    ConsentEvidence.objects.filter(event__subject_id=key).update(sealed=foreign)
    subjects.block(key, None, AT)
    assert "hold" in said("verify_ledger")
    subjects.unblock(key, AT)
    with pytest.raises(CommandError, match="1 findings"):
        said("verify_ledger")


def test_more_people_and_more_evidence_take_no_more_statements(
    django_assert_num_queries: Any,
) -> None:
    some_people()
    with CaptureQueriesContext(connection) as few:
        list(verification.verified())
    some_people()
    with django_assert_num_queries(len(few)):
        assert [one.complaints for one in verification.verified()] == [()] * 6


def test_the_texts_that_were_shown_are_what_was_offered() -> None:
    assert list(verification.changed_texts()) == []
