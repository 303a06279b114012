"""Writes the audit trail and the service keys."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NotRequired, TypedDict

import msgspec
from django.db import connection, transaction

from audit import chain, keys, loading, prepared, signing
from audit.models import ApiKey, AuditEntry, AuditLink, AuditSeal

_COLUMNS = ("at", "actor", "action", "subject_key", "details")
LAST_USED_STEP = timedelta(minutes=1)
_SEALER_LOCK = 0x56454E4941  # one sealer at a time, whichever process runs it

# Adds entries, told as JSON, within a larger statement.
RECORD = """INSERT INTO audit_auditentry (at, actor, action, subject_key, details)
    SELECT at, actor, action, subject_key, details FROM json_to_recordset({}) AS entry(
        at timestamptz, actor text, action text, subject_key bigint, details jsonb)"""


class UnknownScope(Exception):
    """A key was asked for with a scope that does not exist."""

    code = "unknown_scope"

    def __init__(self, unknown: Collection[str]) -> None:
        names = ", ".join(sorted(unknown))
        super().__init__(f"Unknown scope: {names}. Known: {', '.join(sorted(keys.SCOPES))}.")


def record(
    action: str,
    *,
    actor: str,
    at: datetime,
    subject_key: int | None = None,
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """
    Add an entry to the audit trail, in the caller's own transaction.

    `details` holds ids and codes, never an identifier of a person.
    """
    return AuditEntry.objects.create(
        action=action, actor=actor, at=at, subject_key=subject_key, details=details or {}
    )


class Entry(TypedDict):
    """The arguments of `record`, as `record_all` takes them."""

    action: str
    actor: str
    at: datetime
    subject_key: NotRequired[int | None]
    details: NotRequired[dict[str, Any]]


def record_all(entries: Iterable[Entry]) -> None:
    """Add many entries to the audit trail, in this order, as `record` adds one."""
    found = list(entries)
    if len(found) >= loading.WORTH_IT:
        loading.copy_lines("audit_auditentry", _COLUMNS, map(_line, found))
        return
    told = [{"subject_key": None, "details": {}, **entry} for entry in found]
    prepared.run(RECORD.format("$1"), [msgspec.json.encode(told)])


def _line(entry: Entry) -> str:
    key, details = entry.get("subject_key"), loading.json(entry.get("details", {}))
    whose = loading.field(None if key is None else str(key))
    named = loading.field(entry["actor"]), loading.field(entry["action"])
    return "\t".join((entry["at"].isoformat(), *named, whose, details))


@transaction.atomic
def issue_key(name: str, *, scopes: Collection[str], actor: str, at: datetime) -> keys.ServiceKey:
    """
    Make a service key and return it whole; only its digest is kept.

    :raises UnknownScope: when a scope does not exist.
    """
    if unknown := set(scopes) - keys.SCOPES:
        raise UnknownScope(unknown)
    key = keys.generate()
    ApiKey.objects.create(
        kid=key.kid, digest=key.digest, name=name, scopes=sorted(scopes), created_at=at
    )
    record("key.issued", actor=actor, at=at, details={"kid": key.kid, "scopes": sorted(scopes)})
    return key


@transaction.atomic
def revoke_key(kid: str, *, actor: str, at: datetime) -> bool:
    """Revoke a key at once. Returns whether it was still valid; doing it twice is harmless."""
    revoked = ApiKey.objects.filter(kid=kid, revoked_at=None).update(revoked_at=at)
    if revoked:
        record("key.revoked", actor=actor, at=at, details={"kid": kid})
    return bool(revoked)


def note_use(kid: str, *, last_used_at: datetime | None, at: datetime) -> None:
    """Keep the day and minute of a key's last use; one write a minute, however busy the key."""
    if last_used_at is None or at - last_used_at >= LAST_USED_STEP:
        ApiKey.objects.filter(kid=kid).update(last_used_at=at.replace(second=0, microsecond=0))


@transaction.atomic
def seal(*, at: datetime, most: int = 10_000) -> int:
    """
    Number and chain the entries that are not yet in the chain, and sign its new end.

    Returns how many were added. One sealer works at a time; a second one returns 0.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    last = AuditLink.objects.order_by("-number").first()
    number, previous = (last.number, bytes(last.digest)) if last else (0, chain.GENESIS)
    links = []
    for entry in AuditEntry.objects.filter(link__isnull=True).order_by("pk")[:most]:
        number, previous = number + 1, chain.link(previous, canonical(entry))
        links.append(AuditLink(number=number, entry=entry, digest=previous))
    AuditLink.objects.bulk_create(links)
    if links:
        signature = signing.sign(previous)
        AuditSeal.objects.create(number=number, digest=previous, signature=signature, sealed_at=at)
    return len(links)


def canonical(entry: AuditEntry) -> bytes:
    """Return the bytes of an entry that its link covers."""
    body = [entry.pk, entry.at.isoformat(), entry.actor, entry.action, entry.subject_key]
    return json.dumps([*body, entry.details], sort_keys=True, ensure_ascii=False).encode()
