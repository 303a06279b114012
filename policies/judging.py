"""Questions decided one after another. Pure: nothing is read or written here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from policies import engine, own_rules, reviews
from policies.batches import Semantic, as_one, ends
from policies.codes import Effect
from policies.decision import Decision
from policies.facts import Facts, ReviewFacts
from policies.identifiers import uuid7
from policies.policy import Policy
from policies.reading import Named


@dataclass(frozen=True, slots=True)
class Judged:
    """One question, decided: all that is written down and answered."""

    id: UUID
    named: Named
    facts: Facts
    decision: Decision
    review: reviews.Opened | None = None

    @property
    def spends(self) -> bool:
        """Whether it takes from the person's contact budget."""
        asked = self.named.question
        return asked.reserve and asked.channel is not None and self.permitted

    @property
    def permitted(self) -> bool:
        """Whether it opens the door."""
        return self.decision.effect is Effect.PERMIT

    @property
    def rests_on_review(self) -> bool:
        """Whether a human's approval was used for it."""
        return any(finding.code == "review_approved" for finding in self.decision.findings)


def judged_in_order(
    named: Sequence[Named], facts: Sequence[Facts], policy: Policy, semantic: Semantic
) -> list[Judged]:
    """Decide questions on their facts; what earlier ones take counts for those after them."""
    judged: list[Judged] = []
    taking: list[Judged] = []  # those that leave less for the ones after them
    for entry, known in zip(named, facts, strict=True):
        current = _after(taking, entry, known) if taking else known
        judged.append(judge(entry, current, policy))
        if entry.question.reserve or entry.question.review:
            taking.append(judged[-1])
        if ends(semantic, judged[-1].decision):
            break
    if semantic.all_required:
        whole = as_one([one.decision for one in judged])
        judged = [replace(one, decision=d) for one, d in zip(judged, whole, strict=True)]
    return judged


def judge(entry: Named, known: Facts, policy: Policy) -> Judged:
    """Decide one question on its facts."""
    return Judged(uuid7(known.at), entry, known, _decided(entry, known, policy))


def _after(taking: Sequence[Judged], entry: Named, known: Facts) -> Facts:
    """Count what earlier items of the same batch bring about as if it were written."""
    spends = _spent_before(taking, entry, known)
    review = _review_left(taking, entry, known)
    if not spends and review is known.review:
        return known
    return replace(known, spends=(*known.spends, *spends), review=review)


def _decided(entry: Named, known: Facts, policy: Policy) -> Decision:
    kind = entry.question.resource_type
    if kind in policy.resources:
        return own_rules.decide(kind, entry.entities or {}, policy)
    return engine.evaluate(entry.question, known, policy)


def _spent_before(taking: Sequence[Judged], entry: Named, known: Facts) -> list[datetime]:
    person, channel = known.person, entry.question.channel
    return [
        one.named.question.planned_at
        for one in taking
        if one.spends
        and one.named.question.channel == channel
        and person is not None
        and one.facts.person is not None
        and one.facts.person.subject_key == person.subject_key
    ]


def _review_left(taking: Sequence[Judged], entry: Named, known: Facts) -> ReviewFacts | None:
    """An approval that an earlier item of the same batch rests on is used up."""
    presented = entry.question.review
    used = any(
        one.named.question.review == presented and one.permitted and one.rests_on_review
        for one in taking
    )
    return replace(known.review, used=True) if known.review and used else known.review
