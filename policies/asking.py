"""
Turns what a caller wrote into questions about a person who is found by digest.

Callers ask the same of many people. What was written about action, resource and context is read
once; written the same again, byte for byte, it is known, and only the subject's id is read.
"""

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from policies import wire
from policies.question import RESOURCE_TYPE, SUBJECT_TYPE, Question
from policies.reading import Named
from policies.releasing import ACTION as RELEASE
from policies.releasing import handed_in
from pseudonymize.identifiers import MalformedIdentifier
from pseudonymize.queries import dead_digest, lookup_digest, lookup_key
from pseudonymize.sealing import Key

_PUBLIC_PREFIX = "sub_"
_EMPTY, _ABSENT = msgspec.Raw(b"{}"), msgspec.Raw(b"")
_MOST_KNOWN, _LONGEST = 2_000, 4_096

T = TypeVar("T")
Shape = tuple[bytes, ...]


def named(members: dict[str, Any], *, at: datetime) -> Named:
    """
    Return the question that one evaluation asks, with the digests of its subject.

    An identifier that cannot be one finds nobody; that is an answer, not an error.

    :raises MalformedRequest: when the request cannot be read.
    """
    asked = wire.evaluation(members)
    question = wire.question(asked, at=at)
    if asked.resource.type != RESOURCE_TYPE:
        return Named(question, None, None, entities=members)
    kind = wire.id_type(asked.subject)
    if asked.subject.type != SUBJECT_TYPE:
        return Named(question, None, None)
    digest, dead = _digests(kind, asked.subject.id, lookup_key())
    return Named(question, digest, dead, handed_in=handed_in(asked))


class _Subject(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    type: str
    id: str
    properties: msgspec.Raw = _EMPTY


class _Item(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """An evaluation of which only the subject is read; what a batch says for all may be absent."""

    subject: _Subject | None = None
    action: msgspec.Raw = _ABSENT
    resource: msgspec.Raw = _ABSENT
    context: msgspec.Raw = _ABSENT


class _Several(_Item, frozen=True, gc=False, forbid_unknown_fields=True):
    evaluations: tuple[_Item, ...] = ()
    options: msgspec.Raw = _ABSENT


class _Known:
    """A question without its person and moment, and the one for the moment asked last."""

    def __init__(self, question: Question, kind: str) -> None:
        self.question, self.kind = question, kind

    def at(self, moment: datetime) -> Question:
        question = self.question
        if question.planned_at is not moment:
            self.question = question = question.at(moment)
        return question


_item = msgspec.json.Decoder(_Item)
_several = msgspec.json.Decoder(_Several)
_known: dict[Shape, _Known | None] = {}


def named_at_once(body: bytes, *, at: datetime, key: Key) -> Named | None:
    """
    Return what `named` would for the JSON in `body`, if the like was read before, or None.

    `key` is that of digests, which those who read many ask for once.
    """
    item = _decoded(_item, body)
    return None if item is None else _of_known(item, item, at, key)


def several_at_once(body: bytes, *, at: datetime, key: Key) -> list[Named] | None:
    """Return the items of a batch as `named_at_once`; None where one cannot be read so."""
    written = _decoded(_several, body)
    if written is None or written.options is not _ABSENT:
        return None
    items = written.evaluations
    if not 0 < len(items) <= wire.MOST_EVALUATIONS:
        return None
    found = []
    for item in items:
        named = _of_known(item, written, at, key)
        if named is None:
            return None
        found.append(named)
    return found


def _decoded(decoder: msgspec.json.Decoder[T], body: bytes) -> T | None:
    """Decode a body that has no member but those we know; any other is for `wire.decoded`."""
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _of_known(item: _Item, batch: _Item, at: datetime, key: Key) -> Named | None:
    """Return the question of an item, with what its `batch` says for all."""
    subject = item.subject or batch.subject
    if subject is None:
        return None
    shape = (
        subject.type.encode(),
        bytes(subject.properties),
        bytes(item.action) or bytes(batch.action),
        bytes(item.resource) or bytes(batch.resource),
        bytes(item.context) or bytes(batch.context) or bytes(_EMPTY),
    )
    try:
        known = _known[shape]
    except KeyError:
        known = _learnt(shape, at)
        if sum(map(len, shape)) <= _LONGEST:
            if len(_known) >= _MOST_KNOWN:
                _known.clear()
            _known[shape] = known
    if known is None or "\0" in subject.id:
        return None
    digest, dead = _digests(known.kind, subject.id, key)
    return Named(known.at(at), digest, dead, shape=known)


def _learnt(shape: Shape, at: datetime) -> _Known | None:
    """Read what was written as `named` does; None where that is not the same for everybody."""
    type, properties, action, resource, context = shape
    body = b'{"subject":{"type":"","id":"","properties":%s},"action":%s,"resource":%s,"context":%s}'
    try:
        members = wire.decoded(body % (properties, action, resource, context))
        asked = wire.evaluation(members)
        question, kind = wire.question(asked, at=at), wire.id_type(asked.subject)
    except wire.MalformedRequest:
        return None
    usual = asked.resource.type == RESOURCE_TYPE and type == SUBJECT_TYPE.encode()
    own = (
        question.reserve or question.review or question.planned_at != at or b"planned_at" in context
    )
    if not usual or own or asked.action.name == RELEASE:
        return None
    return _Known(question, kind)


def _digests(kind: str, value: str, key: Key) -> tuple[bytes | None, bytes | None]:
    public = value.startswith(_PUBLIC_PREFIX)
    try:
        found = lookup_digest("public" if public else kind, value, key=key)
    except MalformedIdentifier:
        return None, None
    return found, dead_digest(value) if public else None
