"""The stored form of a decision: what was asked (known members), what was known, what was said."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.db import connection

from consent import compact
from policies import binary, forms, known
from policies.binary import Values
from policies.blanks import taken_apart
from policies.decision import Decision
from policies.facts import Facts
from policies.forms import Form, Worded
from policies.question import WITHHELD_WORD, DataItem, Question
from policies.reading import Found, Reading

_AS_READ = 2
_TELLING = "inferred_special_category"
_MOMENT = str(uuid4())
_OWN = {
    "id": "uuid",
    "at": "timestamptz",
    "subject_key": "bigint",
    "effect": "smallint",
    "form": "uuid",
    "until": "text",
    "own": "text",
}
_REST = {name: kind for name, kind in forms.COLUMNS.items() if name not in ("month", "key")}
_COLUMNS = _OWN | _REST
_NO_FORM: Values = [None] * 3
_NO_REST: Values = [None] * len(_REST)
_encoded = msgspec.json.Encoder().encode


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


def insert(rows: Sequence[Values], used: Iterable[Worded | None] = ()) -> None:
    """
    Write decisions down in one statement, before any of their answers leaves.

    `used` are the forms that rows name. Alone, decisions are committed without waiting for the
    disk: a killed process or server loses none, a power cut those of the last moments
    (docs/performance.md). Within a transaction, where something else depends on them, they last
    as it does.

    :raises django.db.DatabaseError: not one of them is written then.
    """
    if not rows:
        return
    new = forms.unknown(form for form in used if form is not None)
    width = max(map(len, rows))
    padded = [row if len(row) == width else row + _NO_REST for row in rows]
    several = len(rows) > 1
    values = _arrays(_COLUMNS, padded) if several else padded[0]
    if new:
        values = values + _arrays(forms.COLUMNS, [form.values for form in new])
    binary.run(_text(width, several, bool(new), connection.in_atomic_block), values)
    if new:
        forms.remember(new)


@functools.cache
def _text(width: int, several: bool, has_new: bool, bound: bool) -> str:
    """
    Return the statement that writes rows of `width` columns, and new forms with them.

    Not `FROM unnest(…)`, which keeps each column in a store of its own before the first row.
    """
    columns = dict(list(_COLUMNS.items())[:width])
    one, many = "${}::{}", "unnest(${}::{}[])"
    text = _inserting("policies_decision", columns, many if several else one, 1)
    if not bound:
        text += " WHERE set_config('synchronous_commit', 'off', true) = 'off'"
    if has_new:
        new = _inserting("policies_form", forms.COLUMNS, many, width + 1)
        text = f"WITH new AS ({new} ON CONFLICT DO NOTHING) {text}"
    return text


def _inserting(table: str, columns: Mapping[str, str], value: str, first: int) -> str:
    values = (value.format(n, kind) for n, kind in enumerate(columns.values(), first))
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"


def _arrays(columns: Mapping[str, str], rows: Sequence[Values]) -> Values:
    pairs = zip(columns.values(), zip(*rows, strict=True), strict=False)
    return [binary.array(kind, column) for kind, column in pairs]


def values(row: Row) -> Values:
    """Return what `insert` takes."""
    return [
        row.id.bytes,
        binary.moment(row.at),
        binary.bigint(row.subject_key),
        binary.smallint(row.effect),
        *_NO_FORM,
        *_shared_columns(row),
        _encoded(row.question),
        _encoded(row.answer),
        _encoded(row.facts),
    ]


def _shared_columns(row: Row) -> Values:
    return [
        binary.text(row.caller),
        binary.text(row.purpose),
        binary.integer(row.purpose_version),
        binary.text(row.action),
        binary.text(row.policy),
    ]


def form(row: Row, *answer_blanks: bytes) -> Form:
    """
    Return what decisions like that of `row` have in common.

    `answer_blanks` stand in its answer where the id, the end and the sentences of others go.
    """
    own = ("at", "person", "standings", "circumstances")
    question = _encoded({**row.question, "planned_at": _MOMENT})
    facts = _encoded({name: value for name, value in row.facts.items() if name not in own})[1:]
    return forms.form(
        row.at,
        _shared_columns(row),
        taken_apart(question, _MOMENT.encode()),
        taken_apart(_encoded(row.answer), *answer_blanks),
        facts,
    )


def in_full(
    form: Form, own: Sequence[bytes | None], at: datetime, answer: bytes, facts: bytes
) -> Values:
    """
    Return what `insert` takes of a decision of which nothing is to be shared.

    `own` are its first columns, up to the effect.
    """
    moment = json_moment(at)
    key = int.from_bytes(own[2] or b"", "big", signed=True)
    whole = b'{"v":%d,"at":"%s","subject_key":%d,%s%s' % (_AS_READ, moment, key, facts, form.facts)
    return [*own, *_NO_FORM, *form.columns, form.question.filled(moment), answer, whole]


def own_facts(purpose: bytes, read: Reading, row: Found) -> bytes:
    """
    Return the person's part of the facts as it was read, for the text of a decision's facts.

    `purpose` is the asked one as JSON; `facts_from` takes the whole apart.
    """
    standings = b"%s:%s" % (purpose, row.standing) if row.standing else b""
    if row.also:
        comma = b"," if standings else b""
        standings += b"%s%s:%s" % (comma, _encoded(read.also), row.also)
    return b'"person":%s,"standings":{%s},' % (row.person or b"null", standings)


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
