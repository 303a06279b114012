"""What a law pack says, as frozen values. The numbers live in `laws/*.toml`, never here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Unit(StrEnum):
    """How a clock counts. The last three hold no number: the day itself is the date."""

    MONTHS = "months"
    CALENDAR_DAYS = "calendar_days"
    BUSINESS_DAYS = "business_days"
    HOURS = "hours"
    NEXT_CALENDAR_MONTH = "next_calendar_month"
    IMMEDIATE = "immediate"
    WITHOUT_DELAY = "without_delay"
    ANY_TIME = "any_time"

    @property
    def has_length(self) -> bool:
        return self in {self.MONTHS, self.CALENDAR_DAYS, self.BUSINESS_DAYS, self.HOURS}


class Roll(StrEnum):
    """What happens to a last day that is not a working day."""

    NONE = "none"
    NEXT = "next_working_day"
    PREVIOUS = "previous_working_day"


class TransferRule(StrEnum):
    LIST = "list"  # countries named by the authority, the own country always
    NOTICE = "notice"  # any country once the notice names the recipient
    SAFEGUARD = "safeguard"  # only under a safeguard


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well we know a part of a pack: what was read, when, and how sure we are."""

    confidence: Confidence
    basis: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Clock:
    """
    One period of one law.

    `starts` says in words what sets it running. The `prudent_*` members hold the earliest
    arguable reading where it differs: the receipt day as day one, Saturday as a business
    day, another roll. `working_days_within` is the least number of working days that a
    period in hours must hold (Reg. 1182/71 art. 3(5)). `small` names the clock that runs for
    small processing agents instead, None where size changes nothing.
    """

    name: str
    unit: Unit
    length: int
    starts: str
    roll: Roll
    prudent_roll: Roll
    prudent_receipt_day_counts: bool
    prudent_saturday_counts: bool
    working_days_within: int
    waits_for_identity: bool
    pausable: bool
    small: str | None
    statutory: bool
    since: date | None
    source: str
    note: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Right:
    """A right by the statute's name; `contract_rights` is empty where it is none of ours."""

    name: str
    article: str
    contract_rights: tuple[str, ...]
    why_none: str
    clocks: Mapping[str, str]
    free: str
    note: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Authority:
    name: str
    complaint_url: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Consent:
    """The standard of consent; `explicit_data` are Fideslang keys express though not sensitive."""

    tacit_allowed: bool
    explicit_for: frozenset[str]
    explicit_data: frozenset[str]
    validity_months: int | None
    standard: str
    source: str


@dataclass(frozen=True, slots=True)
class Ages:
    """Age in full years from which a person consents alone; None: the law names none."""

    consent: int | None
    sensitive: int | None
    by_country: Mapping[str, int]
    source: str


@dataclass(frozen=True, slots=True)
class Transfers:
    """`certified_only`: countries accepted only for recipients under a certified framework."""

    rule: TransferRule
    countries: frozenset[str]
    certified_only: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Period:
    name: str
    months: int
    source: str


@dataclass(frozen=True, slots=True)
class Blocking:
    """Keep, but neither show nor use, before destruction; `periods` by kind of liability."""

    required: bool
    on: tuple[str, ...]
    until: str
    periods: tuple[Period, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Window:
    """When a person may be addressed: ISO weekdays, from `opens` until just before `closes`."""

    weekdays: frozenset[int]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class ContactHours:
    """Addressing is quiet outside the windows and on the public holidays of `holidays_of`."""

    channels: frozenset[str]
    windows: tuple[Window, ...]
    holidays_of: str
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the law in words, for people: letters, the desk, the pack's page."""

    text: str
    items: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Law:
    """
    One legal text as data. Both validity days are inclusive; `effective_to` None is open.

    A law that is not `complete` grants rights and runs clocks, but decides nothing: a
    policy check under it is indeterminate.
    """

    code: str
    name: str
    country: str
    complete: bool
    parent: str | None
    bases_of: str | None
    effective_from: date
    effective_to: date | None
    source: str
    notes: tuple[str, ...]
    default_calendar: str | None
    calendar_options: Mapping[str, str]
    authority: Authority
    sources: Mapping[str, str]
    silent: Mapping[str, str]
    bases: Mapping[str, str]
    reads: Mapping[str, str]
    consent: Consent
    ages: Ages
    sensitive: frozenset[str]
    transfers: Transfers
    blocking: Blocking
    contact_hours: tuple[ContactHours, ...]
    rules: Mapping[str, Rule]
    clocks: Mapping[str, Clock]
    rights: tuple[Right, ...]
    duties: Mapping[str, str]
    evidence: Mapping[str, Evidence]

    def in_force_on(self, day: date) -> bool:
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def grants(self, right: str) -> bool:
        return any(right in r.contract_rights for r in self.rights)

    def clock_for(self, right: str | None, event: str) -> Clock | None:
        """
        Return the clock of an event, None where the law has none.

        `right` is a contract name, None for the duties that no request starts. Where two
        rights of the statute answer to one contract name, the first listed wins.
        """
        if right is None:
            name = self.duties.get(event)
            return self.clocks[name] if name else None
        for granted in self.rights:
            if right in granted.contract_rights and event in granted.clocks:
                return self.clocks[granted.clocks[event]]
        return None


def consent_age(law: Law, country: str) -> int | None:
    """Return the age from which a person in `country` (ISO 3166-1) consents alone under `law`."""
    return law.ages.by_country.get(country, law.ages.consent)


def accepts_country(law: Law, *, home: str, recipient: str) -> bool:
    """
    Say whether `law` lets data of a person in `home` go to `recipient` without a safeguard.

    Countries where only certified recipients are covered are not accepted here: certification
    belongs to the recipient, see `law.transfers.certified_only`.
    """
    if recipient == home:
        return True
    match law.transfers.rule:
        case TransferRule.NOTICE:
            return True
        case TransferRule.LIST:
            return recipient in law.transfers.countries
        case TransferRule.SAFEGUARD:
            return False
