"""The answer, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from policies.codes import Effect, effect_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason: a code, the law and article it rests on, and what it is about."""

    code: str
    law: str | None = None
    source: str = ""
    data: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    declared: Effect | None = None
    """The effect that an own rule declares; the closed vocabulary has its own."""

    @property
    def effect(self) -> Effect:
        """How cautious this finding is."""
        return effect_of(self.code) if self.declared is None else self.declared


@dataclass(frozen=True, slots=True)
class Withheld:
    """An item of data that may not be used, and the first code that says why."""

    category: str
    code: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole answer to one question. `findings` begin with the deciding ones."""

    effect: Effect
    findings: tuple[Finding, ...]
    policy: str
    laws: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    permitted: tuple[str, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    valid_until: datetime | None = None
    granted_on: date | None = None
    """The day, where the person is, of the act on which a permit rests; for their sentence."""
