"""
On what each purpose rests for one person, in the words of the policy check itself.

The portal has no rule of its own: it asks the same functions that decide, and records nothing.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from consent import queries as consent
from consent.catalogue import Purpose
from consent.state import Standing
from jurisdictions.model import Law
from policies import queries as policies
from policies import reading
from policies.engine import matter_of
from policies.facts import Facts
from policies.matter import Matter
from policies.policy import Policy
from policies.question import RESOURCE_TYPE, Question
from policies.rules.ground import Basis, ground
from policies.rules.person import minors_are_not_profiled_for_advertising
from pseudonymize import queries as subjects


class Mode(enum.StrEnum):
    """What a person can do about a purpose under their laws."""

    NEEDED = "needed"  # contract or legal duty: shown, with nothing to choose
    OBJECT = "object"  # on until the person objects
    TACIT = "tacit"  # on once the notice was shown, until the person objects
    ASK = "ask"  # off until the person allows it
    CLOSED = "closed"  # never, for this person: no ground in their law, or their age


@dataclass(frozen=True, slots=True)
class Grounded:
    """One purpose for one person, now."""

    purpose: Purpose
    standing: Standing
    mode: Mode
    holds: bool
    codes: tuple[str, ...]  # of the policy check: why it may be used, or why not
    basis: str | None  # the strictest law's reading, such as contract
    law: Law | None  # whose article that is
    needs_explicit: bool
    below_consent_age: bool


def grounds(subject_key: int, *, at: datetime) -> list[Grounded]:
    """
    Return every purpose on offer with its ground for the subject at `at`, in catalogue order.

    :raises SubjectErased, SubjectBlocked: when nothing may be shown of them.
    """
    digest = subjects.lookup_digest("public", subjects.public_id(subject_key))
    offered = list(consent.purposes().values())
    asked = [reading.Named(_question(purpose, at), digest, None) for purpose in offered]
    read = reading.read(asked, also="", caller="person", at=at)
    policy = policies.policy(read.policy, read.catalogue)
    return [
        _grounded(purpose, facts, policy, at)
        for purpose, facts in zip(offered, read.facts, strict=True)
    ]


def by_key(found: list[Grounded]) -> Mapping[str, Grounded]:
    """Return `found` by purpose key."""
    return {one.purpose.key: one for one in found}


def _question(purpose: Purpose, at: datetime) -> Question:
    return Question(
        action=purpose.actions[0],
        resource_type=RESOURCE_TYPE,
        purpose=purpose.key,
        planned_at=at,
    )


def _grounded(purpose: Purpose, facts: Facts, policy: Policy, at: datetime) -> Grounded:
    matter = _matter(purpose, facts, policy, at)
    found = ground(matter, purpose, channel=None)
    bases = [Basis(matter, law, purpose, None, purpose.data_categories) for law in matter.laws]
    closed = any(minors_are_not_profiled_for_advertising(matter))
    deciding = found.findings[0] if found.findings else None
    return Grounded(
        purpose=purpose,
        standing=facts.standings.get(purpose.key, Standing()),
        mode=_mode([basis.name for basis in bases], closed=closed),
        holds=found.holds and not closed,
        codes=("minor_profiling",) if closed else tuple(f.code for f in found.findings),
        basis=bases[-1].name if bases else None,
        law=next((law for law in matter.laws if deciding and law.code == deciding.law), None),
        needs_explicit=any(basis.needs_explicit for basis in bases),
        below_consent_age=any(basis.is_minor for basis in bases),
    )


def _mode(bases: list[str | None], *, closed: bool) -> Mode:
    """The strictest of the person's laws says what they can do."""
    if closed or not bases or None in bases:
        return Mode.CLOSED
    if {"consent", "explicit_consent"} & set(bases):
        return Mode.ASK
    if "tacit_consent" in bases:
        return Mode.TACIT
    return Mode.OBJECT if "legitimate_interest" in bases else Mode.NEEDED


def _matter(purpose: Purpose, facts: Facts, policy: Policy, at: datetime) -> Matter:
    if facts.person is None:
        raise subjects.SubjectUnknown
    return matter_of(_question(purpose, at), facts, policy)
