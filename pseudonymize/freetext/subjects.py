"""What this installation knows of a subject, as a record for reading a text about them."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from audit import operations as audit
from pseudonymize import keys, queries, sealing
from pseudonymize.freetext.record import Record
from pseudonymize.freetext.replacing import Secret
from pseudonymize.models import Kind


def completed(record: Record, public_id: str, *, actor: str, at: datetime) -> Record:
    """
    Return `record` with the subject's sealed identifiers where the caller gave none.

    Opening them leaves an audit entry, and nothing else.

    :raises SubjectUnknown: when there is no such subject.
    :raises SubjectErased: when it was erased.
    :raises SubjectBlocked: when only the legal role may reach its data.
    """
    if queries.is_dead(public_id):
        raise queries.SubjectErased
    subject_key = queries.subject_key_of(public_id)
    if subject_key is None:
        raise queries.SubjectUnknown
    queries.secret(subject_key)  # a blocked subject's identifiers must not look merely absent
    found = {
        kind: queries.identifiers_of([subject_key], kind).get(subject_key)
        for kind in (Kind.EMAIL, Kind.PHONE, Kind.EXTERNAL_ID)
    }
    with transaction.atomic():
        audit.record("text.redacted_for", actor=actor, at=at, subject_key=subject_key)
    return replace(
        record,
        email=record.email or found[Kind.EMAIL],
        phone=record.phone or found[Kind.PHONE],
        id=record.id or found[Kind.EXTERNAL_ID],
    )


def secret_of(scope: str) -> Secret:
    """Return what pseudonyms in texts of one scope are made with; the same after key rotation."""
    key = sealing.derive(keys.purpose_key("release"), "free text")
    return Secret(key.value, scope)
