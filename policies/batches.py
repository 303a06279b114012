"""How the items of one batch bear on each other. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from policies.codes import Effect
from policies.decision import Decision


@dataclass(frozen=True, slots=True)
class Semantic:
    """How a batch is carried out: AuthZEN 1.0 section 7.1.2, and our `all_required`."""

    evaluations: str = "execute_all"
    all_required: bool = False


def ends(semantic: Semantic, decision: Decision) -> bool:
    """Return whether a batch stops after `decision`; that one is the last answered."""
    permits = decision.effect is Effect.PERMIT
    match semantic.evaluations:
        case "deny_on_first_deny":
            return not permits
        case "permit_on_first_permit":
            return permits
    return False


def as_one(decisions: Sequence[Decision]) -> list[Decision]:
    """
    Make one action of all items: permitted only when every one permits.

    Otherwise each item carries the strictest effect and its reasons, with the number of the item
    (from 0) that they come from.
    """
    strictest = max(decision.effect for decision in decisions)
    if strictest is Effect.PERMIT:
        return list(decisions)
    return [_with_others(index, decisions, strictest) for index in range(len(decisions))]


def _with_others(index: int, decisions: Sequence[Decision], strictest: Effect) -> Decision:
    own = decisions[index]
    if own.effect is strictest:
        return own
    others = tuple(
        replace(finding, detail={**finding.detail, "item": number})
        for number, decision in enumerate(decisions)
        if number != index
        for finding in decision.findings
        if finding.effect is strictest
    )
    return replace(own, effect=strictest, findings=(*others, *own.findings), obligations=())
