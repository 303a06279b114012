"""When a person decides about a person (GDPR art. 22; LGPD art. 20; LFPDPPP art. 26 II)."""

from collections.abc import Iterator

from policies.decision import Finding
from policies.matter import Matter
from policies.rules.person import holds

APPROVED = "approved"


def a_person_decides(matter: Matter, request_hash: str) -> Iterator[Finding]:
    """
    Ask for a human where a machine alone would decide; accept one approval of this very request.

    An approval counts once, for the same request, until it expires.
    """
    if not _is_automated_decision(matter):
        return
    review = matter.facts.review
    approved = (
        review is not None
        and review.status == APPROVED
        and not review.used
        and review.request_hash == request_hash
        and matter.facts.at < review.expires_at
    )
    yield matter.finding("review_approved" if approved else "human_review_required")


def _is_automated_decision(matter: Matter) -> bool:
    asked = matter.question.properties
    vulnerable = holds(matter, matter.policy.bundle.reviewed_circumstance)
    weighty = matter.action.reviewed_if_automated or asked.significant_effect or vulnerable
    return asked.automated and weighty
