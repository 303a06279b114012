"""
Decision cases: situations that a lawyer can read, answered by the same engine as the real ones.

A file holds `[[case]]` tables: a person with their acts, a request, and the answer that it must
get. Nothing here touches a database; see docs/policies.md for the format.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from policies import answers, engine, records
from policies.bundle import BundleRejected, Strict, line_of
from policies.casework import facts_of_case, question_of_case
from policies.decision import Decision, Finding
from policies.identifiers import uuid7_at
from policies.matter import Matter
from policies.policy import Policy

Vetoes = Iterable[Callable[[Matter], Iterable[Finding]]]


class CasePerson(Strict, frozen=True, kw_only=True):
    """The person as the case tells of them."""

    country: str
    region: str = ""
    age: int | None = None
    guardian: bool = False
    time_zone: str = ""
    life: str = "active"
    restricted: bool = False
    paused_until: date | None = None
    acts: tuple[str, ...] = ()
    circumstances: tuple[str, ...] = ()
    spends: tuple[datetime, ...] = ()
    excluded: bool = False
    hours: dict[str, tuple[str, ...]] = {}
    removed_guesses: frozenset[str] = frozenset()


class CaseRequest(Strict, frozen=True, kw_only=True):
    """What is asked."""

    action: str
    purpose: str
    resource_type: str = "purpose"
    channel: str | None = None
    planned_at: datetime | None = None
    properties: dict[str, Any] = {}
    data: tuple[dict[str, Any], ...] = ()
    recipient: dict[str, Any] | None = None
    region: str | None = None
    gpc: bool = False
    reserve: bool = False
    supported_obligations: frozenset[str] | None = None
    review: str | None = None


class CaseWorld(Strict, frozen=True, kw_only=True):
    """What else stands: suspensions as `kind value`, assessments on record, unknown subjects."""

    suspensions: tuple[str, ...] = ()
    assessments: bool = True
    subject: str = "known"
    caller: str = "cases"


class CaseExpect(Strict, frozen=True, kw_only=True):
    """The answer that the case must get."""

    effect: str
    codes: tuple[str, ...]
    obligations: tuple[str, ...] | None = None
    permitted: tuple[str, ...] | None = None
    withheld: dict[str, str] | None = None
    record: dict[str, Any] = {}


class Case(Strict, frozen=True, kw_only=True):
    """One case."""

    name: str
    person: CasePerson
    request: CaseRequest
    expect: CaseExpect
    why: str = ""
    at: datetime = datetime(2026, 11, 24, 12, tzinfo=UTC)
    world: CaseWorld = CaseWorld()


class _File(Strict, frozen=True, kw_only=True):
    case: tuple[Case, ...]


def parse(text: str, *, name: str) -> tuple[Case, ...]:
    """Return the cases in `text`. :raises BundleRejected: with the file, the line and why."""
    try:
        return msgspec.convert(tomllib.loads(text), _File).case
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BundleRejected(name, line_of(text, str(error)), f"{error}.") from None
    except RecursionError:
        raise BundleRejected(name, 1, "Nested too deep to be read.") from None


def load(folder: Path) -> list[Case]:
    """Return the cases of every TOML file in `folder`, in order. :raises BundleRejected:"""
    return [
        case
        for path in sorted(folder.glob("*.toml"))
        for case in parse(path.read_text(encoding="utf-8"), name=path.name)
    ]


def differences(case: Case, policy: Policy, *, vetoes: Vetoes = engine.VETOES) -> list[str]:
    """Return what differs between the answer that the case wants and the one it gets."""
    facts = facts_of_case(case)
    question, facts = question_of_case(case, facts)
    decision = engine.evaluate(question, facts, policy, vetoes=vetoes)
    stored = {
        "question": records.question_of(question, decision),
        "answer": _context(decision),
        "effect": decision.effect.word,
    }
    return [*_in_answer(case.expect, decision), *_in_record(case.expect.record, stored)]


def _in_answer(expect: CaseExpect, decision: Decision) -> Iterator[str]:
    codes = [finding.code for finding in decision.findings]
    if decision.effect.word != expect.effect:
        yield f"effect {decision.effect.word} {codes}, wanted {expect.effect}"
    if Counter(codes) != Counter(expect.codes):
        yield f"codes {codes}, wanted {list(expect.codes)}"
    if codes and decision.findings[0].effect is not decision.effect:
        yield f"the first reason {codes[0]} does not decide"
    if expect.obligations is not None and set(decision.obligations) != set(expect.obligations):
        yield f"obligations {list(decision.obligations)}, wanted {list(expect.obligations)}"
    if expect.permitted is not None and set(decision.permitted) != set(expect.permitted):
        yield f"permitted {list(decision.permitted)}, wanted {list(expect.permitted)}"
    withheld = {item.category: item.code for item in decision.withheld}
    if expect.withheld is not None and withheld != expect.withheld:
        yield f"withheld {withheld}, wanted {expect.withheld}"


def _in_record(wanted: Mapping[str, Any], stored: Mapping[str, Any]) -> Iterator[str]:
    for path, value in wanted.items():
        found = _member(stored, path)
        if value is False and not found:
            continue
        if found != value:
            yield f"record {path} is {found!r}, wanted {value!r}"


def _member(stored: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(stored, list) and step.isdigit() and int(step) < len(stored):
            stored = stored[int(step)]
        elif isinstance(stored, Mapping):
            stored = stored.get(step)
        else:
            return None
    return stored


def _context(decision: Decision) -> dict[str, Any]:
    nobody = uuid7_at(0, 0)
    return answers.context_of(
        decision, id=nobody, reason_user=None, pages="", remedy="", review=None
    )
