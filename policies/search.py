"""
Searches by AuthZEN 1.0: whom may we address, for which purposes, by which actions.

The database leaves out whoever certainly has no ground; the engine then answers each of the
others from the same facts as a check, so that a search equals asking person by person.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from audit import operations as audit
from jurisdictions.stack import laws_in_force
from policies import engine, queries, reading
from policies.codes import Effect
from policies.policy import Policy
from policies.question import RESOURCE_TYPE, Question
from policies.reading import Named

_CHUNK = 500
_NEED_NO_ACT = frozenset({"contract", "legal_obligation", "legitimate_interest"})
_CANDIDATES = """
SELECT p.subject_key, p.digest
FROM pseudonymize_person p
WHERE p.identifier_type = 'public' AND p.life = 'active' AND p.subject_key > %s
  AND (p.country = ANY (%s) OR EXISTS (
        SELECT 1 FROM consent_standing s
        WHERE s.subject_key = p.subject_key AND s.purpose = %s))
ORDER BY p.subject_key LIMIT %s
"""
_COUNTRIES = "SELECT DISTINCT country FROM pseudonymize_person WHERE identifier_type = 'public'"


class TokenUnreadable(Exception):
    """A page token is not one of ours."""

    code = "malformed"
    field = "page.token"

    def __init__(self) -> None:
        super().__init__("page.token is not one that was given. Begin again without it.")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of subjects; `token` is None on the last one."""

    subjects: tuple[int, ...]
    token: str | None


def subjects(
    question: Question, *, caller: str, at: datetime, limit: int, token: str | None
) -> Page:
    """
    Return the subjects for whom `question` would be permitted at `at`, by internal key.

    Pages follow the order of registration: who acts between two pages is judged as they then
    stand, and nobody is told twice or skipped. One record for the whole page; never a permit.

    :raises TokenUnreadable: for a token that is not ours.
    """
    after, found = _opened(token), list[int]()
    policy = queries.active_policy(at=at)
    examined, is_last = 0, False
    while len(found) < limit and not is_last:
        candidates = _candidates(question, policy, after)
        is_last = len(candidates) < _CHUNK
        for key, permitted in _answered(candidates, question, policy, caller, at):
            examined, after = examined + 1, key
            if permitted:
                found.append(key)
            if len(found) == limit:
                is_last = False
                break
    details = {"purpose": question.purpose, "examined": examined, "found": len(found)}
    audit.record("search.subjects", actor=f"key:{caller}", at=at, details=details)
    return Page(tuple(found), None if is_last else _sealed(after))


def resources(named: Named, *, caller: str, at: datetime) -> list[str]:
    """Return the purposes for which the action would be permitted for the person, by key."""
    keys = list(queries.active_policy(at=at).purposes)
    questions = [replace(named.question, resource_type=RESOURCE_TYPE, purpose=key) for key in keys]
    return _permitted(named, questions, keys, "search.resources", caller, at)


def actions(named: Named, *, caller: str, at: datetime) -> list[str]:
    """Return the actions that would be permitted for the person under the purpose, by name."""
    names = list(queries.active_policy(at=at).bundle.actions)
    questions = [replace(named.question, action=name) for name in names]
    return _permitted(named, questions, names, "search.actions", caller, at)


def _permitted(
    named: Named,
    questions: Sequence[Question],
    names: Sequence[str],
    record: str,
    caller: str,
    at: datetime,
) -> list[str]:
    asked = [replace(named, question=question) for question in questions]
    policy = queries.active_policy(at=at)
    facts = reading.read(asked, also=policy.bundle.ai_purpose, caller=caller, at=at).facts
    effects = [
        engine.evaluate(question, known, policy).effect
        for question, known in zip(questions, facts, strict=True)
    ]
    found = [n for n, effect in zip(names, effects, strict=True) if effect is Effect.PERMIT]
    person = facts[0].person if facts else None
    key = person.subject_key if person else None
    details = {"found": len(found)}
    audit.record(record, actor=f"key:{caller}", at=at, subject_key=key, details=details)
    return found


def _candidates(question: Question, policy: Policy, after: int) -> list[tuple[int, bytes]]:
    free = _countries_without_act(question, policy)
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [after, free, question.purpose, _CHUNK])
        return [(key, bytes(digest)) for key, digest in cursor.fetchall()]


def _countries_without_act(question: Question, policy: Policy) -> list[str]:
    """Return the countries in which the purpose may rest on something else than an act."""
    purpose = policy.purposes.get(question.purpose)
    if purpose is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_COUNTRIES)
        present = [row[0] for row in cursor.fetchall()]
    return [c for c in present if _may_rest_without_act(c, purpose.bases, question.planned_at)]


def _may_rest_without_act(country: str, bases: Mapping[str, str], planned: datetime) -> bool:
    """Judged a day either side of the planned one, since the person's own day is not known yet."""
    days = {planned.date().fromordinal(planned.date().toordinal() + step) for step in (-1, 0, 1)}
    claimed = {
        law.reads.get(basis, basis)
        for day in days
        for law in laws_in_force(country, None, day)
        if (basis := bases.get(law.bases_of or law.code))
    }
    return bool(claimed & _NEED_NO_ACT)


def _answered(
    candidates: Sequence[tuple[int, bytes]],
    question: Question,
    policy: Policy,
    caller: str,
    at: datetime,
) -> Iterator[tuple[int, bool]]:
    if not candidates:
        return
    named = [Named(question, digest, None) for _, digest in candidates]
    facts = reading.read(named, also=policy.bundle.ai_purpose, caller=caller, at=at).facts
    for (key, _), known in zip(candidates, facts, strict=True):
        yield key, engine.evaluate(question, known, policy).effect is Effect.PERMIT


def _sealed(key: int) -> str:
    return base64.urlsafe_b64encode(b"1." + str(key).encode()).decode().rstrip("=")


def _opened(token: str | None) -> int:
    if not token:
        return 0
    try:
        version, _, key = base64.urlsafe_b64decode(token + "==").decode().partition(".")
        if version == "1":
            return int(key)
    except ValueError:
        pass
    raise TokenUnreadable
