"""
The ledger: one chain of acts per subject, and the projection kept beside it.

Only `append` writes acts. It needs the subject's lock, so that two tabs make one chain, and it
writes act, evidence, receipt and projection in one transaction.
"""

import hashlib
import json
import os
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from audit import chain
from audit.loading import insert_all
from consent import compact, queries
from consent.act import ON_GUESSES
from consent.intake import evidence_bytes
from consent.models import ConsentEvent, ConsentEvidence, ConsentState, Receipt, SubjectState
from pseudonymize import operations as subjects
from pseudonymize import queries as known_subjects

START = (0, chain.GENESIS)
_FORM = "venia-act-1"
_SALT = 16
_LABEL = "consent evidence"
_UNCOVERED = {"id", "digest", "previous"}  # the link itself covers `previous`


def append(
    subject_key: int, drafts: Sequence[ConsentEvent], *, evidence: Mapping[int, Any] | None = None
) -> list[ConsentEvent]:
    """
    Add `drafts`, in this order, to the subject's chain; `evidence` is by their index.

    The caller holds the subject's lock, in a transaction.

    :raises SubjectErased: when there is evidence and no secret left to seal it.
    """
    tip = ConsentEvent.objects.filter(subject_id=subject_key).order_by("-sequence").first()
    after = (tip.sequence, bytes(tip.digest)) if tip else START
    sealed = chained(subject_key, drafts, after=after, evidence=evidence or {})
    write(drafts, sealed)
    project(subject_key, {event.purpose for event in drafts})
    return list(drafts)


def chained(
    subject_key: int,
    drafts: Sequence[ConsentEvent],
    *,
    after: tuple[int, bytes],
    evidence: Mapping[int, Any],
) -> dict[int, bytes]:
    """
    Give `drafts` their numbers and links `after` the number and link of the act before.

    Returns the sealed evidence by index. Writes nothing.
    """
    (number, previous), sealed = after, {}
    for index, event in enumerate(drafts):
        if index in evidence:
            sealed[index], event.evidence_digest = _sealed(subject_key, evidence[index])
        number += 1
        event.sequence, event.previous = number, previous
        event.digest = previous = chain.link(previous, canonical(event))
    return sealed


def write(drafts: Sequence[ConsentEvent], sealed: Mapping[int, bytes]) -> None:
    """Write linked acts, with their sealed evidence by index, and number their receipts."""
    insert_all(drafts)
    insert_all(ConsentEvidence(event=drafts[i], sealed=blob) for i, blob in sealed.items())
    receipted = (event for event in drafts if event.purpose or event.kind in ON_GUESSES)
    insert_all(Receipt(event=event) for event in receipted)


def project(subject_key: int, purposes: Collection[str]) -> None:
    """
    Fold the acts on `purposes` again and keep what stands; "" folds those for the whole person.

    A late delivery may belong before what is already known, so the fold starts from nothing.
    """
    wanted = {"", *purposes}
    events = list(queries.history(subject_key).filter(purpose__in=wanted))
    standings, person = projection(subject_key, events)
    ConsentState.objects.bulk_create(
        standings,
        update_conflicts=True,
        unique_fields=["subject", "purpose"],
        update_fields=["standing"],
    )
    SubjectState.objects.bulk_create(
        [person],
        update_conflicts=True,
        unique_fields=["subject"],
        update_fields=[
            "restricted", "blocked", "erased", "paused_until", "contact_hours",
            "removed_guesses", "acts",
        ],
    )  # fmt: skip


def projection(
    subject_key: int, events: Sequence[ConsentEvent]
) -> tuple[list[ConsentState], SubjectState]:
    """Return what is kept after `events`: all acts on their purposes, in the order of the chain."""
    found = queries.folded(queries.act_of(event) for event in events)
    standings = [
        ConsentState(subject_id=subject_key, purpose=purpose, standing=compact.to_json(standing))
        for purpose, standing in found.standings.items()
    ]
    return standings, _subject_state(subject_key, found, events)


def _subject_state(
    subject_key: int, found: queries.Permission, events: Sequence[ConsentEvent]
) -> SubjectState:
    person = found.person
    return SubjectState(
        subject_id=subject_key,
        restricted=person.restricted,
        blocked=person.blocked,
        erased=person.erased,
        paused_until=person.paused_until,
        contact_hours=compact.hours_to_json(person.contact_hours),
        removed_guesses=sorted(person.removed_guesses),
        acts=events[-1].sequence if events else 0,
    )


def trace(event: ConsentEvent) -> dict[str, Any]:
    """
    Return what the audit trail keeps of an act: its place in the chain, and its link.

    The trail is signed with a key that is not in the database, so whoever rewrites a chain whole,
    or cuts off its end, is still found out.
    """
    return {
        "sequence": event.sequence,
        "purpose": event.purpose,
        "link": bytes(event.digest).hex(),
    }


def canonical(event: ConsentEvent) -> bytes:
    """Return the bytes of an act that its link covers: every column, and the notice's own text."""
    body = {
        field.attname: _plain(getattr(event, field.attname))
        for field in event._meta.concrete_fields
        if field.name not in _UNCOVERED
    }
    notice = event.notice
    shown = [notice.purpose, notice.version, notice.locale, _plain(notice.digest)] if notice else []
    text = json.dumps([_FORM, body, shown], sort_keys=True, ensure_ascii=False)
    return text.encode()


def rebuild(subject_key: int) -> None:
    """Fold all acts of a subject again. The caller holds the subject's lock."""
    purposes = set(queries.history(subject_key).values_list("purpose", flat=True))
    ConsentState.objects.filter(subject_id=subject_key).exclude(purpose__in=purposes).delete()
    project(subject_key, purposes)


def evidence_holds(event: ConsentEvent, plaintext: bytes) -> bool:
    """Return whether `plaintext` is the evidence that came with the act."""
    return hashlib.sha256(plaintext).digest() == bytes(event.evidence_digest or b"")


def evidence_of(event: ConsentEvent) -> bytes | None:
    """
    Return salt and evidence of an act; None when there was none or it was deleted.

    :raises SubjectErased, SubjectBlocked: when it can no longer be opened.
    """
    kept = ConsentEvidence.objects.filter(event=event).first()
    if kept is None:
        return None
    return known_subjects.unseal(event.subject_id, bytes(kept.sealed), _LABEL)


def _sealed(subject_key: int, evidence: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Seal salt and evidence; the salted digest tells nothing once the seal cannot be opened."""
    plaintext = os.urandom(_SALT) + evidence_bytes(evidence)
    digest = hashlib.sha256(plaintext).digest()
    return subjects.seal(subject_key, plaintext, label=_LABEL), digest


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
