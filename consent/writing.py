"""Writes what acts bring about: acts, evidence, receipts, mails, projection and audit trail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from django.db import connection

from audit import operations as audit
from audit import prepared, replies
from consent import compact, drafts
from consent.additions import Addition
from consent.drafts import Draft
from consent.models import ConsentEvent, SubjectState
from pseudonymize import operations as subjects

STANDINGS = """INSERT INTO consent_consentstate (subject_id, purpose, standing)
    SELECT * FROM json_to_recordset({}) AS told(subject_id bigint, purpose text, standing jsonb)"""
REPLACED = "ON CONFLICT (subject_id, purpose) DO UPDATE SET standing = excluded.standing"
_ALL = """
WITH held AS ({held}),
given AS MATERIALIZED (SELECT * FROM json_to_recordset($2) AS given({given})),
act AS (
    INSERT INTO consent_consentevent ({columns})
    SELECT {columns} FROM given WHERE EXISTS (SELECT FROM held) ORDER BY sequence
    RETURNING id, sequence),
receipt AS (
    INSERT INTO consent_receipt (id, event_id)
    SELECT given.receipt, act.id FROM act JOIN given USING (sequence)
    WHERE given.receipt IS NOT NULL),
standing AS ({standings} WHERE EXISTS (SELECT FROM held) {replaced}),
person AS ({persons} WHERE EXISTS (SELECT FROM held) {renewed}),
trail AS ({trail} WHERE EXISTS (SELECT FROM held)){more}
SELECT id FROM act ORDER BY sequence
"""
_PROOFS = """, proof AS (
    INSERT INTO consent_consentevidence (event_id, sealed)
    SELECT act.id, given.sealed FROM act JOIN given USING (sequence)
    WHERE given.sealed IS NOT NULL)"""
_MAILS = """, mail AS (
    INSERT INTO consent_confirmation (id, event_id, created_at, due_at, attempts)
    SELECT gen_random_uuid(), act.id, given.recorded_at, given.recorded_at, 0
    FROM act JOIN given USING (sequence) WHERE given.mail)"""
_REPLY = f""", reply AS ({replies.KEEP.format("$7", "$8", "$9", "$10", "$11")}
    WHERE EXISTS (SELECT FROM held))"""
_ANY, _ACTIVE = b"{active,blocked,shredded}", b"{active}"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer that a retry with the same `Idempotency-Key` is to be given."""

    caller: str
    key: str
    fingerprint: bytes
    body: bytes
    at: datetime


def write(addition: Addition) -> list[int]:
    """
    Write an addition in one statement; return the ids of its acts, in their order.

    The caller holds the subject's lock, in a transaction.
    """
    return _written(addition, _ANY, None)


def write_first(addition: Addition, *, reply: Reply | None) -> bool:
    """
    Write an addition unless something happened since it was read; return whether it was written.

    Alone it is a transaction of its own, and takes the subject's lock only while it runs: the
    numbers of the acts show whether somebody was faster, the lock whether the subject is active.

    :raises IntegrityError: somebody recorded an act, or answered the same retry, meanwhile.
    """
    return bool(_written(addition, _ACTIVE, reply))


def _written(addition: Addition, lives: bytes, reply: Reply | None) -> list[int]:
    given = [_given(draft) for draft in addition.drafts]
    values: list[bytes | None] = [
        b"%d" % addition.subject_key,
        msgspec.json.encode(given),
        standings([addition]),
        msgspec.json.encode([addition.person]),
        lives,
        msgspec.json.encode([entry_of(draft.row) for draft in addition.drafts]),
    ]
    if reply:
        values += [reply.caller.encode(), reply.key.encode(), _hex(reply.fingerprint)]
        values += [_hex(reply.body), reply.at.isoformat().encode()]
    sealed = any(draft.sealed for draft in addition.drafts)
    mailed = any(draft.mail for draft in addition.drafts)
    rows = prepared.run(_statement(sealed, mailed, reply is not None), values)
    return [int(number or b"") for (number,) in rows]


def entry_of(row: Mapping[str, Any]) -> audit.Entry:
    """Return what the audit trail says of an act."""
    return {
        "action": f"consent.{row['kind']}",
        "actor": row["caller"],
        "at": row["recorded_at"],
        "subject_key": row["subject_id"],
        "details": drafts.trace(row),
    }


def _given(draft: Draft) -> dict[str, Any]:
    row = draft.row
    return row | {
        "previous": _hex(row["previous"]).decode(),
        "digest": _hex(row["digest"]).decode(),
        "evidence_digest": draft.sealed and _hex(row["evidence_digest"]).decode(),
        "sealed": draft.sealed and _hex(draft.sealed).decode(),
        "receipt": draft.receipt,
        "mail": draft.mail,
    }


def _hex(value: bytes) -> bytes:
    return b"\\x" + value.hex().encode()


def standings(additions: Iterable[Addition]) -> bytes:
    """Return what stands after additions, as `STANDINGS` takes it."""
    return msgspec.json.encode(
        [
            {"subject_id": one.subject_key, "purpose": key, "standing": compact.to_json(found)}
            for one in additions
            for key, found in one.standings.items()
        ]
    )


@cache
def persons() -> tuple[str, str]:
    """Return what adds rows of the subjects' state told as JSON `{}`, and what replaces them."""
    names = [str(field.column) for field in SubjectState._meta.concrete_fields]
    columns, new = ", ".join(names), ", ".join(f"excluded.{name}" for name in names)
    added = (
        f"INSERT INTO consent_subjectstate ({columns}) SELECT {columns}"  # noqa: S608
        " FROM json_populate_recordset(NULL::consent_subjectstate, {})"
    )
    return added, f"ON CONFLICT (subject_id) DO UPDATE SET ({columns}) = ROW ({new})"


@cache
def _statement(sealed: bool, mailed: bool, answered: bool) -> str:
    columns = {str(f.column): f.db_type(connection) for f in ConsentEvent._meta.concrete_fields}
    del columns["id"]  # the table gives it
    added, renewed = persons()
    given = {**columns, "sealed": "bytea", "receipt": "uuid", "mail": "boolean"}
    more = (sealed, _PROOFS), (mailed, _MAILS), (answered, _REPLY)
    return _ALL.format(
        held=subjects.HELD.format("$1", "$5"),
        given=", ".join(f"{name} {kind}" for name, kind in given.items()),
        columns=", ".join(columns),
        standings=STANDINGS.format("$3"),
        replaced=REPLACED,
        persons=added.format("$4"),
        renewed=renewed,
        trail=audit.RECORD.format("$6"),
        more="".join(text for wanted, text in more if wanted),
    )
