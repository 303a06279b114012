"""What Venia knows when it decides: one consistent reading of the database, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from consent.state import ContactHours, Standing

KNOWN, UNKNOWN, ERASED = "known", "unknown", "erased"


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """The person as far as rules may know: never an identifier."""

    subject_key: int
    life: str
    country: str
    region: str
    locale: str
    time_zone: str
    age_class: int | None
    """The age the person has certainly reached among those that laws name; None: not known."""
    restricted: bool = False
    blocked: bool = False
    erased: bool = False
    paused_until: date | None = None
    contact_hours: ContactHours = field(default_factory=dict)
    removed_guesses: frozenset[str] = frozenset()
    """What the person wants neither worked out nor used, as `act.guess_word` writes it."""


@dataclass(frozen=True, slots=True)
class Circumstance:
    """A fact told by another system, in force from `since` (until `until`, exclusive)."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecipientFacts:
    """A recipient on the register. What a record leaves out has its default here."""

    id: str
    country: str
    role: str
    safeguard: str | None = None
    safeguard_until: date | None = None
    certified: bool = False
    purposes: frozenset[str] = frozenset()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Suspension:
    """A switch that an officer has thrown: `kind` is purpose, action, channel, caller or law."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A human review that the caller refers to."""

    id: str
    status: str
    request_hash: str
    expires_at: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """
    Everything one decision reads besides the question and the policy.

    `at` is the moment of the check (aware). `spends` are the moments for which messages on the
    asked channel are reserved. `subject` is one of KNOWN, UNKNOWN, ERASED.
    """

    at: datetime
    subject: str = UNKNOWN
    person: PersonFacts | None = None
    standings: Mapping[str, Standing] = field(default_factory=dict)
    circumstances: Mapping[str, Circumstance] = field(default_factory=dict)
    spends: tuple[datetime, ...] = ()
    on_exclusion_list: bool = False
    recipient: RecipientFacts | None = None
    assessed: Mapping[str, date] = field(default_factory=dict)
    """Purposes with an approved assessment, and the day on which each expires (inclusive)."""
    suspensions: tuple[Suspension, ...] = ()
    review: ReviewFacts | None = None
    caller: str = ""
