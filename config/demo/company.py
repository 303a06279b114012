"""Puts Grupo Alameda on record, once, in one transaction: all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from msgspec.structs import asdict

from audit import operations as audit
from audit import queries as trail
from config.demo import decisions, requests, tables
from config.demo.acts import acts_of
from config.demo.lives import circumstances_of
from config.demo.memory import Known, Registers
from config.demo.people import PEOPLE, YEARS, Invented, midnight, people
from config.demo.questions import MONTHS, questions
from consent import circumstances, histories
from consent import queries as consent
from consent.act import Kind
from policies import partitions, queries, registers
from policies.facts import RecipientFacts
from pseudonymize.arrivals import Arrival, register_new

ACTOR, OFFICER = "system", "user:dpo"
LOADED = "demo.loaded"
_ASSESSED_FOR = timedelta(days=365)
_CALLERS = {
    "shop": "Alameda Tienda: web y app",
    "campaigns": "Alameda Tienda: campañas",
    "telecoms": "Alameda Telecom",
    "insurance": "Alameda Seguros",
    "care": "Atención al cliente",
    "analytics": "Análisis",
}


class PeopleOfItsOwn(Exception):
    """An installation with people of its own is no place for invented ones."""

    code = "people_of_its_own"

    def __init__(self) -> None:
        super().__init__(
            "This installation has people of its own, so the demo company stays out. "
            "Set DEMO=0, or try the demo with another VENIA_DATA."
        )


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much was put on record."""

    people: int
    acts: int
    decisions: int


@transaction.atomic
def load(*, at: datetime, count: int = PEOPLE) -> Loaded | None:
    """
    Load the first `count` people with all that happened before the day of `at`; None when loaded.

    Deterministic for a given day, except for what must be secret: ids, keys and seals.

    :raises PeopleOfItsOwn: when somebody else is registered here.
    """
    if is_loaded():
        return None
    if trail.is_recorded("subject.registered"):
        raise PeopleOfItsOwn
    day = at.date()
    partitions.ensure((midnight(day) - MONTHS).date(), months=14)
    policy = queries.policy(queries.active_name(at=at), consent.catalogue_version())
    kept = _keep_registers(day, also=policy.bundle.ai_purpose)
    known = _settle(people(day, count=count), day)
    company = decisions.Company(
        known={one.person.number: one for one in known},
        registers=kept,
        callers=_issue_keys(midnight(day) - YEARS),
        policy=policy,
        end=midnight(day),
    )
    posed = questions([one.person for one in known], day, _keen(known))
    made = decisions.make(posed, company)
    acts = sum(len(one.acts) for one in known)
    requests.settle(known, day)
    counts = {"people": len(known), "acts": acts, "decisions": made}
    audit.record(LOADED, actor=ACTOR, at=at, details=counts)
    return Loaded(**counts)


def is_loaded() -> bool:
    """Return whether the company is on record here."""
    return trail.is_recorded(LOADED)


def _keep_registers(day: date, *, also: str) -> Registers:
    """Record recipients and assessments as of the first day; return what checks read of them."""
    begin, expires_on = midnight(day) - YEARS, day + _ASSESSED_FOR
    for recipient in tables.recipients():
        entry = registers.RecipientEntry(**asdict(recipient))
        registers.record_recipient(entry, actor=OFFICER, at=begin)
    for assessment in tables.assessments():
        record = registers.AssessmentEntry(
            **asdict(assessment),
            expires_on=expires_on,
            approved_by=OFFICER,
            approved_on=begin.date(),
        )
        registers.record_assessment(record, actor=OFFICER, at=begin)
    return Registers(
        recipients={row.key: recipient_facts(row) for row in tables.recipients()},
        assessed={row.purpose: expires_on for row in tables.assessments()},
        also=also,
    )


def recipient_facts(row: tables.Recipient) -> RecipientFacts:
    """Return what a check reads of an entry of the register."""
    return RecipientFacts(
        id=row.key,
        country=row.country,
        role=row.role,
        name=row.name,
        safeguard=row.safeguard or None,
        safeguard_until=row.safeguard_until,
        certified=False,
        purposes=frozenset(row.purposes),
    )


def _settle(invented: Sequence[Invented], day: date) -> list[Known]:
    """Register people with their acts and circumstances; return what is known of each, in order."""
    arrivals = [Arrival(one.registration, one.registered_at) for one in invented]
    keys = [registered.subject_key for registered in register_new(arrivals, actor=ACTOR)]
    purposes = consent.purposes()
    begun = histories.begin(
        {key: acts_of(one, day, purposes) for key, one in zip(keys, invented, strict=True)}
    )
    known = [
        Known(
            subject_key=key,
            person=one,
            acts=[(draft.row["recorded_at"], draft.act) for draft in begun[key]],
            told=circumstances_of(one, day),
        )
        for key, one in zip(keys, invented, strict=True)
    ]
    for one in known:
        _tell(one)
    return known


def _tell(known: Known) -> None:
    for one in known.told:
        since, until = one.since, one.until
        circumstances.set_circumstance(
            known.subject_key, one.kind, since=since, until=until, caller=ACTOR, at=since
        )
        if one.ended_at:
            circumstances.end_circumstance(
                known.subject_key, one.kind, caller=ACTOR, at=one.ended_at
            )


def _keen(known: Sequence[Known]) -> Mapping[str, set[int]]:
    """Return by purpose the numbers of the people who once allowed it."""
    found: dict[str, set[int]] = {}
    for one in known:
        for _, act in one.acts:
            if act.kind is Kind.GRANTED:
                found.setdefault(act.purpose, set()).add(one.person.number)
    return found


def _issue_keys(at: datetime) -> dict[str, str]:
    """Return by caller the public half of its key. Nobody holds the secret half."""
    return {
        name: audit.issue_key(words, scopes={"policies:check"}, actor=OFFICER, at=at).kid
        for name, words in _CALLERS.items()
    }
