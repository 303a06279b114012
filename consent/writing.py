"""Writes what acts bring about: acts, evidence, receipts, mails, projection and audit trail."""

from collections.abc import Iterable, Mapping, Sequence
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
WITH held AS MATERIALIZED (SELECT array_agg(subject_key) AS keys FROM ({held}) AS subject),
given AS MATERIALIZED (
    SELECT nextval((SELECT pg_get_serial_sequence('consent_consentevent', 'id')::regclass)) AS id,
        told.*
    FROM json_to_recordset($2) AS told({given}) WHERE subject_id = {of_held}),
act AS (INSERT INTO consent_consentevent (id, {columns}) SELECT id, {columns} FROM given),
receipt AS (
    INSERT INTO consent_receipt (id, event_id)
    SELECT receipt, id FROM given WHERE receipt IS NOT NULL),
standing AS ({standings} WHERE subject_id = {of_held} {replaced}),
person AS ({persons} WHERE subject_id = {of_held} {renewed}),
trail AS ({trail} WHERE subject_key = {of_held}){more}
SELECT subject_id, id FROM given ORDER BY id
"""
_OF_HELD = "ANY((SELECT keys FROM held)::bigint[])"
_PROOFS = """, proof AS (
    INSERT INTO consent_consentevidence (event_id, sealed)
    SELECT id, sealed FROM given WHERE sealed IS NOT NULL)"""
_MAILS = """, mail AS (
    INSERT INTO consent_confirmation (id, event_id, created_at, due_at, attempts)
    SELECT gen_random_uuid(), id, recorded_at, recorded_at, 0 FROM given WHERE mail)"""
_REPLIES = f""", reply AS ({replies.KEEP.format("$7")} WHERE subject_key = {_OF_HELD})"""
_ANY, _ACTIVE = b"{active,blocked,shredded}", b"{active}"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer that a retry with the same `Idempotency-Key` is to be given."""

    subject_key: int
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
    return [number for _, number in _written([addition], _ANY, [])]


def write_first(additions: Sequence[Addition], answers: Sequence[Reply]) -> set[int]:
    """
    Write additions, each of another subject, unless something happened since they were read.

    Return the subjects of which they were written. Alone it is a transaction of its own, and takes
    the subjects' locks only while it runs: whoever is not active any more, or held by somebody
    else, is left out; the numbers of the acts show whether somebody was faster.

    :raises IntegrityError: somebody recorded an act, or answered the same retry, meanwhile.
    """
    return {subject_key for subject_key, _ in _written(additions, _ACTIVE, answers)}


def _written(
    additions: Sequence[Addition], lives: bytes, answers: Sequence[Reply]
) -> list[tuple[int, int]]:
    written = [draft for addition in additions for draft in addition.drafts]
    values = [
        prepared.array(b"%d" % addition.subject_key for addition in additions),
        msgspec.json.encode([_given(draft) for draft in written]),
        standings(additions),
        msgspec.json.encode([addition.person for addition in additions]),
        msgspec.json.encode([entry_of(draft.row) for draft in written]),
        lives,
    ]
    if answers:
        values.append(msgspec.json.encode([_kept(reply) for reply in answers]))
    sealed = any(draft.sealed for draft in written)
    mailed = any(draft.mail for draft in written)
    rows = prepared.run(_statement(sealed, mailed, bool(answers)), values)
    return [(int(subject_key or b""), int(number or b"")) for subject_key, number in rows]


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
        "previous": _hex(row["previous"]),
        "digest": _hex(row["digest"]),
        "evidence_digest": draft.sealed and _hex(row["evidence_digest"]),
        "sealed": draft.sealed and _hex(draft.sealed),
        "receipt": draft.receipt,
        "mail": draft.mail,
    }


def _kept(reply: Reply) -> dict[str, Any]:
    return {
        "subject_key": reply.subject_key,
        "caller": reply.caller,
        "key": reply.key,
        "fingerprint": _hex(reply.fingerprint),
        "body": reply.body.decode(),
        "at": reply.at,
    }


def _hex(value: bytes) -> str:
    return f"\\x{value.hex()}"


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
    key, *others = [str(field.column) for field in SubjectState._meta.concrete_fields]
    columns, renewed = ", ".join((key, *others)), ", ".join(others)
    new = ", ".join(f"excluded.{name}" for name in others)
    added = (
        f"INSERT INTO consent_subjectstate ({columns}) SELECT {columns}"  # noqa: S608
        " FROM json_populate_recordset(NULL::consent_subjectstate, {})"
    )
    return added, f"ON CONFLICT ({key}) DO UPDATE SET ({renewed}) = ROW ({new})"


@cache
def _statement(sealed: bool, mailed: bool, answered: bool) -> str:
    columns = {str(f.column): f.db_type(connection) for f in ConsentEvent._meta.concrete_fields}
    del columns["id"]  # the table gives it
    added, renewed = persons()
    given = {**columns, "sealed": "bytea", "receipt": "uuid", "mail": "boolean"}
    more = (sealed, _PROOFS), (mailed, _MAILS), (answered, _REPLIES)
    return _ALL.format(
        held=subjects.HELD.format("$1", "$6"),
        of_held=_OF_HELD,
        given=", ".join(f"{name} {kind}" for name, kind in given.items()),
        columns=", ".join(columns),
        standings=STANDINGS.format("$3"),
        replaced=REPLACED,
        persons=added.format("$4"),
        renewed=renewed,
        trail=audit.RECORD.format("$5"),
        more="".join(text for wanted, text in more if wanted),
    )
