"""What the company's systems asked in thirteen months. Pure: the same day, the same questions."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from config.demo import tables
from config.demo.moments import moment
from config.demo.people import Invented, midnight
from config.demo.tables import Scenario
from policies.identifiers import uuid7_at
from policies.question import RESOURCE_TYPE, DataItem, NamedRecipient, Properties, Question

PER_PERSON = 5
MONTHS = timedelta(days=396)


@dataclass(frozen=True, slots=True)
class Posed:
    """A question about a person, the moment at which it was asked, and the id of its decision."""

    id: UUID
    person: Invented
    question: Question
    caller: str

    @property
    def at(self) -> datetime:
        return self.question.planned_at


def questions(
    people: Sequence[Invented], day: date, keen: Mapping[str, Collection[int]]
) -> list[Posed]:
    """
    Return the questions before `day`, oldest first.

    `keen` tells by purpose the numbers of the people who once allowed it. Some people are asked
    about far more often than others, as loyal customers are.
    """
    rng = Random("alameda questions")  # noqa: S311 (reproducible, not secret)
    return sorted(_posed(rng, people, day, keen), key=lambda one: (one.at, one.id))


def _posed(
    rng: Random, people: Sequence[Invented], day: date, keen: Mapping[str, Collection[int]]
) -> Iterator[Posed]:
    scenarios = tables.scenarios()
    weights = [scenario.weight for scenario in scenarios]
    begin, end = midnight(day) - MONTHS, midnight(day)
    asked = {key: [people[number - 1] for number in sorted(keen[key])] for key in keen}
    for scenario in rng.choices(scenarios, weights, k=PER_PERSON * len(people)):
        favoured = asked.get(scenario.purpose, ()) if rng.randrange(100) < scenario.keen else ()
        among = favoured or people
        person = among[int(len(among) * rng.random() ** 1.7)]
        after = max(begin, person.registered_at + timedelta(hours=1))
        at = moment(rng, scenario.rhythm, after=after, before=end, zone=person.zone)
        at += timedelta(milliseconds=rng.randrange(1_000))
        number = uuid7_at(int(at.timestamp() * 1000), rng.getrandbits(74))
        yield Posed(number, person, _question(rng, scenario, at), scenario.caller)


def _question(rng: Random, scenario: Scenario, at: datetime) -> Question:
    return Question(
        action=scenario.action,
        resource_type=RESOURCE_TYPE,
        purpose=scenario.purpose,
        planned_at=at,
        properties=_properties(scenario),
        channel=rng.choice(scenario.channels) if scenario.channels else None,
        data=tuple(
            DataItem(item.category, item.origin, at.date() - timedelta(rng.randint(0, item.days)))
            for item in scenario.data
        ),
        recipient=NamedRecipient(scenario.recipient) if scenario.recipient else None,
        gpc=scenario.gpc,
        reserve=scenario.reserve,
    )


def _properties(scenario: Scenario) -> Properties:
    return Properties(
        automated=scenario.automated,
        sale=scenario.sale,
        significant_effect=scenario.significant_effect,
        aggregated=scenario.aggregated,
        ai_generated=scenario.ai_generated,
        predicts=scenario.predicts,
        place=scenario.place,
    )
