"""Named questions about many people, with the noise and the error that they promise. Data."""

import functools
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pseudonymize.release.epochs import MONTHS

FOLDER = Path(__file__).parent / "questions"
BUDGETS = Path(__file__).parent / "budgets.toml"
KINDS = ("count", "sum", "mean")
# How likely a group below the minimum is shown all the same, because its noise was large.
_LEAK = 1e-6


class QuestionRejected(Exception):
    """A question or budget cannot be used; the message names file, key and what to write."""


@dataclass(frozen=True, slots=True)
class Question:
    """
    A count, sum or mean per group, told with noise.

    `source` is SQL over the apps' published views with the columns person, grp, value and one
    for each of `filters`. A person counts in at most `groups_per_person` groups, with a value
    from `low` to `high` in steps of `unit`. An answer is within `within` of the truth with
    probability `confidence`; for a mean that holds in a group of the minimum size.
    """

    name: str
    title: str
    kind: str
    source: str
    groups: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]]
    minimum_group: int
    epsilon: float
    within: float
    confidence: float
    groups_per_person: int = 1
    low: float = 0
    high: float = 1
    unit: float = 1

    @property
    def shares(self) -> int:
        """How many noisy numbers a group's answer is made of: a mean needs count and sum."""
        return 2 if self.kind == "mean" else 1

    @property
    def count_scale(self) -> float:
        """The scale of the noise on a count."""
        return self.groups_per_person * self.shares / self.epsilon

    @property
    def sum_scale(self) -> float:
        """The scale of the noise on a sum, in units: one person moves it by the largest value."""
        return self.count_scale * self.largest

    @property
    def largest(self) -> int:
        """The largest value that one person can bring, in units."""
        return math.ceil(max(abs(self.low), abs(self.high)) / self.unit)

    @property
    def shown_from(self) -> float:
        """The noisy count from which a group is shown; below it might be fewer than allowed."""
        return self.minimum_group + quantile(self.count_scale, 1 - 2 * _LEAK)

    def error(self, count: float) -> float:
        """Return the error of an answer for a group of `count` people, at `confidence`."""
        each = 1 - (1 - self.confidence) / self.shares
        count_error = quantile(self.count_scale, each)
        sum_error = quantile(self.sum_scale, each) * self.unit
        match self.kind:
            case "count":
                return count_error
            case "sum":
                return sum_error
        reach = max(abs(self.low), abs(self.high))
        return (sum_error + reach * count_error) / max(count, 1)


def quantile(scale: float, probability: float) -> float:
    """Return the size that Laplace noise of `scale` stays within with `probability`."""
    return scale * math.log(1 / (1 - probability))


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a recipient may learn in one calendar period: the sum of epsilons."""

    epsilon: float
    period: str


@functools.cache
def questions() -> Mapping[str, Question]:
    """Return every question by name. :raises QuestionRejected: with file and what to write."""
    found = [_read(path) for path in sorted(FOLDER.glob("*.toml"))]
    return {question.name: question for question in found}


def _read(path: Path) -> Question:
    try:
        return parse(tomllib.loads(path.read_text("utf-8")))
    except (QuestionRejected, tomllib.TOMLDecodeError, TypeError) as wrong:
        raise QuestionRejected(f"{path.name}: {wrong}") from None


def parse(text: Mapping[str, Any]) -> Question:
    """
    Return the question in a parsed TOML document.

    :raises QuestionRejected: when it promises a smaller error than its noise allows.
    """
    lists = {"groups": tuple(text.get("groups", ()))}
    filters = {name: tuple(values) for name, values in text.get("filters", {}).items()}
    question = Question(**{**text, **lists, "filters": filters})
    if question.kind not in KINDS:
        raise QuestionRejected(f"kind must be one of {', '.join(KINDS)}")
    sound = {
        "groups": bool(question.groups),
        "epsilon": question.epsilon > 0,
        "minimum_group": question.minimum_group >= 1,
        "groups_per_person": question.groups_per_person >= 1,
        "confidence": 0 < question.confidence < 1,
        "high": question.high > question.low,
        "unit": question.unit > 0,
    }
    for key, is_sound in sound.items():
        if not is_sound:
            raise QuestionRejected(f"{key} cannot be {getattr(question, key)!r}")
    error = question.error(question.minimum_group)
    if error > question.within:
        detail = f"within = {question.within:g} is less than the noise allows ({error:.3g})"
        raise QuestionRejected(f"{detail}; raise within, epsilon or minimum_group")
    return question


@functools.cache
def budgets() -> Mapping[str, Budget]:
    """Return the budgets by recipient, `default` among them. :raises QuestionRejected:"""
    found = {}
    for name, entry in tomllib.loads(BUDGETS.read_text("utf-8"))["budget"].items():
        if entry.get("period") not in MONTHS or not entry.get("epsilon", 0) > 0:
            raise QuestionRejected(f"{BUDGETS.name}: {name} needs epsilon and month, quarter, year")
        found[name] = Budget(float(entry["epsilon"]), entry["period"])
    return found
