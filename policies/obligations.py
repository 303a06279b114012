"""What a caller must do with a permit."""

from collections.abc import Iterable

from jurisdictions.model import TransferRule
from policies.bundle import ObligationRule
from policies.decision import Finding
from policies.matter import Matter
from policies.rules.data import Coverage

_EXPLAINED = frozenset({"consent", "explicit_consent", "tacit_consent", "legitimate_interest"})


def obligations(matter: Matter, findings: Iterable[Finding], coverage: Coverage) -> tuple[str, ...]:
    """Return the obligations of a permit that rests on `findings`, in a fixed order."""
    asked = matter.question
    follows = {
        "limit_data": bool(coverage.withheld),
        "explain": any(finding.code in _EXPLAINED for finding in findings),
        "report_outcome": asked.reserve,
        "forward_notice": _forwards_notice(matter),
        "disclose_ai": asked.properties.ai_generated,
    }
    for name, rule in matter.policy.bundle.obligations.items():
        follows[name] = follows.get(name, False) or _applies(rule, matter)
    return tuple(sorted(name for name, is_due in follows.items() if is_due))


def _applies(rule: ObligationRule, matter: Matter) -> bool:
    by_action = rule.actions is None or matter.question.action in rule.actions
    by_purpose = rule.purposes is None or matter.purpose.key in rule.purposes
    return by_action and by_purpose


def _forwards_notice(matter: Matter) -> bool:
    """Mexican data travel with the notice they were given under (LFPDPPP 2025 art. 35)."""
    shared = matter.action.shares or matter.question.recipient is not None
    return shared and any(law.transfers.rule is TransferRule.NOTICE for law in matter.laws)
