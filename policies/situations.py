"""
Who among many is in the same situation, so that the engine needs to be asked once for all of them.

A situation is everything about a person that a decision on one question could depend on. The
database sorts people by it and judges nobody: of each situation one person's facts are read, as
for any check, and the engine's answer about that one person holds for the others.
"""

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from django.db import connection, transaction

from consent import likeness
from jurisdictions.load import laws
from jurisdictions.stack import laws_in_force, places
from policies import binary, engine, queries, reading
from policies.codes import Effect
from policies.months import months_later
from policies.policy import Policy
from policies.question import Question
from policies.reading import Named

_REACH = """
SELECT subject_key FROM {source} WHERE subject_key > %(after)s
ORDER BY subject_key OFFSET %(most)s - 1 LIMIT 1
"""
_ACTED = "(SELECT subject_key FROM consent_standing WHERE purpose = %(purpose)s) acted"
_BEHIND_ALL = 2**63 - 1
# Each fact of `Facts` and `PersonFacts` that is one person's own is a column of `_COLUMNS` or of
# `_OF_PERSON`: as it is, or with what this question cannot tell apart made equal. The document of
# a person is the one that a check reads. Few differ in it, so people are sorted by it as a text
# first, and only what is left of it is taken apart. A day where the person is may be one earlier
# or later than in UTC.
_COLUMNS = {
    "circumstances": "k.kinds",
    "is_delivered": "k.is_delivered",
    **likeness.columns("t.standing", name="own", cuts="%(cuts)s::text[]"),
}
_WHEN_ASKED = {
    "also": likeness.columns("o.standing", name="also", cuts="%(cuts)s::text[]"),
    "channel": {"spent": "width_bucket(b.nearest, %(windows)s::interval[])"},
    "excluding": {
        "excluded": """EXISTS (
            SELECT 1 FROM pseudonymize_person i
            JOIN policies_exclusionentry e ON e.digest = i.digest
            JOIN policies_exclusionlist l ON l.id = e.exclusion_list_id
            WHERE i.subject_key = h.subject_key AND %(channel)s::text = ANY (l.channels))"""
    },
    "review": {"reviewed": "h.subject_key"},  # one that is referred to binds one person alone
}
_SETTLED = {name: likeness.settled(name) for name in ("own", "also")}
_OF_PERSON = {
    "country": "p ->> 'country'",
    "region": "p ->> 'region'",
    "time_zone": "p ->> 'time_zone'",
    "age_class": "p ->> 'age_class'",
    "age_changed_on": """CASE WHEN (p ->> 'age_changes_on')::date <= %(day)s::date
        THEN p ->> 'age_changes_on' END""",
    "restricted": "p ->> 'restricted'",
    "blocked": "p ->> 'blocked'",
    "erased": "p ->> 'erased'",
    "paused_until": """CASE WHEN (p ->> 'paused_until')::date >= %(utc_day)s::date - 1
        THEN LEAST((p ->> 'paused_until')::date, %(utc_day)s::date + 2) END""",
    "hours": "p -> 'contact_hours' -> %(channel)s::text",
    "removed_guesses": "p -> 'removed_guesses'",
}
# The bounds are told of every table: PostgreSQL does not pass them on through a join.
_NEAR = "{0}.subject_key > %(after)s AND {0}.subject_key <= %(last)s"
_JOINED = {
    "also": f"""
    LEFT JOIN consent_standing o ON o.subject_key = h.subject_key AND {_NEAR.format("o")}
        AND o.purpose = %(also)s::text""",
    "channel": f"""
    LEFT JOIN (
        SELECT subject_key,
            min(GREATEST(planned_at - %(planned)s, %(planned)s - planned_at)) AS nearest
        FROM consent_spend n
        WHERE {_NEAR.format("n")} AND channel = %(channel)s::text
          AND planned_at BETWEEN %(planned)s - interval '31 days'
                             AND %(planned)s + interval '31 days'
        GROUP BY subject_key
    ) b ON b.subject_key = h.subject_key""",  # noqa: S608  nothing but text of our own
}
# `alike` is made before anything is asked of `p`; asked of everybody, it costs more than the rest.
_STATEMENT = f"""
WITH known AS (
    SELECT h.subject_key, h.person, {{may}} AS may, {{columns}}
    FROM consent_known h
    {{join}} consent_standing t ON t.subject_key = h.subject_key AND {_NEAR.format("t")}
        AND t.purpose = %(purpose)s
    LEFT JOIN (
        SELECT subject_key,
            string_agg(kind || (since <= %(planned)s)
                || (until IS NULL OR %(planned)s < until), ',' ORDER BY kind) AS kinds,
            max(since) FILTER (WHERE kind = 'value_delivered')
                >= max(since) FILTER (WHERE kind = 'recent_purchase') - %(together)s AS is_delivered
        FROM consent_circumstance_now n WHERE {_NEAR.format("n")} GROUP BY subject_key
    ) k ON k.subject_key = h.subject_key{{joined}}
    WHERE {_NEAR.format("h")} AND {{where}}
), alike AS MATERIALIZED (
    SELECT person::jsonb AS p, may, {{names}}, array_agg(subject_key)::text AS people
    FROM known GROUP BY person, may, {{names}}
)
SELECT string_agg(people, '') FROM alike
WHERE p ->> 'life' = 'active' AND (may OR p ->> 'country' = ANY (%(free)s))
GROUP BY {{settled}}, {", ".join(_OF_PERSON.values())}
"""  # noqa: S608  nothing but text of our own
_MAY_PERMIT = likeness.may_permit("t.standing")
_DIGESTS = """
SELECT digest FROM pseudonymize_person
WHERE identifier_type = 'public' AND subject_key = ANY ($1::bigint[]) ORDER BY subject_key
"""
# People are sorted into situations by hash, which needs room: by order it takes twice as long.
_SNAPSHOT = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL work_mem = '64MB'; SET LOCAL enable_sort = off
"""
_NEED_NO_ACT = frozenset({"contract", "legal_obligation", "legitimate_interest"})
_READ_AT_ONCE = 500
_DAYS_AROUND = range(-4, 5)  # months differ by three days, and one more for the boundary
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Examined:
    """Some people in the order of their keys; `last` is the last one looked at, None: no more."""

    permitted: tuple[int, ...]
    count: int
    last: int | None


def examine(question: Question, *, caller: str, at: datetime, after: int, most: int) -> Examined:
    """
    Ask `question` about the next people behind the key `after`, at most `most`, as they now stand.

    Left out unexamined is who certainly has no ground: where nothing but an act can be one, who
    made none that allows the purpose. One snapshot of the database; `at` is aware.
    """
    with _one_snapshot():
        found = reading.read([Named(question, None, None)], also="", caller=caller, at=at)
        policy = queries.policy(found.policy, found.catalogue)
        purpose = policy.purposes.get(question.purpose)
        if purpose is None:
            return Examined((), 0, None)
        bases = frozenset(purpose.bases.items())
        free = _countries_without_act(bases, question.planned_at.date())
        values = _values(question, policy) | {"after": after, "most": most, "free": free}
        last = _reach(values)
        asked = _asked(values, found.shared.excluding)
        groups = _situations(asked, values | {"last": _BEHIND_ALL if last is None else last})
        permitted: list[int] = []
        for start in range(0, len(groups), _READ_AT_ONCE):
            some = groups[start : start + _READ_AT_ONCE]
            effects = _effects(some, question, policy, caller, at)
            for group, effect in zip(some, effects, strict=True):
                permitted += group if effect is Effect.PERMIT else ()
    return Examined(tuple(sorted(permitted)), sum(map(len, groups)), last)


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Let all that is read be of one moment. Inside somebody's transaction theirs decides."""
    inside = connection.in_atomic_block
    with transaction.atomic():
        if not inside:
            with connection.cursor() as cursor:
                cursor.execute(_SNAPSHOT)
        yield


