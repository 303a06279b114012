"""Questions promise no smaller error than their noise allows."""

from typing import Any

import pytest

from pseudonymize.release.question import QuestionRejected, budgets, parse, questions

PLAIN: dict[str, Any] = {
    "name": "plain",
    "title": "Plain",
    "kind": "count",
    "source": "SELECT 1",
    "groups": ["a"],
    "minimum_group": 10,
    "epsilon": 0.5,
    "within": 6,
    "confidence": 0.95,
}


def test_every_shipped_question_and_budget_can_be_used() -> None:
    assert {question.kind for question in questions().values()} >= {"count", "mean"}
    assert budgets()["default"].epsilon > 0


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"within": 5.9}, "less than the noise allows"),
        ({"kind": "median"}, "kind must be"),
        ({"groups": []}, "groups"),
        ({"epsilon": 0}, "epsilon"),
        ({"minimum_group": 0}, "minimum_group"),
        ({"groups_per_person": 0}, "groups_per_person"),
        ({"confidence": 1}, "confidence"),
        ({"high": 0}, "high"),
        ({"unit": 0}, "unit"),
        ({"kind": "sum", "high": 100}, "less than the noise allows"),
    ],
)
def test_a_question_that_cannot_keep_its_word_is_rejected(
    change: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(QuestionRejected, match=complaint):
        parse(PLAIN | change)


def test_a_group_just_below_the_minimum_is_shown_once_in_a_million() -> None:
    question = parse(PLAIN)
    # Laplace: half of exp(-distance / scale).
    assert question.shown_from - 10 == pytest.approx(2 * 13.12, abs=0.05)
