"""
Reads, in one statement, everything that decisions rest on.

The statement joins what the other apps publish for it (`pseudonymize_digest`, `consent_*`), never
their tables; one statement is one snapshot. What all checks share is sent only when this process
has not read it yet. See docs/decisions.
"""

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from consent import compact
from policies import binary, known, queries, shared
from policies.facts import ERASED, KNOWN, UNKNOWN, Facts, ReviewFacts
from policies.question import Question
from policies.releasing import HandedIn
from policies.shared import Shared

_ONE = """
    SELECT 0 AS n, $1::bytea AS digest, $2::bytea AS dead, $3::text AS purpose,
        $4::text AS channel, $5::text AS review, $6::timestamptz AS planned_at"""
_SEVERAL = """
    SELECT (ordinality - 1)::integer AS n, asked.* FROM unnest(
        $1::bytea[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::timestamptz[]
    ) WITH ORDINALITY AS asked (digest, dead, purpose, channel, review, planned_at)"""
# A digest that two people share finds two rows, and so nobody. `$7` is the version of the shared
# row that is known already, `$8` the key that was presented, `$9` a further purpose; what is the
# same for all questions comes with the first. Each of the parts below costs something even where
# it finds nothing, so it is there only when it is asked for; a channel, only of what addresses.
_STATEMENT = """
SELECT q.n, p.subject_key, p.person, p.circumstances, t.standing::text,
    CASE WHEN q.n = 0 THEN s.version END,
    CASE WHEN q.n = 0 AND s.version <> $7::text THEN s.content END,
    CASE WHEN q.n = 0 THEN
        (SELECT to_json(k)::text FROM audit_service_key k WHERE k.kid = $8::text) END,
    {also}, {spends}, {excluded}, {review}, {dead}
FROM ({questions}) q
LEFT JOIN policies_shared s ON s.id = 1
LEFT JOIN LATERAL (
    SELECT h.* FROM pseudonymize_digest d JOIN consent_known h USING (subject_key)
    WHERE d.digest = q.digest LIMIT 2
) p ON true
LEFT JOIN consent_standing t ON t.subject_key = p.subject_key AND t.purpose = q.purpose
"""
_PARTS = {
    "also": """
    (SELECT f.standing::text FROM consent_standing f
     WHERE f.subject_key = p.subject_key AND f.purpose = $9::text AND f.purpose <> q.purpose)""",
    "spends": """
    CASE WHEN q.channel IS NOT NULL THEN
        (SELECT json_agg(b.planned_at)::text FROM consent_spend b
         WHERE b.subject_key = p.subject_key AND b.channel = q.channel
           AND b.planned_at BETWEEN q.planned_at - interval '31 days'
                                AND q.planned_at + interval '31 days') END""",
    "excluded": """
    q.channel IS NOT NULL AND EXISTS (SELECT 1 FROM pseudonymize_digest i
            JOIN policies_exclusionentry e ON e.digest = i.digest
            JOIN policies_exclusionlist l ON l.id = e.exclusion_list_id
            WHERE i.subject_key = p.subject_key AND q.channel = ANY (l.channels))""",
    "review": """
    (SELECT to_json(r)::text FROM (
        SELECT public_id AS id, status, request_hash, expires_at, used_at IS NOT NULL AS used
        FROM policies_review WHERE public_id = q.review) r)""",
    "dead": """
    p.subject_key IS NULL AND EXISTS (SELECT 1 FROM pseudonymize_deadid x WHERE x.digest = q.dead)
    """,
}
_NONE = dict.fromkeys(_PARTS, "NULL") | {"also": "$9::text"}  # every value has its place
_TRUE = b"\x01"
_review = msgspec.json.Decoder(ReviewFacts)
_spends = msgspec.json.Decoder(tuple[datetime, ...])


class Found(msgspec.Struct, frozen=True, gc=False):
    """A row as the statement returned it, column by column; the documents are JSON."""

    n: bytes | None
    subject_key: bytes | None
    person: bytes | None
    circumstances: bytes | None
    standing: bytes | None
    version: bytes | None
    content: bytes | None
    key: bytes | None
    also: bytes | None
    spends: bytes | None
    excluded: bytes | None
    review: bytes | None
    dead: bytes | None


class Named(msgspec.Struct, frozen=True, gc=False):
    """A question and the digests by which its subject is found; None when it cannot be one."""

    question: Question
    digest: bytes | None
    dead_digest: bytes | None
    entities: Mapping[str, Any] | None = None
    """The request as it came, for resource types of the organisation's own; never stored."""
    handed_in: HandedIn | None = None
    """A profile to be released, when the action is that; never stored."""
    shape: object = None
    """One object for all questions that differ in person and moment alone; None: not known."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one statement found: a row per question, in order, and what they share."""

    asked: tuple[Named, ...]
    rows: tuple[Found, ...]
    shared: Shared
    also: str
    caller: str
    at: datetime

    @property
    def policy(self) -> str | None:
        """The name of the bundle in force."""
        return self.shared.policy_at(self.at)

    @property
    def catalogue(self) -> str:
        """The digest of the catalogue that is offered."""
        return self.shared.catalogue

    @property
    def key(self) -> bytes | None:
        """The service key that was asked for, as JSON; None: there is none, or it is revoked."""
        return self.rows[0].key

    @property
    def facts(self) -> tuple[Facts, ...]:
        """The facts for each question."""
        return tuple(self.facts_of(number) for number in range(len(self.rows)))

    def facts_of(self, number: int) -> Facts:
        """Return the facts for the question of this number."""
        return _facts(self, self.rows[number], self.asked[number].question)


