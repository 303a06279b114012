"""
Reads, in one statement, everything that decisions rest on.

The statement joins the views that the other apps publish for it (`pseudonymize_person`,
`consent_*`), never their tables; one statement is one snapshot. See docs/decisions.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from consent import compact
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
from pseudonymize.ages import age_class_at
from pseudonymize.thresholds import thresholds

_STATEMENT = """
WITH q AS (
    SELECT * FROM unnest(
        %s::int[], %s::bytea[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::timestamptz[]
    ) AS q (n, digest, dead, purpose, channel, recipient, review, planned_at)
), shared AS (
    SELECT
        (SELECT json_agg(json_build_array(kind, value)) FROM policies_suspension
         WHERE lifted_at IS NULL) AS suspensions,
        (SELECT json_object_agg(purpose, expires_on) FROM (
             SELECT DISTINCT ON (purpose) purpose, expires_on, approved_by
             FROM policies_assessment ORDER BY purpose, version DESC) newest
         WHERE approved_by <> '') AS assessed,
        (SELECT name FROM policies_policyversion v
         WHERE effective_from <= %s
           AND NOT EXISTS (SELECT 1 FROM policies_policywithdrawal w WHERE w.version_id = v.id)
         ORDER BY effective_from DESC, id DESC LIMIT 1) AS policy,
        (SELECT digest FROM consent_offer) AS catalogue
)
SELECT q.n, holders.found, p.subject_key, p.life, p.country, p.region, p.locale, p.time_zone,
    p.age_class, p.age_changes_on,
    (SELECT to_json(t) FROM consent_person t WHERE t.subject_key = p.subject_key) AS state,
    (SELECT json_object_agg(s.purpose, s.standing) FROM consent_standing s
     WHERE s.subject_key = p.subject_key AND s.purpose IN (q.purpose, %s)) AS standings,
    (SELECT json_object_agg(c.kind, json_build_array(c.since, c.until))
     FROM consent_circumstance_now c WHERE c.subject_key = p.subject_key) AS circumstances,
    (SELECT json_agg(b.planned_at) FROM consent_spend b
     WHERE b.subject_key = p.subject_key AND b.channel = q.channel
       AND b.planned_at BETWEEN q.planned_at - interval '31 days'
                            AND q.planned_at + interval '31 days') AS spends,
    q.channel IS NOT NULL AND EXISTS (
        SELECT 1 FROM pseudonymize_person i
        JOIN policies_exclusionentry e ON e.digest = i.digest
        JOIN policies_exclusionlist l ON l.id = e.exclusion_list_id
        WHERE i.subject_key = p.subject_key AND q.channel = ANY (l.channels)) AS excluded,
    (SELECT to_json(r) FROM (
         SELECT key, country, role, safeguard, safeguard_until, certified, purposes, ended
         FROM policies_recipient WHERE key = q.recipient ORDER BY version DESC LIMIT 1) r
    ) AS recipient,
    (SELECT to_json(r) FROM (
         SELECT public_id, status, request_hash, expires_at, used_at IS NOT NULL AS used
         FROM policies_review WHERE public_id = q.review) r) AS review,
    EXISTS (SELECT 1 FROM pseudonymize_deadid d WHERE d.digest = q.dead) AS dead,
    CASE WHEN q.n = 0 THEN to_json(shared) END AS shared
FROM q CROSS JOIN shared
LEFT JOIN LATERAL (
    SELECT count(*) AS found, min(subject_key) AS subject_key
    FROM pseudonymize_person WHERE digest = q.digest
) holders ON true
LEFT JOIN LATERAL (
    SELECT * FROM pseudonymize_person WHERE digest = q.digest AND holders.found = 1
) p ON true
ORDER BY q.n
"""


@dataclass(frozen=True, slots=True)
class Named:
    """A question and the digests by which its subject is found; None when it cannot be one."""

    question: Question
    digest: bytes | None
    dead_digest: bytes | None
    entities: Mapping[str, Any] | None = None
    """The request as it came, for resource types of the organisation's own; never stored."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one statement found: facts per question, and which policy and catalogue rule."""

    facts: tuple[Facts, ...]
    policy: str | None
    catalogue: str


def read(named: Sequence[Named], *, also: str, caller: str, at: datetime) -> Reading:
    """
    Return the facts for each question, in order, all of one snapshot.

    `also` is a purpose whose standing is read besides the asked one; `at` is aware.
    """
    columns = [
        list(range(len(named))),
        [entry.digest for entry in named],
        [entry.dead_digest for entry in named],
        [entry.question.purpose for entry in named],
        [entry.question.channel for entry in named],
        [entry.question.recipient.id if entry.question.recipient else None for entry in named],
        [entry.question.review for entry in named],
        [entry.question.planned_at for entry in named],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [*columns, at, also])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    shared = _json(rows[0]["shared"])
    facts = tuple(
        _facts(row, shared, entry.question, caller, at)
        for row, entry in zip(rows, named, strict=True)
    )
    return Reading(facts, shared["policy"], shared["catalogue"] or "")


def _facts(
    row: Mapping[str, Any], shared: Mapping[str, Any], asked: Question, caller: str, at: datetime
) -> Facts:
    return Facts(
        at=at,
        subject=KNOWN if row["subject_key"] else ERASED if row["dead"] else UNKNOWN,
        person=_person(row, asked) if row["subject_key"] else None,
        standings={
            purpose: compact.from_json(standing)
            for purpose, standing in (_json(row["standings"]) or {}).items()
        },
        circumstances={
            kind: Circumstance(_moment(since), _moment(until) if until else None)
            for kind, (since, until) in (_json(row["circumstances"]) or {}).items()
        },
        spends=tuple(_moment(text) for text in _json(row["spends"]) or ()),
        on_exclusion_list=row["excluded"],
        recipient=_recipient(_json(row["recipient"])),
        assessed={
            purpose: date.fromisoformat(day) for purpose, day in (shared["assessed"] or {}).items()
        },
        suspensions=tuple(Suspension(*pair) for pair in shared["suspensions"] or ()),
        review=_review(_json(row["review"])),
        caller=caller,
    )


def _person(row: Mapping[str, Any], asked: Question) -> PersonFacts:
    state = _json(row["state"]) or {}
    paused, on = state.get("paused_until"), asked.planned_at.date()
    return PersonFacts(
        subject_key=row["subject_key"],
        life=row["life"],
        country=row["country"],
        region=row["region"],
        locale=row["locale"],
        time_zone=row["time_zone"],
        age_class=age_class_at(row["age_class"], row["age_changes_on"], on, thresholds()),
        restricted=state.get("restricted", False),
        blocked=state.get("blocked", False),
        erased=state.get("erased", False),
        paused_until=date.fromisoformat(paused) if paused else None,
        contact_hours=compact.hours_from_json(state.get("contact_hours", {})),
    )


def _recipient(row: Mapping[str, Any] | None) -> RecipientFacts | None:
    if row is None or row["ended"]:
        return None
    until = row["safeguard_until"]
    return RecipientFacts(
        id=row["key"],
        country=row["country"],
        role=row["role"],
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


def _json(value: Any) -> Any:
    """JSON columns arrive as text or decoded, as the driver is set up; both are the same here."""
    return json.loads(value) if isinstance(value, (str, bytes)) else value


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
