"""Decisions about a person, what was inferred, and what people reviewed: rows of the package."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies import copies
from policies.codes import Effect
from rights.access import phrases
from rights.access.asking import Asked, Rows
from rights.access.tables import Row


def decisions(asked: Asked) -> Iterator[Row]:
    """Every decision with its sentence, its reasons, what it was asked and what it knew."""
    for record, outcome in copies.decisions(asked.subject_key, until=asked.until):
        answer = record.answer
        yield {
            "id": f"dec_{record.id}",
            "at": record.at,
            "sentence": phrases.sentence(answer, asked.locale),
            "effect": Effect(record.effect).word,
            "purpose": record.purpose,
            "title": phrases.title(record.purpose, asked.locale),
            "action": phrases.label("actions", record.action, asked.locale),
            "reasons": [_reason(reason) for reason in answer.get("reasons", ())],
            "data_used": _named(answer.get("data", {}).get("permitted", ()), asked.locale),
            "data_withheld": answer.get("data", {}).get("withheld") or None,
            "laws": answer.get("laws"),
            "policy": record.policy,
            "asked": record.question,
            "known": _without_key(record.facts),
            "outcome": outcome.outcome if outcome else None,
            "factors": outcome.factors if outcome else None,
            "shown": outcome.sentence or None if outcome else None,
        }


def _reason(reason: Mapping[str, Any]) -> str:
    where = " ".join(filter(None, (reason.get("law"), reason.get("source"))))
    return f"{reason['code']} ({where})" if where else str(reason["code"])


def _named(categories: Any, locale: str) -> list[str]:
    return [phrases.phrase("data_categories", key, locale) for key in categories]


def _without_key(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The internal number of a person never leaves the database, in their own copy either."""
    person = {k: v for k, v in facts.get("person", {}).items() if k != "subject_key"}
    return {**facts, "person": person} if person else dict(facts)


def inferences(asked: Asked) -> Iterator[Row]:
    """What the decisions permitted to be worked out about the person."""
    for record, _ in copies.decisions(asked.subject_key, until=asked.until):
        word = record.question.get("properties", {}).get("predicts")
        if word and record.answer["effect"] == Effect.PERMIT.word:
            yield {
                "decision": f"dec_{record.id}",
                "at": record.at,
                "what": word,
                "purpose": record.purpose,
                "title": phrases.title(record.purpose, asked.locale),
            }


def reviews(asked: Asked) -> Iterator[Row]:
    """What people reviewed, and what they decided."""
    for row in copies.reviews(asked.subject_key, until=asked.until):
        yield {
            "id": row.public_id,
            "decision": f"dec_{row.decision}",
            "purpose": row.purpose,
            "action": row.action,
            "task": row.task,
            "status": row.status,
            "opened_at": row.opened_at,
            "decided_at": row.decided_at,
            "reason": row.reason or None,
        }


ROWS: Mapping[str, Rows] = {"decisions": decisions, "inferences": inferences, "reviews": reviews}
