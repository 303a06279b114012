"""Decisions as they would have been made at moments of the past, on the facts of those moments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from policies import engine, operations
from policies.facts import Facts
from policies.operations import Judged
from policies.policy import Policy
from policies.question import Question
from policies.reading import Named

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the past: `facts.at` is its moment, and the one that `id` names."""

    id: UUID
    question: Question
    facts: Facts


def decide_past(asked: Iterable[Asked], policy: Policy) -> Iterator[Judged]:
    """
    Decide questions of the past, in order, store the decisions, and tell each as it is made.

    What a decision brings about is carried out: it spends attention and opens reviews. The caller
    has a transaction open, and consumes every result before it commits.
    """
    waiting: list[Judged] = []
    for one in asked:
        made = Judged(
            one.id,
            Named(one.question, None, None),
            one.facts,
            engine.evaluate(one.question, one.facts, policy),
        )
        waiting.append(operations.carried_out(made, policy))
        yield waiting[-1]
        if len(waiting) == _BATCH:
            operations.store(waiting, policy)
            waiting = []
    operations.store(waiting, policy)
