"""
Reads, in one statement, everything that decisions rest on.

The statement joins the views that the other apps publish for it (`pseudonymize_person`,
`consent_*`), never their tables; one statement is one snapshot. See docs/decisions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from consent import compact
from policies import prepared
from policies.facts import (
    ERASED,
    KNOWN,
    UNKNOWN,
    Circumstance,
    Facts,
    PersonFacts,
    RecipientFacts,
    ReviewFacts,
    Suspension,
)
from policies.question import Question
from policies.releasing import HandedIn
from pseudonymize.ages import age_class_at
from pseudonymize.thresholds import thresholds

_ONE = """
    SELECT 0 AS n, $1::bytea AS digest, $2::bytea AS dead, $3::text AS purpose,
        $4::text AS channel, $5::text AS recipient, $6::text AS review,
        $7::timestamptz AS planned_at"""
_SEVERAL = """
    SELECT ordinality - 1 AS n, asked.* FROM unnest(
        $1::bytea[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]
    ) WITH ORDINALITY AS asked (digest, dead, purpose, channel, recipient, review, planned_at)"""
# A digest that two people share finds two rows, and so nobody. What all questions share comes
# with the first. `$8` is the moment, `$9` a further purpose, `$10` the key that was presented.
_STATEMENT = """
WITH q AS ({questions})
SELECT q.n, p.subject_key, p.life, p.country, p.region, p.locale, p.time_zone, p.age_class,
    to_json(p.age_changes_on), s.restricted, s.blocked, s.erased, to_json(s.paused_until),
    s.contact_hours, to_json(s.removed_guesses),
    (SELECT standing FROM consent_standing t
     WHERE t.subject_key = p.subject_key AND t.purpose = q.purpose) AS standing,
    CASE WHEN $9::text <> q.purpose THEN (
        SELECT standing FROM consent_standing t
        WHERE t.subject_key = p.subject_key AND t.purpose = $9) END AS also,
    (SELECT json_object_agg(c.kind, json_build_array(c.since, c.until))
     FROM consent_circumstance_now c WHERE c.subject_key = p.subject_key) AS circumstances,
    CASE WHEN q.channel IS NOT NULL THEN (
        SELECT json_agg(b.planned_at) FROM consent_spend b
        WHERE b.subject_key = p.subject_key AND b.channel = q.channel
          AND b.planned_at BETWEEN q.planned_at - interval '31 days'
                               AND q.planned_at + interval '31 days') END AS spends,
    q.channel IS NOT NULL AND EXISTS (
        SELECT 1 FROM pseudonymize_person i
        JOIN policies_exclusionentry e ON e.digest = i.digest
        JOIN policies_exclusionlist l ON l.id = e.exclusion_list_id
        WHERE i.subject_key = p.subject_key AND q.channel = ANY (l.channels)) AS excluded,
    CASE WHEN q.recipient IS NOT NULL THEN (
        SELECT to_json(r) FROM (
            SELECT key, country, role, name, safeguard, safeguard_until, certified, purposes, ended
            FROM policies_recipient WHERE key = q.recipient ORDER BY version DESC LIMIT 1) r
    ) END AS recipient,
    CASE WHEN q.review IS NOT NULL THEN (
        SELECT to_json(r) FROM (
            SELECT public_id, status, request_hash, expires_at, used_at IS NOT NULL AS used
            FROM policies_review WHERE public_id = q.review) r) END AS review,
    p.subject_key IS NULL AND EXISTS (
        SELECT 1 FROM pseudonymize_deadid d WHERE d.digest = q.dead) AS dead,
    CASE WHEN q.n = 0 THEN (
        SELECT json_agg(json_build_array(kind, value)) FROM policies_suspension
        WHERE lifted_at IS NULL) END AS suspensions,
    CASE WHEN q.n = 0 THEN (
        SELECT json_object_agg(a.purpose, a.expires_on) FROM policies_assessment a
        WHERE a.approved_by <> '' AND NOT EXISTS (
            SELECT 1 FROM policies_assessment b
            WHERE b.purpose = a.purpose AND b.version > a.version)) END AS assessed,
    CASE WHEN q.n = 0 THEN (
        SELECT name FROM policies_policyversion v
        WHERE effective_from <= $8::timestamptz
          AND NOT EXISTS (SELECT 1 FROM policies_policywithdrawal w WHERE w.version_id = v.id)
        ORDER BY effective_from DESC, id DESC LIMIT 1) END AS policy,
    CASE WHEN q.n = 0 THEN (SELECT digest FROM consent_offer) END AS catalogue,
    CASE WHEN q.n = 0 AND $10::text IS NOT NULL THEN (
        SELECT to_json(k) FROM audit_service_key k WHERE k.kid = $10) END AS key
FROM q
LEFT JOIN LATERAL (
    SELECT * FROM pseudonymize_person WHERE digest = q.digest LIMIT 2
) p ON true
LEFT JOIN consent_person s ON s.subject_key = p.subject_key
"""
_TEXT_ONE = _STATEMENT.format(questions=_ONE)
_TEXT_SEVERAL = _STATEMENT.format(questions=_SEVERAL)
_SHARED = 5  # the last columns


@dataclass(frozen=True, slots=True)
class Named:
    """A question and the digests by which its subject is found; None when it cannot be one."""

    question: Question
    digest: bytes | None
    dead_digest: bytes | None
    entities: Mapping[str, Any] | None = None
    """The request as it came, for resource types of the organisation's own; never stored."""
    handed_in: HandedIn | None = None
    """A profile to be released, when the action is that; never stored."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one statement found: facts per question, and which policy and catalogue rule."""

    facts: tuple[Facts, ...]
    policy: str | None
    catalogue: str
    key: bytes | None = None
    """The service key that was asked for, as JSON; None: there is none, or it is revoked."""


