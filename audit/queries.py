"""Reads the audit trail and the service keys. Never writes."""

import enum
import hmac
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec
from django.db.models import QuerySet

from audit import chain, keys, prepared, signing
from audit.models import ApiKey, AuditEntry, AuditLink, AuditSeal
from audit.operations import canonical

_KEY = "SELECT to_json(k)::text FROM audit_service_key k WHERE k.kid = $1::text"


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
    if presented is None:
        return None
    rows = prepared.run(_KEY, [prepared.text(presented.kid)])
    return recognised(presented, rows[0][0] if rows else None)


class _Stored(msgspec.Struct, frozen=True):
    """A row of the view `audit_service_key`: a key in force."""

    kid: str
    digest: str
    name: str
    scopes: frozenset[str]
    last_used_at: datetime | None


def recognised(presented: keys.ServiceKey, stored: bytes | None) -> Caller | None:
    """
    Return who presents a key, or None when it is unknown, wrong or revoked.

    `stored` is its row of the view `audit_service_key` as JSON, read together with other things.
    """
    if stored is None:
        return None
    row = msgspec.json.decode(stored, type=_Stored)
    known = hmac.compare_digest(bytes.fromhex(row.digest), presented.digest)
    return Caller(row.kid, row.name, row.scopes, row.last_used_at) if known else None


def caller_of(request: Any) -> Caller:
    """Return who sent a request to a view that needs a service key; config.http has checked it."""
    return cast(Caller, request.user)


def service_keys() -> QuerySet[ApiKey]:
    """Return every key, the newest first; none of them holds its secret."""
    return ApiKey.objects.order_by("-created_at")


def entries_about(subject_key: int) -> QuerySet[AuditEntry]:
    """Return the entries about one subject, oldest first."""
    return AuditEntry.objects.filter(subject_key=subject_key).order_by("pk")


def traces_about(
    subject_keys: Collection[int], *, action_begins: str
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield subject and details of the entries about some subjects, oldest first."""
    rows = AuditEntry.objects.filter(subject_key__in=subject_keys, action__startswith=action_begins)
    for entry in rows.order_by("pk").only("subject_key", "details").iterator():
        if entry.subject_key is not None:
            yield entry.subject_key, entry.details


def subjects_of(*, action_begins: str) -> set[int]:
    """Return the subjects of whom such an action was recorded. Reads the whole trail."""
    rows = AuditEntry.objects.filter(action__startswith=action_begins)
    keys = rows.values_list("subject_key", flat=True).distinct()
    return {key for key in keys if key is not None}


def is_recorded(action: str) -> bool:
    """Return whether `action` was ever recorded. Reads the whole trail; not for a hot path."""
    return AuditEntry.objects.filter(action=action).exists()


def first_break() -> int | None:
    """Return the number of the first link of the trail that does not hold, or None if all do."""
    links = AuditLink.objects.select_related("entry").order_by("number")
    rows = ((bytes(row.digest), canonical(row.entry)) for row in links.iterator())
    index = chain.first_break(rows)
    return None if index is None else index + 1


class Sealed(enum.Enum):
    """By whom the audit trail was sealed last."""

    NEVER = "never"
    PRESENT_KEY = "present key"
    EARLIER_KEY = "earlier key"
    STRANGER = "stranger"


def last_sealed() -> Sealed:
    """Return with which master key, if any that we know, the last seal was made."""
    seal = AuditSeal.objects.order_by("-number").first()
    if seal is None:
        return Sealed.NEVER
    message, signature = bytes(seal.digest), bytes(seal.signature)
    if signing.is_genuine(message, signature):
        return Sealed.PRESENT_KEY
    return Sealed.EARLIER_KEY if signing.was_genuine(message, signature) else Sealed.STRANGER


def unsigned_seals() -> list[int]:
    """
    Return the numbers of seals that do not fit the chain, and of those that nobody vouches for.

    A seal is vouched for by its own signature or that of any later one, whose digest covers it:
    so the trail stays proved after a change of the master key.
    """
    digests = dict(AuditLink.objects.values_list("number", "digest"))
    doubtful: list[int] = []
    broken: list[int] = []
    for seal in AuditSeal.objects.order_by("number").iterator():
        if bytes(digests.get(seal.number, b"")) != bytes(seal.digest):
            broken.append(seal.number)
        elif signing.was_genuine(bytes(seal.digest), bytes(seal.signature)):
            doubtful.clear()
        else:
            doubtful.append(seal.number)
    return sorted(broken + doubtful)


def complaints() -> Iterator[str]:
    """Yield what does not hold in the audit trail; nothing when it is whole and ours."""
    broken = first_break()
    if broken is not None:
        yield f"audit trail: link {broken} does not follow"
    for number in unsigned_seals():
        yield f"audit trail: the seal at {number} is not this installation's"
