"""A policy ready to decide with: the merged bundle, compiled, and the purposes it governs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from consent.catalogue import Purpose
from policies.bundle import Complete, OwnResource, OwnRule
from policies.proxies import ProxyIndex

Inputs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """An own rule whose condition is checked and compiled. `holds` never raises."""

    rule: OwnRule
    holds: Callable[[Inputs], bool | None]
    """None: the condition could not be evaluated; the caller must be cautious."""


@dataclass(frozen=True, slots=True)
class CompiledResource:
    """A resource type governed by own rules."""

    resource: OwnResource
    rules: tuple[CompiledRule, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything about the rules that one decision reads."""

    version: str
    bundle: Complete
    proxies: ProxyIndex
    purposes: Mapping[str, Purpose]
    own_rules: tuple[CompiledRule, ...] = ()
    resources: Mapping[str, CompiledResource] = field(default_factory=dict)