def _reach(values: Mapping[str, Any]) -> int | None:
    """Return the last of the next people to look at; None: there are fewer, so all of them."""
    source = "pseudonymize_audience" if values["free"] else _ACTED
    with connection.cursor() as cursor:
        cursor.execute(_REACH.format(source=source), values)
        found = cursor.fetchone()
        return found[0] if found else None


def _asked(values: Mapping[str, Any], excluding: Collection[str]) -> frozenset[str]:
    """Return what the question asks about beyond what every question does."""
    asked = {part for part in ("also", "channel", "free", "review") if values[part]}
    return frozenset(asked | ({"excluding"} if values["channel"] in excluding else set()))


def _situations(asked: frozenset[str], values: Mapping[str, Any]) -> list[list[int]]:
    """Return the people of each situation, ordered by the first of them."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(asked), values)
        return sorted(sorted(_numbers(text)) for (text,) in cursor.fetchall())


@functools.cache
def _statement(asked: frozenset[str]) -> str:
    columns = dict(_COLUMNS)
    for part in sorted(asked & _WHEN_ASKED.keys()):
        columns |= _WHEN_ASKED[part]
    everybody = "free" in asked
    return _STATEMENT.format(
        columns=", ".join(f"{part} AS {name}" for name, part in columns.items()),
        names=", ".join(columns),
        settled=", ".join(_SETTLED.get(name, name) for name in columns),
        joined="".join(join for part, join in _JOINED.items() if part in asked),
        join="LEFT JOIN" if everybody else "JOIN",
        may=f"COALESCE({_MAY_PERMIT}, false)" if everybody else "true",
        where="true" if everybody else f"({_MAY_PERMIT})",
    )


def _numbers(text: str) -> list[int]:
    """Read arrays of the database; the driver's own way takes several times as long."""
    return msgspec.json.decode(f"[{text[1:-1].replace('}{', ',')}]", type=list[int])


