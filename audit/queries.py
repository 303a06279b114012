"""Reads the audit trail and the service keys. Never writes."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from audit import chain, keys, signing
from audit.models import ApiKey, AuditEntry, AuditLink, AuditSeal
from audit.operations import canonical


@dataclass(frozen=True, slots=True)
class Caller:
    """The service behind a valid key."""

    kid: str
    name: str
    scopes: frozenset[str]
    last_used_at: datetime | None = None

    @property
    def actor(self) -> str:
        """How the audit trail names this caller."""
        return f"key:{self.kid}"

    def may(self, scope: str) -> bool:
        """Return whether the key carries `scope`; `admin` carries none but itself."""
        return scope in self.scopes


def caller(text: str) -> Caller | None:
    """Return who presents the key `text`, or None when it is unknown, wrong or revoked."""
    presented = keys.parse(text)
    stored = presented and ApiKey.objects.filter(kid=presented.kid, revoked_at=None).first()
    if not presented or not stored:
        return None
    if not hmac.compare_digest(bytes(stored.digest), presented.digest):
        return None
    return Caller(stored.kid, stored.name, frozenset(stored.scopes), stored.last_used_at)


def entries_about(subject_key: int) -> QuerySet[AuditEntry]:
    """Return the entries about one subject, oldest first."""
    return AuditEntry.objects.filter(subject_key=subject_key).order_by("pk")


def first_break() -> int | None:
    """Return the number of the first link of the trail that does not hold, or None if all do."""
    links = AuditLink.objects.select_related("entry").order_by("number")
    rows = ((bytes(row.digest), canonical(row.entry)) for row in links.iterator())
    index = chain.first_break(rows)
    return None if index is None else index + 1


def last_seal_is_genuine() -> bool | None:
    """Return whether our master key signed the last seal, or None while there is no seal."""
    seal = AuditSeal.objects.order_by("-number").first()
    return signing.is_genuine(bytes(seal.digest), bytes(seal.signature)) if seal else None


def unsigned_seals() -> list[int]:
    """Return the numbers of seals whose signature or digest is not ours."""
    digests = dict(AuditLink.objects.values_list("number", "digest"))
    return [
        seal.number
        for seal in AuditSeal.objects.order_by("number").iterator()
        if not signing.is_genuine(bytes(seal.digest), bytes(seal.signature))
        or bytes(digests.get(seal.number, b"")) != bytes(seal.digest)
    ]
