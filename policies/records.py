"""The stored form of a decision: what was asked (known members), what was known, what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from policies import binary
from policies.decision import Decision
from policies.facts import Facts
from policies.question import WITHHELD_WORD, DataItem, Question

_TELLING = "inferred_special_category"
_COLUMNS = {
    "id": "uuid",
    "at": "timestamptz",
    "subject_key": "bigint",
    "caller": "text",
    "effect": "smallint",
    "purpose": "text",
    "purpose_version": "integer",
    "action": "text",
    "policy": "text",
    "question": "text",
    "answer": "text",
    "facts": "text",
}
_TYPES = list(enumerate(_COLUMNS.values(), 1))
_INSERT = f"INSERT INTO policies_decision ({', '.join(_COLUMNS)}) SELECT row.* FROM "  # noqa: S608
_ONE = f"{_INSERT} (SELECT {', '.join(f'${n}::{t}' for n, t in _TYPES)}) AS row"
_SEVERAL = f"{_INSERT} unnest({', '.join(f'${n}::{t}[]' for n, t in _TYPES)}) AS row"
_SOON_DURABLE = " WHERE set_config('synchronous_commit', 'off', true) = 'off'"


@dataclass(frozen=True, slots=True)
class Row:
    """A decision as it is written down; see `models.DecisionRecord`."""

    id: UUID
    at: datetime
    subject_key: int | None
    caller: str
    effect: int
    purpose: str
    purpose_version: int | None
    action: str
    policy: str
    question: dict[str, Any]
    answer: dict[str, Any]
    facts: dict[str, Any]


def insert(rows: Sequence[Row]) -> None:
    """
    Write decisions down in one statement, before any of their answers leaves.

    Alone they are committed without waiting for the disk: a killed process or server loses none,
    a power cut those of the last moments (docs/performance.md). Within a transaction, where
    something else depends on them, they last as it does.

    :raises django.db.DatabaseError: not one of them is written then.
    """
    if not rows:
        return
    written = [_values(row) for row in rows]
    several = len(rows) > 1
    text = _SEVERAL if several else _ONE
    columns = zip(_COLUMNS.values(), zip(*written, strict=True), strict=True)
    binary.run(
        text if connection.in_atomic_block else text + _SOON_DURABLE,
        [binary.array(kind, column) for kind, column in columns] if several else written[0],
    )


def _values(row: Row) -> list[bytes | None]:
    return [
        row.id.bytes,
        binary.moment(row.at),
        binary.bigint(row.subject_key),
        binary.text(row.caller),
        binary.smallint(row.effect),
        binary.text(row.purpose),
        binary.integer(row.purpose_version),
        binary.text(row.action),
        binary.text(row.policy),
        msgspec.json.encode(row.question),
        msgspec.json.encode(row.answer),
        msgspec.json.encode(row.facts),
    ]


def question_of(question: Question, decision: Decision) -> dict[str, Any]:
    """
    Return the known members of a question as plain JSON; what says nothing is left out.

    Where a sensitive inference was refused, the record keeps the code, not the word: a marker
    takes its place that is refused alike when the decision is replayed.
    """
    if any(finding.code == _TELLING for finding in decision.findings):
        question = _discreet(question)
    return dict(_without_silence(msgspec.to_builtins(question)))


def question_from(stored: Mapping[str, Any]) -> Question:
    """Return the question that `question_of` stored."""
    return msgspec.convert(dict(stored), Question)


def facts_of(facts: Facts) -> dict[str, Any]:
    """Return the facts as plain JSON; what says nothing is left out."""
    return dict(_without_silence(msgspec.to_builtins(facts)))


def facts_from(stored: Mapping[str, Any]) -> Facts:
    """Return the facts that `facts_of` stored."""
    return msgspec.convert(dict(stored), Facts)


def _discreet(question: Question) -> Question:
    properties = question.properties
    hidden = replace(
        properties,
        predicts=properties.predicts and WITHHELD_WORD,
        place=properties.place and WITHHELD_WORD,
    )
    data = tuple(_without_detail(item) for item in question.data)
    return replace(question, properties=hidden, data=data)


def _without_detail(item: DataItem) -> DataItem:
    return replace(item, detail=WITHHELD_WORD) if item.detail else item


def _without_silence(value: Any) -> Any:
    """Leave out what says nothing; a zero says something (an age class of 0 is a young child)."""
    kind = type(value)
    if kind is dict:
        return {
            key: _without_silence(v)
            for key, v in value.items()
            if v is not None and v is not False and v != []
        }
    return [_without_silence(item) for item in value] if kind is list or kind is tuple else value
