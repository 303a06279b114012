"""Noise by OpenDP on exact numbers per group. Pure but for its randomness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import opendp.prelude as dp

from pseudonymize.release.question import Question

dp.enable_features("contrib")


@dataclass(frozen=True, slots=True)
class Exact:
    """The truth about one group: its people, and the sum of their clamped values in units."""

    people: int
    total: int


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one group, and how far it may be from the truth."""

    group: str
    value: float
    within: float


def answer(question: Question, exact: Mapping[str, Exact]) -> list[Told]:
    """
    Return the noisy answer for every group that is large enough, in the question's order.

    Adding or removing one person changes the probability of any answer by a factor of at most
    e^epsilon. Whether a group is shown depends on its noisy count alone, so that it, too, tells
    nothing about one person.

    Source: discrete Laplace mechanism of OpenDP; its privacy map is checked against the question.
    """
    truth = [exact.get(group, Exact(0, 0)) for group in question.groups]
    counts = _noisy([one.people for one in truth], question.count_scale, question, 1)
    totals = counts
    if question.kind != "count":  # a sum's count only decides what is shown, yet it is spent too
        numbers = [one.total for one in truth]
        totals = _noisy(numbers, question.sum_scale, question, question.largest)
    return [
        Told(group, _value(question, count, total), question.error(count))
        for group, count, total in zip(question.groups, counts, totals, strict=True)
        if count >= question.shown_from
    ]


def _noisy(numbers: Sequence[int], scale: float, question: Question, largest: int) -> list[int]:
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    mechanism = space >> dp.m.then_laplace(scale=scale)
    spent = mechanism.map(d_in=question.groups_per_person * largest)
    if spent > question.epsilon / question.shares * (1 + 1e-9):
        raise ValueError(f"{question.name} would spend more than it states: {spent}")
    noisy: list[int] = mechanism(list(numbers))
    return noisy


def _value(question: Question, count: int, total: int) -> float:
    match question.kind:
        case "count":
            return float(count)
        case "sum":
            return total * question.unit
    mean = total * question.unit / max(count, 1)
    return min(max(mean, question.low), question.high)
