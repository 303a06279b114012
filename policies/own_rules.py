"""
Rules of an organisation's own, in CEL (Common Expression Language).

Conditions are type-checked when a bundle is published, read only what they are handed, and do no
I/O. One that cannot be evaluated counts as the cautious answer.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cel_expr_python import cel

from policies.bundle import OwnResource, OwnRule
from policies.codes import Effect
from policies.decision import Decision, Finding
from policies.matter import Matter
from policies.policy import CompiledResource, CompiledRule, Inputs, Policy

MOST_NESTING = 12

_TEXTS = cel.Type.List(cel.Type.STRING)
_ENTITY = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
PURPOSE_INPUTS = {
    "purpose": cel.Type.STRING,
    "action": cel.Type.STRING,
    "channel": cel.Type.STRING,
    "country": cel.Type.STRING,
    "recipient": cel.Type.STRING,
    "predicts": cel.Type.STRING,
    "place": cel.Type.STRING,
    "automated": cel.Type.BOOL,
    "sale": cel.Type.BOOL,
    "significant_effect": cel.Type.BOOL,
    "aggregated": cel.Type.BOOL,
    "ai_generated": cel.Type.BOOL,
    "gpc": cel.Type.BOOL,
    "age": cel.Type.INT,
    "hour": cel.Type.INT,
    "weekday": cel.Type.INT,
    "data": _TEXTS,
    "origins": _TEXTS,
    "circumstances": _TEXTS,
    "laws": _TEXTS,
}
RESOURCE_INPUTS = dict.fromkeys(("subject", "action", "resource", "context"), _ENTITY)


class RuleRejected(Exception):
    """An own rule cannot be used; the message says why."""

    code = "own_rule_rejected"

    def __init__(self, rule: OwnRule, why: str) -> None:
        self.rule = rule
        super().__init__(f"Rule {rule.id!r}: {why}")


def compiled(rule: OwnRule, inputs: Mapping[str, cel.Type]) -> CompiledRule:
    """
    Type-check and compile one rule.

    :raises RuleRejected: nested too deeply, ill-typed, an unknown name, or no truth value.
    """
    if _depth(rule.when) > MOST_NESTING:
        raise RuleRejected(rule, f"nested deeper than {MOST_NESTING}. Split it into two rules.")
    environment = cel.NewEnv(variables=dict(inputs))
    try:
        expression = environment.compile(rule.when)
    except RuntimeError as error:
        raise RuleRejected(rule, f"{error}. Correct the condition.") from None
    if expression.return_type() != cel.Type.BOOL:
        raise RuleRejected(rule, "the condition must be true or false. Compare with something.")
    return CompiledRule(rule, _evaluator(expression))


def compiled_resource(resource: OwnResource) -> CompiledResource:
    """Compile the rules of a resource type. :raises RuleRejected: as `compiled`."""
    rules = tuple(compiled(rule, RESOURCE_INPUTS) for rule in resource.rules)
    return CompiledResource(resource, rules)


def vetoes(matter: Matter) -> list[Finding]:
    """Return what the own rules on purposes add: never a permit."""
    if not matter.policy.own_rules:
        return []
    inputs = _purpose_inputs(matter)
    return [
        _finding(compiled_rule.rule)
        for compiled_rule in matter.policy.own_rules
        if compiled_rule.holds(inputs) is not False
    ]


def decide(resource_type: str, inputs: Inputs, policy: Policy) -> Decision:
    """
    Decide by own rules alone for a resource type of the organisation's own.

    A refusal outranks a permit; nothing permits unless a rule does; a permit that cannot be
    evaluated does not count, a refusal that cannot be evaluated does.
    """
    found = [
        _finding(candidate.rule)
        for candidate in policy.resources[resource_type].rules
        if _counts(candidate, inputs)
    ]
    nobody = Finding("own.no_rule_permits", source="policy bundle", declared=Effect.DENY)
    ordered = sorted(found or [nobody], key=lambda finding: finding.effect, reverse=True)
    return Decision(ordered[0].effect, tuple(ordered), policy.version)


def _counts(candidate: CompiledRule, inputs: Inputs) -> bool:
    holds = candidate.holds(inputs)
    return bool(holds) if candidate.rule.effect == "permit" else holds is not False


def _finding(rule: OwnRule) -> Finding:
    effect = Effect[rule.effect.upper()]
    return Finding(rule.code, None, rule.source, detail={"rule": rule.id}, declared=effect)


def _evaluator(expression: cel.Expression) -> Callable[[Inputs], bool | None]:
    def holds(inputs: Inputs) -> bool | None:
        value = expression.eval(data=dict(inputs))
        answer = value.value()
        return answer if isinstance(answer, bool) else None

    return holds


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _purpose_inputs(matter: Matter) -> dict[str, Any]:
    asked, properties = matter.question, matter.question.properties
    local = asked.planned_at.astimezone(matter.zones[0])
    age = matter.person.age_class
    return {
        "purpose": asked.purpose,
        "action": asked.action,
        "channel": asked.channel or "",
        "country": matter.person.country,
        "recipient": asked.recipient.id if asked.recipient else "",
        "predicts": properties.predicts or "",
        "place": properties.place or "",
        "automated": properties.automated,
        "sale": properties.sale,
        "significant_effect": properties.significant_effect,
        "aggregated": properties.aggregated,
        "ai_generated": properties.ai_generated,
        "gpc": asked.gpc,
        "age": -1 if age is None else age,
        "hour": local.hour,
        "weekday": local.isoweekday(),
        "data": [item.category for item in asked.data],
        "origins": [item.origin or "" for item in asked.data],
        "circumstances": sorted(matter.facts.circumstances),
        "laws": [law.code for law in matter.laws],
    }