def _values(question: Question, policy: Policy) -> dict[str, Any]:
    made_by_ai = question.properties.ai_generated
    also = policy.bundle.ai_purpose if made_by_ai else None
    windows = sorted(timedelta(days=days) for days in policy.bundle.frequency.windows.values())
    return {
        "purpose": question.purpose,
        "also": also,
        "channel": question.channel,
        "review": question.review,
        "planned": question.planned_at,
        "day": question.planned_at.date(),
        "utc_day": question.planned_at.astimezone(UTC).date(),
        "windows": windows,
        "together": timedelta(seconds=policy.bundle.value_first.told_together_seconds),
        "cuts": likeness.cuts(
            cuts(question.planned_at, _terms({question.purpose, also or ""}, policy))
        ),
    }


def _terms(keys: Iterable[str], policy: Policy) -> set[int]:
    """Return every number of months after which consent to one of the purposes may expire."""
    own = {policy.purposes[key].validity_months for key in keys if key in policy.purposes}
    limits = {limit for law in laws().values() if (limit := law.consent.validity_months)}
    return own | {min(term, limit) for term in own for limit in limits}


def cuts(planned: datetime, months: Iterable[int]) -> set[datetime]:
    """
    Return every moment from which "has it expired?" may be answered otherwise.

    `months` are the terms. Around `planned` less a term each day is cut at its beginning and just
    behind the planned time: what lies between is equal to whoever counts months in days of UTC.
    """
    moment = planned.astimezone(UTC)
    found = {moment + _INSTANT}
    for term in months:
        near = months_later(moment, -term)
        for step in _DAYS_AROUND:
            day = near + timedelta(days=step)
            found |= {datetime.combine(day.date(), time(), UTC), day + _INSTANT}
    return found


def _effects(
    groups: Sequence[Sequence[int]], question: Question, policy: Policy, caller: str, at: datetime
) -> list[Effect]:
    """Return the engine's answer about the first of each group."""
    first = binary.array("bigint", [binary.bigint(keys[0]) for keys in groups])
    named = [Named(question, digest, None) for (digest,) in binary.run(_DIGESTS, [first])]
    facts = reading.read(named, also=policy.bundle.ai_purpose, caller=caller, at=at).facts
    return [engine.evaluate(question, known, policy).effect for known in facts]


@functools.lru_cache(maxsize=64)
def _countries_without_act(bases: frozenset[tuple[str, str]], planned: date) -> list[str]:
    """Return the countries where, or in a region of which, no act is needed for a ground."""
    found = (place for place in places() if _may_rest_without_act(place, dict(bases), planned))
    return sorted({place.partition("-")[0] for place in found})


def _may_rest_without_act(place: str, bases: Mapping[str, str], planned: date) -> bool:
    """Judged a day either side of the planned one, since the person's own day is not known yet."""
    days = {planned + timedelta(days=step) for step in (-1, 0, 1)}
    claimed = {
        law.reads.get(basis, basis)
        for day in days
        for law in laws_in_force(place, place, day)
        if (basis := bases.get(law.bases_of or law.code))
    }
    return bool(claimed & _NEED_NO_ACT)
