"""What was known of each person at a moment of the past: the facts on which a check then rested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from config.demo.lives import Told
from config.demo.people import Invented
from consent.act import Act
from consent.state import Standing, fold, fold_subject
from policies.facts import KNOWN, Circumstance, Facts, PersonFacts, RecipientFacts, ReviewFacts
from policies.question import Question
from pseudonymize.ages import age_changes_on, age_class, age_class_at
from pseudonymize.thresholds import thresholds

_NEAR = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Registers:
    """What officers had on record, the same at every moment of the demo."""

    recipients: Mapping[str, RecipientFacts]
    assessed: Mapping[str, date]
    also: str  # the purpose that every check reads besides the one it is asked about


@dataclass(slots=True)
class Known:
    """One person as the database holds them. `spent` grows as decisions spend their attention."""

    subject_key: int
    person: Invented
    acts: Sequence[tuple[datetime, Act]]  # with the moment of receipt, oldest first
    told: Sequence[Told]
    spent: list[tuple[str, datetime]] = field(default_factory=list)  # channel, planned for

    def standing(self, purpose: str, at: datetime) -> Standing | None:
        """Return what the projection held at `at` (inclusive); None where no act was known."""
        acts = [act for received, act in self.acts if act.purpose == purpose and received <= at]
        return fold(acts) if acts else None


def facts_at(
    known: Known,
    question: Question,
    registers: Registers,
    *,
    caller: str,
    review: ReviewFacts | None = None,
) -> Facts:
    """Return what a check would have read that asked `question` for its own moment."""
    at, named = question.planned_at, question.recipient
    wanted = {key: known.standing(key, at) for key in (question.purpose, registers.also)}
    return Facts(
        at=at,
        subject=KNOWN,
        person=_person(known, at),
        standings={key: standing for key, standing in wanted.items() if standing},
        circumstances=_circumstances(known, at),
        spends=_spends(known, question),
        recipient=registers.recipients.get(named.id) if named else None,
        assessed=registers.assessed,
        review=review,
        caller=caller,
    )


def _person(known: Known, at: datetime) -> PersonFacts:
    told, registered = known.person.registration, known.person.registered_at.date()
    born, ages = told.birth_date, thresholds()
    at_first = age_class(born, registered, ages) if born else None
    changes = age_changes_on(born, registered, ages) if born else None
    whole = fold_subject(act for received, act in known.acts if not act.purpose and received <= at)
    return PersonFacts(
        subject_key=known.subject_key,
        life="active",
        country=told.country,
        region=told.region,
        locale=told.locale,
        time_zone=told.time_zone,
        age_class=age_class_at(at_first, changes, at.date(), ages),
        restricted=whole.restricted,
        paused_until=whole.paused_until,
        contact_hours=whole.contact_hours,
        removed_guesses=whole.removed_guesses,
    )


def _circumstances(known: Known, at: datetime) -> dict[str, Circumstance]:
    return {
        one.kind: Circumstance(one.since, one.until)
        for one in known.told
        if one.since <= at and not (one.ended_at and one.ended_at <= at)
    }


def _spends(known: Known, question: Question) -> tuple[datetime, ...]:
    planned = question.planned_at
    return tuple(
        moment
        for channel, moment in known.spent
        if channel == question.channel and abs(planned - moment) <= _NEAR
    )
