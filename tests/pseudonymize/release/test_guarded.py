"""The noise hides one person and keeps the error that the question states."""

import math
from typing import Any

import pytest

from pseudonymize.release.guarded import Exact, answer
from pseudonymize.release.question import Question, parse

ROUNDS = 2000
PLAIN: dict[str, Any] = {
    "name": "plain",
    "title": "Plain",
    "kind": "count",
    "source": "SELECT 1",
    "groups": ["a", "b"],
    "minimum_group": 20,
    "epsilon": 0.5,
    "within": 6,
    "confidence": 0.95,
}
SUM = {"kind": "sum", "low": 0, "high": 50, "unit": 0.5, "within": 300}
MEAN = {"kind": "mean", "low": 0, "high": 50, "unit": 0.5, "within": 60, "minimum_group": 100}


def a_question(**changes: Any) -> Question:
    return parse(PLAIN | changes)


@pytest.mark.parametrize(
    ("change", "truth", "exact"),
    [
        ({}, 500.0, Exact(500, 0)),
        (SUM, 6000.0, Exact(500, 12_000)),
        (MEAN, 12.0, Exact(500, 12_000)),
    ],
)
def test_answers_stay_within_the_error_that_is_stated(
    change: dict[str, Any], truth: float, exact: Exact
) -> None:
    question = a_question(**change)
    misses = 0
    for _ in range(ROUNDS):
        (told,) = answer(question, {"a": exact})
        assert told.within <= question.within
        misses += abs(told.value - truth) > told.within
    # 5 % expected; six standard deviations of a binomial keep this test from crying wolf.
    assert misses / ROUNDS < 0.05 + 6 * math.sqrt(0.05 * 0.95 / ROUNDS)


def test_a_group_below_the_minimum_is_not_told() -> None:
    question = a_question()
    for _ in range(ROUNDS):
        assert answer(question, {"a": Exact(19, 19), "b": Exact(0, 0)}) == []


def test_a_differencing_attack_learns_next_to_nothing() -> None:
    """
    The attacker knows everyone but one, asks with and without, and guesses by the best rule.

    With epsilon 0.5 no rule is right more often than e^0.5 / (1 + e^0.5), 62 times in 100;
    against exact counts the same rule is right every time.
    """
    question = a_question()
    right = 0
    for number in range(ROUNDS):
        present = number % 2
        (told,) = answer(question, {"a": Exact(500 + present, 0)})
        right += (told.value > 500.5) == bool(present)
    best = math.exp(question.epsilon) / (1 + math.exp(question.epsilon))
    assert right / ROUNDS < best + 6 * math.sqrt(0.25 / ROUNDS)


def test_one_person_in_several_groups_is_covered_by_more_noise() -> None:
    one, many = a_question(), a_question(groups_per_person=3, within=18)
    assert many.count_scale == 3 * one.count_scale
    assert a_question(**MEAN).count_scale == 2 * one.count_scale
