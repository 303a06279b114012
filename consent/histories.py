"""The whole past of many people at once: for what another system hands over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit import operations as audit
from audit.loading import insert_all
from consent import ledger, queries
from consent.intake import NewAct, drafted
from consent.models import ConsentEvent


@dataclass(frozen=True, slots=True)
class Received:
    """An act, when it reached us (aware), and from whom."""

    act: NewAct
    at: datetime
    caller: str


@transaction.atomic
def begin(histories: Mapping[int, Sequence[Received]]) -> dict[int, list[ConsentEvent]]:
    """
    Record the first acts of subjects, each in the order of receipt. Sends no mail.

    For subjects that the same transaction has made: nobody else can hold their lock. The database
    refuses it for one who has acts already.

    :raises ActRefused: for the first act that cannot be so; then nothing is recorded.
    """
    offer = queries.offer()
    begun: dict[int, list[ConsentEvent]] = {}
    events: list[ConsentEvent] = []
    sealed: dict[int, bytes] = {}
    for key, received in histories.items():
        drafts = [drafted(r.act, key, caller=r.caller, at=r.at, offer=offer) for r in received]
        evidence = {i: r.act.evidence for i, r in enumerate(received) if r.act.evidence}
        blobs = ledger.chained(key, drafts, after=ledger.START, evidence=evidence)
        sealed |= {len(events) + index: blob for index, blob in blobs.items()}
        begun[key] = drafts
        events += drafts
    ledger.write(events, sealed)
    kept = [ledger.projection(key, drafts) for key, drafts in begun.items()]
    insert_all(standing for standings, _ in kept for standing in standings)
    insert_all(person for _, person in kept)
    audit.record_all(_entry(event) for event in events)
    return begun


def _entry(event: ConsentEvent) -> audit.Entry:
    return {
        "action": f"consent.{event.kind}",
        "actor": event.caller,
        "at": event.recorded_at,
        "subject_key": event.subject_id,
        "details": ledger.trace(event),
    }
