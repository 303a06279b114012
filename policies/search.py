"""
Searches by AuthZEN 1.0: whom may we address, for which purposes, by which actions.

A search equals asking person by person: the engine answers once for all who are in the same
situation (`situations.py`).
"""

import base64
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from audit import operations as audit
from policies import engine, queries, reading, situations
from policies.codes import Effect
from policies.question import RESOURCE_TYPE, Question
from policies.reading import Named

_FEWEST = 250  # looked at together, however few are asked for
STREAMED = 50_000  # looked at together in a stream: what of it is held in memory at once


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
    examined, is_last = 0, False
    while len(found) < limit and not is_last:
        most = max(_FEWEST, 2 * (limit - len(found)))
        seen = situations.examine(question, caller=caller, at=at, after=after, most=most)
        examined, is_last = examined + seen.count, seen.last is None
        found += seen.permitted
        after = seen.last or after
    told = tuple(found[:limit])
    if len(found) > limit:
        after, is_last = told[-1], False
    details = {"purpose": question.purpose, "examined": examined, "found": len(told)}
    _record("search.subjects", caller, at, details)
    return Page(told, None if is_last else _sealed(after))


def everybody(
    question: Question, *, caller: str, at: datetime, token: str | None
) -> Iterator[Page]:
    """
    Return all subjects for whom `question` would be permitted, some thousands at a time.

    Each page is judged when it is asked for, the first at once, as people then stand; its token
    goes on behind it. On record before anything is told; how much was, when it ends or is left.

    :raises TokenUnreadable: for a token that is not ours.
    """
    after = _opened(token)
    details = {"purpose": question.purpose, "streamed": True}
    _record("search.subjects", caller, at, details)
    pages = _pages(question, caller, at, after)
    return itertools.chain([next(pages)], pages)


def _pages(question: Question, caller: str, at: datetime, after: int) -> Iterator[Page]:
    examined = found = 0
    following: int | None = after
    try:
        while following is not None:
            seen = situations.examine(
                question, caller=caller, at=at, after=following, most=STREAMED
            )
            examined, found = examined + seen.count, found + len(seen.permitted)
            following = seen.last
            yield Page(seen.permitted, None if following is None else _sealed(following))
    finally:
        details = {"purpose": question.purpose, "examined": examined, "found": found}
        _record("search.streamed", caller, at, details)


def _record(action: str, caller: str, at: datetime, details: dict[str, Any]) -> None:
    """Add to the audit trail by the statement that stays prepared, at a quarter of the cost."""
    entry: audit.Entry = {"action": action, "actor": f"key:{caller}", "at": at, "details": details}
    audit.record_all([entry])


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
    asked = [msgspec.structs.replace(named, question=question) for question in questions]
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
