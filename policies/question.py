"""What a caller asks, as plain values: known members only, already checked for shape."""

from dataclasses import dataclass, field
from datetime import date, datetime

RESOURCE_TYPE = "purpose"
SUBJECT_TYPE = "data_subject"
WITHHELD_WORD = "withheld"
"""Stands in a record for a word that would itself tell a secret. Never harmless, always refused."""


@dataclass(frozen=True, slots=True)
class DataItem:
    """One kind of data that the caller wants to use."""

    category: str
    origin: str | None = None
    collected_at: date | None = None
    collected_for: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class NamedRecipient:
    """The recipient as the caller describes it."""

    id: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of an action that rules read."""

    automated: bool = False
    sale: bool = False
    significant_effect: bool = False
    aggregated: bool = False
    ai_generated: bool = False
    predicts: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """
    One policy check.

    `planned_at` is aware: the moment for which law, hours, expiry and frequency are judged.
    `data` None asks about the purpose alone; an empty tuple is the same.
    """

    action: str
    resource_type: str
    purpose: str
    planned_at: datetime
    properties: Properties = field(default_factory=Properties)
    channel: str | None = None
    data: tuple[DataItem, ...] = ()
    recipient: NamedRecipient | None = None
    region: str | None = None
    gpc: bool = False
    reserve: bool = False
    review: str | None = None
    supported_obligations: frozenset[str] | None = None

    def at(self, moment: datetime) -> "Question":
        """Return the same question, planned for another moment (aware)."""
        return Question(
            self.action,
            self.resource_type,
            self.purpose,
            moment,
            self.properties,
            self.channel,
            self.data,
            self.recipient,
            self.region,
            self.gpc,
            self.reserve,
            self.review,
            self.supported_obligations,
        )
