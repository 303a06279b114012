"""The matter before the engine: question, facts, policy and law, read once for all rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from consent.catalogue import Purpose
from jurisdictions.model import Law
from policies.bundle import ActionRule
from policies.codes import TOPIC
from policies.decision import Finding
from policies.facts import Facts, PersonFacts
from policies.policy import Policy
from policies.question import Question


@dataclass(frozen=True, slots=True)
class Matter:
    """
    What every rule gets: all of it known, none of it missing.

    `laws` is the stack in force for the person on the planned day, the most special one last.
    `zones` are the time zones in which the person may be; `day` is the planned day where they are,
    the latest one where zones differ.
    """

    question: Question
    facts: Facts
    policy: Policy
    purpose: Purpose
    action: ActionRule
    person: PersonFacts
    laws: tuple[Law, ...]
    zones: tuple[ZoneInfo, ...]
    day: date

    @property
    def rests_on_contract(self) -> bool:
        """Whether the purpose is part of the contract under every law of the person."""
        columns = [law.bases_of or law.code for law in self.laws]
        return all(self.purpose.bases.get(column) == "contract" for column in columns)

    def finding(
        self, code: str, *, data: Sequence[str] = (), detail: dict[str, Any] | None = None
    ) -> Finding:
        """Return a finding resting on the most special law of the person that speaks of it."""
        topic = TOPIC.get(code, code)
        for law in reversed(self.laws):
            if source := law.sources.get(topic):
                return Finding(code, law.code, source, tuple(data), detail or {})
        principle = self.policy.bundle.principles.get(topic, "Venia: deny by default")
        return Finding(code, None, principle, tuple(data), detail or {})
