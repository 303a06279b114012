"""What goes over the wire to a system and back, as JSON. Pure; see docs/systems.md."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from rights.systems.declaration import System
from rights.systems.protocol import OUTCOMES, Call, Settled

VERSION = 1
_Value = str | int | float | bool | None


class AnswerMalformed(Exception):
    """What a system answered is not in the form of the protocol."""

    code = "answer_malformed"


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    field: str
    ground: str
    until: str = ""


class _Report(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    records: dict[str, list[dict[str, _Value]]] = {}
    held: dict[str, int] = {}
    kept: list[_Kept] = []


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    outcome: str
    report: _Report = msgspec.field(default_factory=_Report)


def call_body(call: Call, *, callback: str) -> bytes:
    """Return the body of a call; `callback` is where the system may answer later."""
    told = {
        "version": VERSION,
        "task": call.task,
        "errand": call.errand,
        "work": call.work,
        "cause": call.cause,
        "subject": [{"kind": kind, "value": value} for kind, value in call.identifiers],
        "details": call.payload,
        "callback": callback,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def read_answer(body: bytes, system: System) -> Settled:
    """
    Return what a system answered: outcome, and a report of declared fields only.

    :raises AnswerMalformed: with the place, and nothing of the content.
    """
    try:
        found = msgspec.json.decode(body, type=_Answer)
    except msgspec.ValidationError as wrong:
        raise AnswerMalformed(
            f"The answer is not in the form of docs/systems.md: {wrong}"
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise AnswerMalformed("The answer is no JSON.") from None
    if found.outcome not in OUTCOMES:
        raise AnswerMalformed(f"outcome is one of {', '.join(OUTCOMES)}.")
    undeclared = _undeclared(found.report.records, system)
    if undeclared:
        raise AnswerMalformed(f"Fields that are not declared: {undeclared} of them.")
    report: dict[str, Any] = msgspec.to_builtins(found.report)
    return Settled(found.outcome, report)


def _undeclared(records: Mapping[str, list[dict[str, _Value]]], system: System) -> int:
    """Count the fields that the declaration does not know: nobody would know what they mean."""
    declared = {one.key for one in system.fields}
    told = {f"{name}.{field}" for name, rows in records.items() for row in rows for field in row}
    return len(told - declared)
