"""The answer as AuthZEN carries it: the decision, and its reasons in `context`."""

from typing import Any
from uuid import UUID

from policies.codes import Effect
from policies.decision import Decision, Finding

_REMEDIED = frozenset(
    {
        "no_consent",
        "consent_refused",
        "consent_withdrawn",
        "consent_expired",
        "consent_pending",
        "consent_not_explicit",
        "notice_outdated",
        "objected",
        "paused",
        "channel_not_permitted",
        "guardian_required",
    }
)
"""Refusals that the person can change in the preference center."""


def context_of(
    decision: Decision,
    *,
    id: UUID,
    reason_user: dict[str, str] | None,
    pages: str,
    remedy: str,
    review: dict[str, str] | None,
) -> dict[str, Any]:
    """
    Return the members of an answer's `context`.

    `pages` is the address of the preference center. `why` opens the sentence there, and `remedy`
    is given where the person could change the answer.
    """
    deciding = {f.code for f in decision.findings if f.effect is decision.effect}
    helps = decision.effect is Effect.DENY and deciding & _REMEDIED
    return {
        "id": f"dec_{id}",
        "effect": decision.effect.word,
        "reasons": [_reason(finding) for finding in decision.findings],
        "obligations": [{"id": name} for name in decision.obligations],
        "data": {
            "permitted": list(decision.permitted),
            "withheld": [{"category": w.category, "code": w.code} for w in decision.withheld],
        },
        "reason_user": reason_user,
        "why": f"{pages}why/dec_{id}" if reason_user else None,
        "valid_until": decision.valid_until.isoformat() if decision.valid_until else None,
        "laws": list(decision.laws),
        "policy": decision.policy,
        "remedy": remedy if helps else None,
        **({"review": review} if review else {}),
    }


def answer(context: dict[str, Any]) -> dict[str, Any]:
    """Return the whole answer: only `permit` opens the door."""
    return {"decision": context["effect"] == Effect.PERMIT.word, "context": context}


def refusal(status: int, message: str) -> dict[str, Any]:
    """Return the answer to one item of a batch that cannot be read (AuthZEN 1.0, section 7.3)."""
    return {"decision": False, "context": {"error": {"status": status, "message": message}}}


def _reason(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "law": finding.law,
        "source": finding.source,
        "data": list(finding.data),
        "detail": dict(finding.detail),
    }
