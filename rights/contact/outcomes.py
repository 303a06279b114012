"""What became of the rights that one letter answers, each told by itself."""

from collections.abc import Sequence

from rights import grounds
from rights.casework.answers import GRANTED, PARTIAL, REFUSED
from rights.models import RequestedRight
from rights.words import say


def told(rights: Sequence[RequestedRight], locale: str) -> dict[str, str]:
    """
    Return the variables that tell the outcome: of one right, or of several with one outcome.

    Where several rights ended differently, `outcomes` tells each with its ground, and the
    variables for a single outcome are empty.
    """
    ends = {(right.outcome, right.ground) for right in rights}
    if len(ends) > 1:
        return {"outcomes": "; ".join(_line(right, locale) for right in rights)}
    outcome = rights[0].outcome
    return {
        "granted": "x" if outcome == GRANTED else "",
        "partial": "x" if outcome == PARTIAL else "",
    }


def kind_of(rights: Sequence[RequestedRight]) -> str:
    """Return the letter that tells of these answers: a refusal where all fell on one ground."""
    ends = {(right.outcome, right.ground) for right in rights}
    return "refusal" if len(ends) == 1 and rights[0].outcome == REFUSED else "answer"


def _line(right: RequestedRight, locale: str) -> str:
    line = f"{say('rights', right.right, locale)}: {say('outcomes', right.outcome, locale)}"
    ground = grounds.grounds(right.request.laws, right.right).get(right.ground)
    return f"{line} ({ground.words[locale]}, {ground.source})" if ground else line
