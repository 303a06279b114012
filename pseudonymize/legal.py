"""
The legal role: the one way to the identifiers of a blocked person, and every use leaves a trace.

Source: LOPDGDD art. 32.2 (judges, prosecutors, authorities, and only for liabilities).
"""

from datetime import datetime

from audit import operations as audit
from pseudonymize import queries, sealing
from pseudonymize.models import Identifier, Kind, Subject, SubjectSecret
from pseudonymize.queries import SubjectErased

# Why somebody may look: the last two are Venia's own, to end what was asked for.
REASONS = ("court", "prosecutor", "authority", "claims", "execution", "letter")


class ReasonUnknown(Exception):
    """The legal role looks for one of a few reasons."""

    code, field = "reason_unknown", "reason"

    def __init__(self) -> None:
        super().__init__(f"Say why the legal role looks: {', '.join(REASONS)}.")


def every_identifier(
    subject_key: int, *, reason: str, actor: str, at: datetime
) -> list[tuple[str, str]]:
    """
    Return all (type, value) of a subject, blocked or not, and record who looked and why.

    :raises ReasonUnknown: for a reason that is not one of `REASONS`.
    :raises SubjectErased: when nothing is left.
    """
    if reason not in REASONS:
        raise ReasonUnknown
    key = _key(subject_key)
    rows = Identifier.objects.filter(subject_id=subject_key).order_by("pk")
    found = [(row.kind, _opened(key, row)) for row in rows]
    details = {"reason": reason, "types": sorted({kind for kind, _ in found})}
    audit.record(
        "subject.legal_access", actor=actor, at=at, subject_key=subject_key, details=details
    )
    return found


def contact(subject_key: int, kind: str, *, reason: str, actor: str, at: datetime) -> str | None:
    """Return the newest identifier of a kind, as `every_identifier`; None when there is none."""
    found = every_identifier(subject_key, reason=reason, actor=actor, at=at)
    return next((value for known, value in reversed(found) if known == kind), None)


def public_id(subject_key: int) -> str:
    """
    Return the `sub_…` id of a subject in any state but shredded, to remember that it died.

    :raises SubjectErased: when it is gone.
    """
    row = Identifier.objects.filter(subject_id=subject_key, kind=Kind.PUBLIC).first()
    if row is None:
        raise SubjectErased
    return _opened(_key(subject_key), row)


def country_of(subject_key: int) -> str:
    """Return the country of a subject; empty after erasure."""
    found = Subject.objects.filter(pk=subject_key).values_list("country", flat=True).first()
    return found or ""


def _key(subject_key: int) -> sealing.Key:
    secret = SubjectSecret.objects.filter(subject_id=subject_key).first()
    if secret is None:
        raise SubjectErased
    return queries.sealing_key(queries.opened(secret, role=secret.wrapped_for))


def _opened(key: sealing.Key, row: Identifier) -> str:
    label = queries.identifier_label(row.kind)
    return sealing.unseal(key, bytes(row.sealed), label=label).decode()
