"""The answers that writes gave, kept for a day so that a retry is answered alike."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from audit.models import IdempotentReply

KEPT = timedelta(days=1)

# Claims and keeps in one: for who has the answers (201, JSON), told as JSON, before the acts of
# these subjects are written.
KEEP = """INSERT INTO audit_idempotentreply
    (caller, idempotency_key, fingerprint, status, content_type, body, created_at)
    SELECT caller, key, fingerprint, 201, 'application/json', convert_to(body, 'UTF8'), at
    FROM json_to_recordset({}) AS answer(subject_key bigint, caller text, key text,
        fingerprint bytea, body text, at timestamptz)"""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it was given."""

    fingerprint: bytes
    status: int | None  # None: what was answered has been forgotten since
    kind: str
    body: bytes


def claim(caller: str, key: str, *, fingerprint: bytes, at: datetime) -> Reply | None:
    """
    Claim `key` for a first request, or return the reply that it already has.

    Must run in the transaction of the act. A second claim waits until the first one's
    transaction ends: PostgreSQL's unique index is the queue.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_idempotentreply"
            " (caller, idempotency_key, fingerprint, content_type, body, created_at)"
            " VALUES (%s, %s, %s, '', '', %s) ON CONFLICT DO NOTHING",
            [caller, key, fingerprint, at],
        )
        if cursor.rowcount:
            return None
    row = IdempotentReply.objects.get(caller=caller, idempotency_key=key)
    return Reply(bytes(row.fingerprint), row.status, row.content_type, bytes(row.body))


def keep(caller: str, key: str, *, status: int, kind: str, body: bytes) -> None:
    """Store what the claimed request answered."""
    IdempotentReply.objects.filter(caller=caller, idempotency_key=key).update(
        status=status, content_type=kind, body=body
    )


def forget_answers(holding: bytes) -> int:
    """Empty the answers that hold an erased person's id; their keys stay used. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_idempotentreply SET status = NULL, content_type = '', body = ''"
            " WHERE position(%s in body) > 0",
            [holding],
        )
        return int(cursor.rowcount)


def forget(*, at: datetime) -> int:
    """Delete replies older than `KEPT`; returns how many."""
    return IdempotentReply.objects.filter(created_at__lt=at - KEPT).delete()[0]
