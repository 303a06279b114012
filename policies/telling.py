"""A decision as it is written down and as it is answered: the same words in both."""

from typing import Any

import msgspec
from django.conf import settings

from policies import answers, explanations, records, releasing
from policies.binary import Values
from policies.forms import Worded
from policies.judging import Judged
from policies.policy import Policy


class Told(msgspec.Struct, frozen=True, gc=False):
    """What is left to do with a decision: keep its row, then hand its answer (JSON) over."""

    permitted: bool
    row: Values
    answer: bytes
    form: Worded | None = None


def told(one: Judged, policy: Policy) -> Told:
    """Return row and answer of a decision."""
    context = context_of(one, policy)
    answer = answers.answer(context | _released(one))
    return Told(one.permitted, records.values(row_of(one, context, policy)), encoded(answer))


encoded = msgspec.json.Encoder().encode


def context_of(one: Judged, policy: Policy) -> dict[str, Any]:
    """Return the members of the answer's context."""
    asked = one.named.question
    pages = f"{settings.PUBLIC_URL}/preferences/"
    return answers.context_of(
        one.decision,
        id=one.id,
        reason_user=reason_user(one, policy),
        pages=pages,
        remedy=f"{pages}choices/{asked.purpose}/",
        review={"id": one.review.id, "status": one.review.status} if one.review else None,
    )


def reason_user(one: Judged, policy: Policy) -> dict[str, str] | None:
    """Return the sentences to the person, or None where none may be told."""
    asked = one.named.question
    named = one.facts.recipient.name if one.facts.recipient else ""
    purpose = policy.purposes.get(asked.purpose)
    return explanations.reason_user(one.decision, asked, purpose, recipient=named)


def row_of(one: Judged, context: dict[str, Any], policy: Policy) -> records.Row:
    """Return what is kept of a decision; `context` is what was answered."""
    asked, person = one.named.question, one.facts.person
    purpose = policy.purposes.get(asked.purpose)
    return records.Row(
        id=one.id,
        at=one.facts.at,
        subject_key=person.subject_key if person else None,
        caller=one.facts.caller,
        effect=one.decision.effect,
        purpose=asked.purpose[:64],
        purpose_version=purpose.version if purpose else None,
        action=asked.action[:64],
        policy=one.decision.policy,
        question=records.question_of(asked, one.decision),
        answer=context,
        facts=records.facts_of(one.facts),
    )


def _released(one: Judged) -> dict[str, Any]:
    """The profile that was handed in, as it leaves: in the answer alone, never in the record."""
    person, handed = one.facts.person, one.named.handed_in
    if handed is None or person is None or not one.permitted:
        return {}
    profile = releasing.released(
        handed,
        subject_key=person.subject_key,
        permitted=one.decision.permitted,
        at=one.facts.at,
    )
    return {"profile": profile}
