"""
The ledger: one chain of acts per subject, and the projection kept beside it.

`append` reads what is kept of a subject, adds acts to it in memory, and writes all that follows
(acts, evidence, receipts, projection, audit trail) in one statement. It needs the subject's lock,
so that two tabs make one chain.
"""

import hashlib
from collections.abc import Sequence

from consent import additions, keeping, queries, writing
from consent.additions import Addition
from consent.drafts import Draft, covered, event_of, row_of
from consent.models import ConsentEvent, ConsentEvidence, ConsentState
from pseudonymize import queries as known_subjects


def append(subject_key: int, drafts: Sequence[Draft]) -> list[ConsentEvent]:
    """
    Add drafts, in this order, to the subject's chain, and tell the audit trail of each.

    The caller holds the subject's lock, in a transaction.

    :raises SubjectErased: when there is evidence and no secret left to seal it.
    """
    return write(added(subject_key, drafts))


def added(subject_key: int, drafts: Sequence[Draft]) -> Addition:
    """Return what `append` is about to write: the acts linked, and what stands after them."""
    kept = keeping.kept(subject_key, {draft.row["purpose"] for draft in drafts})
    addition = additions.add(kept, drafts)
    additions.settle([addition])
    return addition


def write(addition: Addition) -> list[ConsentEvent]:
    """Write what `added` returned, under the same lock, and return the acts on record."""
    ids = writing.write(addition)
    return [event_of(draft, number) for draft, number in zip(addition.drafts, ids, strict=True)]


def rebuild(subject_key: int) -> None:
    """Fold all acts of a subject again. The caller holds the subject's lock."""
    events = list(queries.history(subject_key))
    found = queries.folded(queries.act_of(event) for event in events)
    rows = ConsentState.objects.filter(subject_id=subject_key)
    rows.exclude(purpose__in=found.standings).delete()
    person = keeping.new_person(subject_key) | keeping.person_row(found.person)
    person["acts"] = events[-1].sequence if events else 0
    writing.write(Addition(subject_key, [], person, dict(found.standings)))


def canonical(event: ConsentEvent) -> bytes:
    """Return the bytes of an act on record that its link covers."""
    return covered(row_of(event), event.notice)


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
    return known_subjects.unseal(event.subject_id, bytes(kept.sealed), additions.LABEL)