def read(
    named: Sequence[Named], *, also: str, caller: str, at: datetime, kid: str | None = None
) -> Reading:
    """
    Return what is known for each question, in order, all of one snapshot.

    `also` is a purpose whose standing is read besides the asked one; `at` is aware. The key `kid`
    is read with them, so that a revoked one opens nothing more.
    """
    asked = shared.latest()
    wanted = _wanted(named, also, asked, at)
    rows = _rows(named, wanted, [binary.text(v) for v in (asked.version, kid, also or None)])
    common = shared.read(asked, rows[0].version, rows[0].content)
    if common is not asked and not wanted.holds(_wanted(named, also, common, at)):
        return read(named, also=also, caller=caller, at=at, kid=kid)  # asked for too little
    return Reading(tuple(named), rows, common, also, caller, at)


class _Wanted(NamedTuple):
    """The parts that questions need, and which of them address somebody (their `id`)."""

    parts: frozenset[str]
    addressing: frozenset[int]

    def holds(self, other: "_Wanted") -> bool:
        """Return whether nothing is missing that the other wants."""
        return other.parts <= self.parts and other.addressing <= self.addressing


def distinct(named: Iterable[Named]) -> Collection[Question]:
    """Return each question once: those of a batch that are alike are one object."""
    return {id(entry.question): entry.question for entry in named}.values()


def _wanted(named: Sequence[Named], also: str, common: Shared, at: datetime) -> _Wanted:
    """Return what the questions need, as far as is known before they are read."""
    parts, addressing = {"also"} if also else set(), set()
    if any(entry.dead_digest is not None for entry in named):
        parts.add("dead")
    for asked in distinct(named):
        if asked.channel is not None and _addresses(asked.action, common, at):
            addressing.add(id(asked))
            parts.add("spends")
            if asked.channel in common.excluding:
                parts.add("excluded")
        if asked.review is not None:
            parts.add("review")
    return _Wanted(frozenset(parts), frozenset(addressing))


def _addresses(action: str, common: Shared, at: datetime) -> bool:
    name = common.policy_at(at)
    rule = queries.policy(name, common.catalogue).bundle.actions.get(action) if name else None
    return rule is not None and rule.addresses


@functools.cache
def _text(questions: str, wanted: frozenset[str]) -> str:
    parts = {name: _PARTS[name] if name in wanted else none for name, none in _NONE.items()}
    return _STATEMENT.format(questions=questions, **parts)


def _rows(named: Sequence[Named], wanted: _Wanted, tail: list[bytes | None]) -> tuple[Found, ...]:
    asked = _values(named, wanted.addressing)
    if len(asked) == 1:
        rows = binary.rows(_text(_ONE, wanted.parts), [*asked[0], *tail], _found)
        return (rows[0] if len(rows) == 1 else _nobody(rows[0]),)
    columns = [
        binary.array(kind, column)
        for kind, column in zip(_KINDS, zip(*asked, strict=True), strict=True)
    ]
    rows = binary.rows(_text(_SEVERAL, wanted.parts), [*columns, *tail], _found)
    numbers = _numbers(len(asked))
    if [row.n for row in rows] == numbers:  # as nearly always
        return tuple(rows)
    found: dict[bytes | None, Found] = {}
    for row in rows:
        found[row.n] = _nobody(row) if row.n in found else row
    return tuple(found[number] for number in numbers)


@functools.lru_cache(maxsize=64)
def _numbers(count: int) -> list[bytes | None]:
    return [binary.integer(number) for number in range(count)]


_KINDS = ("bytea", "bytea", "text", "text", "text", "timestamptz")


def _values(named: Sequence[Named], addressing: Collection[int]) -> list[list[bytes | None]]:
    """Return what is asked of each; questions that are alike are one object, and written once."""
    written: dict[int, tuple[bytes | None, ...]] = {}
    values = []
    for entry in named:
        of_question = written.get(id(entry.question))
        if of_question is None:
            addresses = id(entry.question) in addressing
            of_question = _written(entry.question, addresses=addresses)
            written[id(entry.question)] = of_question
        values.append([entry.digest, entry.dead_digest, *of_question])
    return values


def _written(asked: Question, *, addresses: bool) -> tuple[bytes | None, ...]:
    return (
        binary.text(asked.purpose),
        binary.text(asked.channel) if addresses else None,
        binary.text(asked.review),
        binary.moment(asked.planned_at),
    )


def _found(columns: Sequence[bytes | None]) -> Found:
    return Found(*columns)


def _nobody(row: Found) -> Found:
    """An identifier that several people share names none of them."""
    nobody = dict.fromkeys(("subject_key", "person", "circumstances", "standing", "also"))
    return msgspec.structs.replace(row, **nobody, spends=None, excluded=None)


def _facts(read: Reading, row: Found, asked: Question) -> Facts:
    key = binary.number(row.subject_key)
    standings = ((asked.purpose, row.standing), (read.also, row.also))
    return Facts(
        at=read.at,
        subject=KNOWN if key is not None else ERASED if row.dead == _TRUE else UNKNOWN,
        person=None
        if key is None or row.person is None
        else known.person(key, row.person, on=asked.planned_at.date()),
        standings={
            purpose: compact.from_json(msgspec.json.decode(document))
            for purpose, document in standings
            if document is not None
        },
        circumstances=known.circumstances(row.circumstances),
        spends=_spends.decode(row.spends) if row.spends else (),
        on_exclusion_list=row.excluded == _TRUE,
        recipient=read.shared.recipients.get(asked.recipient.id) if asked.recipient else None,
        assessed=read.shared.assessed,
        suspensions=read.shared.suspensions,
        review=_review.decode(row.review) if row.review else None,
        caller=read.caller,
    )
