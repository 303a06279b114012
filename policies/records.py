"""The stored form of a decision: what was asked (known members), what was known, what was said."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from policies.decision import Decision
from policies.facts import Facts
from policies.question import WITHHELD_WORD, DataItem, Question

_TELLING = "inferred_special_category"


def question_of(question: Question, decision: Decision) -> dict[str, Any]:
    """
    Return the known members of a question as plain JSON; what says nothing is left out.

    Where a sensitive inference was refused, the record keeps the code, not the word: a marker
    takes its place that is refused alike when the decision is replayed.
    """
    if any(finding.code == _TELLING for finding in decision.findings):
        question = _discreet(question)
    return dict(_without_silence(msgspec.to_builtins(question)))


def question_from(stored: Mapping[str, Any]) -> Question:
    """Return the question that `question_of` stored."""
    return msgspec.convert(dict(stored), Question)


def facts_of(facts: Facts) -> dict[str, Any]:
    """Return the facts as plain JSON; what says nothing is left out."""
    return dict(_without_silence(msgspec.to_builtins(facts)))


def facts_from(stored: Mapping[str, Any]) -> Facts:
    """Return the facts that `facts_of` stored."""
    return msgspec.convert(dict(stored), Facts)


def _discreet(question: Question) -> Question:
    properties = question.properties
    hidden = replace(
        properties,
        predicts=properties.predicts and WITHHELD_WORD,
        place=properties.place and WITHHELD_WORD,
    )
    data = tuple(_without_detail(item) for item in question.data)
    return replace(question, properties=hidden, data=data)


def _without_detail(item: DataItem) -> DataItem:
    return replace(item, detail=WITHHELD_WORD) if item.detail else item


def _without_silence(value: Any) -> Any:
    """Leave out what says nothing; a zero says something (an age class of 0 is a young child)."""
    if isinstance(value, dict):
        inner = {key: _without_silence(v) for key, v in value.items()}
        return {key: v for key, v in inner.items() if v is not None and v is not False and v != []}
    if isinstance(value, list | tuple):
        return [_without_silence(item) for item in value]
    return value