def read(
    named: Sequence[Named], *, also: str, caller: str, at: datetime, kid: str | None = None
) -> Reading:
    """
    Return the facts for each question, in order, all of one snapshot.

    `also` is a purpose whose standing is read besides the asked one; `at` is aware. The key `kid`
    is read with them, so that a revoked one opens nothing more.
    """
    asked = [_values(entry) for entry in named]
    tail = [_moment_text(at), prepared.text(also or None), prepared.text(kid)]
    if len(asked) == 1:
        rows = prepared.run(_TEXT_ONE, [*asked[0], *tail])
    else:
        columns = [prepared.array(column) for column in zip(*asked, strict=True)]
        rows = prepared.run(_TEXT_SEVERAL, [*columns, *tail])
    found: dict[int, prepared.Row] = {}
    for row in rows:
        number = int(row[0] or 0)
        found[number] = _nobody(row) if number in found else row
    suspensions, assessed, policy, catalogue, key = found[0][-_SHARED:]
    shared = _Shared(
        caller=caller,
        at=at,
        suspensions=tuple(Suspension(*pair) for pair in _json(suspensions) or ()),
        assessed={k: date.fromisoformat(day) for k, day in (_json(assessed) or {}).items()},
    )
    facts = tuple(
        _facts(found[number], shared, entry.question, also) for number, entry in enumerate(named)
    )
    return Reading(facts, _text(policy) or None, _text(catalogue), key)


@dataclass(frozen=True, slots=True)
class _Shared:
    caller: str
    at: datetime
    suspensions: tuple[Suspension, ...]
    assessed: Mapping[str, date]


def _values(entry: Named) -> list[bytes | None]:
    asked = entry.question
    return [
        _hex(entry.digest),
        _hex(entry.dead_digest),
        prepared.text(asked.purpose),
        prepared.text(asked.channel),
        prepared.text(asked.recipient.id if asked.recipient else None),
        prepared.text(asked.review),
        _moment_text(asked.planned_at),
    ]


def _nobody(row: prepared.Row) -> prepared.Row:
    """An identifier that several people share names none of them."""
    return (row[0], None, *row[2:])


def _facts(row: prepared.Row, shared: _Shared, asked: Question, also: str) -> Facts:
    standing, other, circumstances, spends, excluded, recipient, review, dead = row[15:23]
    known = row[1] is not None
    return Facts(
        at=shared.at,
        subject=KNOWN if known else ERASED if dead == b"t" else UNKNOWN,
        person=_person(row, asked) if known else None,
        standings={
            purpose: compact.from_json(msgspec.json.decode(text))
            for purpose, text in ((asked.purpose, standing), (also, other))
            if known and text is not None
        },
        circumstances={
            kind: Circumstance(_moment(since), _moment(until) if until else None)
            for kind, (since, until) in (_json(circumstances) or {}).items()
        }
        if known
        else {},
        spends=tuple(map(_moment, _json(spends) or ())) if known else (),
        on_exclusion_list=known and excluded == b"t",
        recipient=_recipient(_json(recipient)),
        assessed=shared.assessed,
        suspensions=shared.suspensions,
        review=_review(_json(review)),
        caller=shared.caller,
    )


def _person(row: prepared.Row, asked: Question) -> PersonFacts:
    key, life, country, region, locale, zone, age, changes, *state = row[1:15]
    restricted, blocked, erased, paused, hours, removed = state
    on = asked.planned_at.date()
    return PersonFacts(
        subject_key=int(key or 0),
        life=_text(life),
        country=_text(country),
        region=_text(region),
        locale=_text(locale),
        time_zone=_text(zone),
        age_class=age_class_at(int(age) if age else None, _day(changes), on, thresholds()),
        restricted=restricted == b"t",
        blocked=blocked == b"t",
        erased=erased == b"t",
        paused_until=_day(paused),
        contact_hours=compact.hours_from_json(_json(hours) or {}),
        removed_guesses=frozenset(_json(removed) or ()),
    )


def _recipient(row: Mapping[str, Any] | None) -> RecipientFacts | None:
    if row is None or row["ended"]:
        return None
    until = row["safeguard_until"]
    return RecipientFacts(
        id=row["key"],
        country=row["country"],
        role=row["role"],
        name=row["name"],
        safeguard=row["safeguard"] or None,
        safeguard_until=date.fromisoformat(until) if until else None,
        certified=row["certified"],
        purposes=frozenset(row["purposes"]),
    )


def _review(row: Mapping[str, Any] | None) -> ReviewFacts | None:
    if row is None:
        return None
    return ReviewFacts(
        id=row["public_id"],
        status=row["status"],
        request_hash=row["request_hash"],
        expires_at=_moment(row["expires_at"]),
        used=row["used"],
    )


def _json(text: bytes | None) -> Any:
    return None if text is None else msgspec.json.decode(text)


def _text(value: bytes | None) -> str:
    return "" if value is None else value.decode()


def _hex(digest: bytes | None) -> bytes | None:
    return None if digest is None else b"\\x" + digest.hex().encode()


def _day(text: bytes | None) -> date | None:
    return None if text is None else date.fromisoformat(_json(text))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _moment_text(at: datetime) -> bytes:
    return at.isoformat().encode()
