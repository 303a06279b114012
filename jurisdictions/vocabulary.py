"""The closed vocabularies of the public contract that law packs must use."""

RIGHTS = frozenset(
    [
        "access",
        "confirmation",
        "rectification",
        "erasure",
        "objection",
        "restriction",
        "portability",
        "automated_decision_review",
        "consent_withdrawal",
        "sharing_information",
        "refusal_information",
        "proof_of_authorisation",
        "use_limitation",
        "anonymisation",
    ]
)
RIGHT_EVENTS = frozenset(
    [
        "answer",
        "answer_simplified",
        "answer_extended",
        "extension_notice",
        "execution",
        "execution_extended",
        "ask_missing_information",
        "supply_missing_information",
        "answer_after_completion",
        "abandonment",
        "acknowledgement",
        "mark_disputed",
        "notify_recipients",
        "blocking",
        "complaint_to_authority",
        "next_free_access",
    ]
)
DUTY_EVENTS = frozenset({"breach_authority", "breach_subjects", "dpo_notice"})
EVENTS = RIGHT_EVENTS | DUTY_EVENTS
TOPICS = frozenset(
    [
        "consent",
        "explicit_consent",
        "tacit_consent",
        "contract",
        "legal_obligation",
        "legitimate_interest",
        "withdrawal",
        "objection",
        "marketing",
        "minors",
        "sensitive",
        "transfers",
        "automated_decisions",
        "purpose_limitation",
        "minimisation",
        "storage_limitation",
        "transparency",
        "restriction",
        "erasure",
        "blocking",
        "exclusion_lists",
        "contact_hours",
        "granularity",
        "proof",
        "fairness",
        "security",
        "dpia",
    ]
)
BASES = frozenset(
    [
        "consent",
        "explicit_consent",
        "tacit_consent",
        "contract",
        "legal_obligation",
        "legitimate_interest",
    ]
)
EXPLICIT_KINDS = frozenset({"sensitive", "children", "financial"})
CHANNELS = (
    "web",
    "app",
    "push",
    "email",
    "sms",
    "whatsapp",
    "phone",
    "chat",
    "social",
    "device",
    "in_store",
    "postal",
)
