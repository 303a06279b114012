"""The stored form of a decision: what was asked (known members), what was known, what was said."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec
from django.db import connection

from consent import compact
from policies import binary, known
from policies.blanks import Blanks, taken_apart
from policies.decision import Decision
from policies.facts import Facts
from policies.question import WITHHELD_WORD, DataItem, Question
from policies.reading import Found, Reading

_AS_READ = 2
_TELLING = "inferred_special_category"
_MOMENT = str(uuid4())
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
_INSERT = f"INSERT INTO policies_decision ({', '.join(_COLUMNS)}) SELECT "
_ONE = _INSERT + ", ".join(f"${n}::{t}" for n, t in _TYPES)
# Not `FROM unnest(…)`, which keeps each column in a store of its own before the first row.
_SEVERAL = _INSERT + ", ".join(f"unnest(${n}::{t}[])" for n, t in _TYPES)
_SOON_DURABLE = " WHERE set_config('synchronous_commit', 'off', true) = 'off'"
_TEXTS = {  # by whether there are several, and whether something else depends on them
    (several, bound): text if bound else text + _SOON_DURABLE
    for several, text in ((False, _ONE), (True, _SEVERAL))
    for bound in (False, True)
}
_encoded = msgspec.json.Encoder().encode

Values = list[bytes | None]
"""A row in PostgreSQL's binary form, column by column."""


class Form(NamedTuple):
    """What the rows of decisions have in common that are alike; documents as JSON."""

    columns: Values
    question: Blanks
    """Its blank is the moment, as `json_moment` writes it."""
    answer: bytes
    facts: bytes
    """Without the brace that opens it: the person's own comes first."""
    purpose: bytes


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


def insert(rows: Sequence[Values]) -> None:
    """
    Write decisions down in one statement, before any of their answers leaves.

    Alone they are committed without waiting for the disk: a killed process or server loses none,
    a power cut those of the last moments (docs/performance.md). Within a transaction, where
    something else depends on them, they last as it does.

    :raises django.db.DatabaseError: not one of them is written then.
    """
    if not rows:
        return
    text = _TEXTS[len(rows) > 1, connection.in_atomic_block]
    binary.run(text, rows[0] if len(rows) == 1 else _columns(rows))


def _columns(rows: Sequence[Values]) -> Values:
    columns = zip(_COLUMNS.values(), zip(*rows, strict=True), strict=True)
    return [binary.array(kind, column) for kind, column in columns]


def values(row: Row) -> Values:
    """Return what `insert` takes."""
    return [
        row.id.bytes,
        binary.moment(row.at),
        binary.bigint(row.subject_key),
        *_shared_columns(row),
        _encoded(row.question),
        _encoded(row.answer),
        _encoded(row.facts),
    ]


def _shared_columns(row: Row) -> Values:
    return [
        binary.text(row.caller),
        binary.smallint(row.effect),
        binary.text(row.purpose),
        binary.integer(row.purpose_version),
        binary.text(row.action),
        binary.text(row.policy),
    ]


def form(row: Row) -> Form:
    """Return what decisions like that of `row` have in common."""
    own = ("at", "person", "standings", "circumstances")
    question = _encoded({**row.question, "planned_at": _MOMENT})
    return Form(
        _shared_columns(row),
        taken_apart(question, _MOMENT.encode()),
        _encoded(row.answer),
        _encoded({name: value for name, value in row.facts.items() if name not in own})[1:],
        _encoded(row.question["purpose"]),
    )


def facts_of_row(form: Form, read: Reading, row: Found) -> bytes:
    """Return the facts as they were read, without taking them apart; `facts_from` does that."""
    standings = b"%s:%s" % (form.purpose, row.standing) if row.standing else b""
    if row.also:
        comma = b"," if standings else b""
        standings += b"%s%s:%s" % (comma, _encoded(read.also), row.also)
    return b'{"v":%d,"at":"%s","subject_key":%d,"person":%s,"standings":{%s},%s' % (
        _AS_READ,
        json_moment(read.at),
        int.from_bytes(row.subject_key or b"", "big", signed=True),
        row.person or b"null",
        standings,
        form.facts,
    )


@functools.lru_cache(maxsize=4)  # all of a batch are of one moment
def json_moment(at: datetime) -> bytes:
    """Return a moment as JSON writes it, without quotes."""
    return _encoded(at)[1:-1]


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
    """Return the facts that `facts_of` stored, or that were kept as they were read."""
    if stored.get("v") != _AS_READ:
        return msgspec.convert(dict(stored), Facts)
    own = ("v", "subject_key", "person", "standings")
    facts = msgspec.convert({k: v for k, v in stored.items() if k not in own}, Facts)
    document, key = stored["person"], stored["subject_key"]
    return replace(
        facts,
        person=document and known.person(key, _encoded(document), on=facts.at.date()),
        standings={name: compact.from_json(form) for name, form in stored["standings"].items()},
    )


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
