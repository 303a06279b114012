"""A past that is handed over whole stands as if it had been told act by act."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from consent import histories, ledger, operations, queries
from consent.act import Kind
from consent.histories import Received
from consent.operations import ActRefused, NewAct
from consent.verification import breaks
from tests.builders import AT, CALLER, a_subject

pytestmark = pytest.mark.django_db
PURPOSE = "personalisation.recommendations"
GRANT = NewAct(
    kind=Kind.GRANTED,
    purpose=PURPOSE,
    method="paper_form",
    notice_version="1.0",
    locale="es",
    acted_at=AT - timedelta(days=40),
    evidence={"form": "17"},
)
WITHDRAWAL = NewAct(kind=Kind.WITHDRAWN, purpose=PURPOSE, method="web_form", acted_at=AT)


def _received(*acts: NewAct) -> list[Received]:
    return [Received(act, AT, CALLER) for act in acts]


def test_a_history_stands_as_if_told_act_by_act() -> None:
    whole, piecemeal = a_subject().subject_key, a_subject().subject_key
    histories.begin({whole: _received(GRANT, WITHDRAWAL)})
    for act in (GRANT, WITHDRAWAL):
        operations.record_act(piecemeal, act, caller=CALLER, at=AT)
    assert queries.permission(whole) == queries.permission(piecemeal)
    assert [event.kind for event in queries.history(whole)] == ["granted", "withdrawn"]


def test_its_chain_holds_and_goes_on() -> None:
    key, other = a_subject().subject_key, a_subject().subject_key
    histories.begin({key: _received(GRANT), other: _received(GRANT, WITHDRAWAL)})
    operations.record_act(key, WITHDRAWAL, caller=CALLER, at=AT)
    assert breaks(key) == breaks(other) == []


def test_evidence_stays_with_its_act() -> None:
    key, other = a_subject().subject_key, a_subject().subject_key
    histories.begin({key: _received(WITHDRAWAL), other: _received(WITHDRAWAL, GRANT)})
    grant = queries.history(other).get(kind="granted")
    kept = ledger.evidence_of(grant)
    assert kept is not None
    assert kept.endswith(b'{"form": "17"}')


def test_one_act_that_cannot_be_so_stops_all() -> None:
    key, other = a_subject().subject_key, a_subject().subject_key
    unknown = NewAct(kind=Kind.GRANTED, purpose="no.such", method="web_form")
    with pytest.raises(ActRefused):
        histories.begin({key: _received(GRANT), other: _received(unknown)})
    assert not queries.history(key).exists()


def test_nobody_begins_twice() -> None:
    key = a_subject().subject_key
    histories.begin({key: _received(GRANT)})
    with pytest.raises(IntegrityError), transaction.atomic():
        histories.begin({key: _received(WITHDRAWAL)})
