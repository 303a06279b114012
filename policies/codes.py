"""The closed vocabulary of answers: reason codes, their effect, and what each one rests on."""

import enum


class Effect(enum.IntEnum):
    """Ordered by caution, so the effect of several findings is their `max`."""

    PERMIT = 0
    NEEDS_HUMAN = 1
    INDETERMINATE = 2  # the configuration cannot answer; callers must treat it as a refusal
    DENY = 3

    @property
    def word(self) -> str:
        """The effect as the wire spells it."""
        return self.name.lower()


PERMIT = (
    "consent",
    "explicit_consent",
    "tacit_consent",
    "contract",
    "legal_obligation",
    "legitimate_interest",
    "review_approved",
)
INDETERMINATE = ("resource_unknown", "purpose_unknown", "action_unknown", "law_unknown")
NEEDS_HUMAN = ("human_review_required",)
WITHHELD = (
    "special_category",
    "data_not_covered",
    "not_expected",
    "other_purpose",
    "stale_data",
)
"""Why an item of data is withheld, in the order in which the first that applies is told."""

# Each refusal and the topic of law it rests on. A law pack names its article for the topic in
# `sources`; where no law of the person has one, the principle of Venia's own rule is told.
TOPIC = {
    "subject_unknown": "security",
    "subject_erased": "erasure",
    "processing_restricted": "restriction",
    "data_blocked": "blocking",
    "paused": "objection",
    "suspended": "security",
    "no_consent": "consent",
    "consent_refused": "consent",
    "consent_withdrawn": "withdrawal",
    "consent_expired": "storage_limitation",
    "consent_pending": "proof",
    "consent_not_explicit": "explicit_consent",
    "notice_outdated": "transparency",
    "no_legal_basis": "consent",
    "objected": "objection",
    "guardian_required": "minors",
    "minor_profiling": "minors",
    "special_category": "sensitive",
    "inferred_special_category": "sensitive",
    "not_expected": "fairness",
    "data_not_covered": "minimisation",
    "stale_data": "storage_limitation",
    "other_purpose": "purpose_limitation",
    "action_not_permitted": "purpose_limitation",
    "channel_not_permitted": "granularity",
    "quiet_hours": "contact_hours",
    "frequency_cap": "fairness",
    "do_not_contact": "exclusion_lists",
    "gpc_signal": "objection",
    "recipient_unknown": "transparency",
    "transfer_not_permitted": "transfers",
    "open_complaint": "fairness",
    "bereavement": "fairness",
    "sale_before_value": "fairness",
    "service_must_not_sell": "purpose_limitation",
    "not_aggregated": "minimisation",
    "assessment_missing": "dpia",
    "obligation_unsupported": "fairness",
    "human_review_required": "automated_decisions",
    "review_approved": "automated_decisions",
}

EFFECT_OF: dict[str, Effect] = (
    dict.fromkeys(TOPIC, Effect.DENY)
    | dict.fromkeys(PERMIT, Effect.PERMIT)
    | dict.fromkeys(INDETERMINATE, Effect.INDETERMINATE)
    | dict.fromkeys(NEEDS_HUMAN, Effect.NEEDS_HUMAN)
)

OBLIGATIONS = (
    "limit_data",
    "explain",
    "offer_opt_out",
    "disclose_ai",
    "disclose_personalised_price",
    "report_outcome",
    "forward_notice",
)
OWN_PREFIX = "own."
"""Codes of an organisation's own rules begin so, and can never be taken for one of these."""


def effect_of(code: str) -> Effect:
    """Return the effect of a code; an own code that nobody declared is a refusal."""
    return EFFECT_OF.get(code, Effect.DENY)
