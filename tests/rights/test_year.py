"""A year of two thousand requests with a moving clock, counted again by somebody else."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from rights import figures, operations, queries
from rights.models import Clock, RequestedRight
from rights.operations import NewRequest
from tests.rights import independent
from tests.rights.requests import by

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 1, 2), date(2026, 12, 31)
REQUESTS = 2_000
PLACES = (("ES", ""), ("ES", "AN"), ("ES", "MD"), ("BR", ""), ("MX", ""), ("CO", ""), ("AR", ""))
RIGHTS = ("access", "erasure", "rectification")
DUTIES = {"AR": "mark_disputed", "CO": "mark_disputed", "CL": "acknowledgement"}
EXTENDING = {"ES", "MX", "CO"}
_LATE, _EXTENDED = 0.03, 0.15


@dataclass
class Wish:
    """One right somebody asks for, and how the office will treat it."""

    country: str
    region: str
    right: str
    received: date
    extended: bool
    late: bool
    pk: int = 0

    @property
    def due(self) -> date:
        return independent.due(
            self.country, self.region, self.right, self.received, extended=self.extended
        )


def wishes(chance: random.Random) -> list[Wish]:
    days = (LAST - FIRST).days
    found = []
    for _ in range(REQUESTS):
        country, region = chance.choice((*PLACES, ("CL", "")))
        received = FIRST + timedelta(days=chance.randrange(days))
        extended = country in EXTENDING and chance.random() < _EXTENDED
        late = chance.random() < _LATE
        found.append(Wish(country, region, chance.choice(RIGHTS), received, extended, late))
    return found


def opened(wish: Wish) -> int:
    region = f"{wish.country}-{wish.region}" if wish.region else ""
    new = NewRequest(rights=[wish.right], country=wish.country, region=region, identity="document")
    request = operations.open_request(new, by(wish.received.isoformat(), ""))
    return request.rights.values_list("pk", flat=True).get()


def plan(all_wishes: list[Wish], chance: random.Random) -> dict[date, list[tuple[str, Wish]]]:
    """Return what happens on each day, by the independent count alone."""
    acts: dict[date, list[tuple[str, Wish]]] = defaultdict(list)
    for wish in all_wishes:
        acts[wish.received].append(("open", wish))
        if wish.extended:
            first = independent.due(
                wish.country, wish.region, wish.right, wish.received, extended=False
            )
            early = chance.randrange((first - wish.received).days)
            acts[wish.received + timedelta(days=early)].append(("extend", wish))
        answered = wish.due + timedelta(days=1) if wish.late else wish.due
        acts[answered].append(("answer", wish))
    return acts


def act(name: str, wish: Wish, day: date) -> None:
    on = by(day.isoformat(), "Many systems." if name == "extend" else "")
    match name:
        case "open":
            wish.pk = opened(wish)
            if duty := DUTIES.get(wish.country):
                operations.mark(wish.pk, duty, on)
        case "extend":
            operations.extend(wish.pk, on)
        case "answer":
            operations.answer(wish.pk, "granted", on)


def test_a_year_in_which_no_statutory_date_is_missed_or_miscounted() -> None:
    chance = random.Random(2026)
    asked = wishes(chance)
    acts = plan(asked, chance)
    for day in sorted(acts):
        for name, wish in acts[day]:
            act(name, wish, day)
        late = set(queries.overdue(on=day).exclude(state="answered").values_list("pk", flat=True))
        known = {wish.pk for wish in asked if wish.pk and wish.late and wish.due < day}
        assert late <= known, day

    counted = {
        clock.right_id: clock
        for clock in Clock.objects.filter(event__startswith="answer").order_by("pk")
    }
    wrong = [w for w in asked if counted[w.pk].statutory_due != w.due]
    assert wrong == []
    assert all(clock.prudent_due <= clock.statutory_due for clock in counted.values())
    assert RequestedRight.objects.filter(outcome="granted").count() == REQUESTS
    rates = figures.on_time("right", since=FIRST)
    assert sum(rate.answered - rate.in_time for rate in rates) == sum(w.late for w in asked)
    assert sum(rate.answered for rate in rates) == REQUESTS
