"""Figures of the desk, as tables with bars: the numbers are always there in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from consent import figures as consents
from jurisdictions.load import laws as packs
from policies import figures as checks
from policies import reviews
from portal import words
from portal.desk.access import Seat, at_desk, page
from portal.phrases import locale, phrase
from rights import figures as counted
from rights import grounds
from rights.words import say

_YEAR, _QUARTER = timedelta(days=365), timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: `width` runs from 0 to 100."""

    label: str
    value: str
    width: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, with its title and rows."""

    key: str
    title: str
    bars: list[Bar]


@require_safe
@at_desk
def figures(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show how the office does, over the last year; checks over the last ninety days."""
    since, quarter = seat.today - _YEAR, timezone.now() - _QUARTER
    charts = [
        _rates("right", since),
        _rates("law", since),
        _rates("month", since),
        _counts("received", counted.received(since=since), _right),
        _counts("refusals", counted.refusals(since=since), _ground),
        _opt_in(),
        _counts("checks", checks.by_effect(since=quarter), _effect),
        _counts("reviews", reviews.override_rate(since=quarter), _verdict),
    ]
    context: dict[str, Any] = {"here": "figures", "charts": charts}
    return page(request, seat, "figures.html", context)


def _rates(by: str, since: date) -> Chart:
    named = {"right": _right, "law": _law, "month": _month}[by]
    bars = []
    for rate in counted.on_time(by, since=since):
        value = f"{rate.percent} % ({rate.in_time}/{rate.answered})"
        bars.append(Bar(named(rate.of), value, rate.percent))
    return Chart(f"on_time_{by}", phrase(f"desk.figures.on_time_{by}"), bars)


def _counts(key: str, counts: Mapping[str, int], named: Callable[[str], str]) -> Chart:
    most = max(counts.values(), default=0) or 1
    bars = [Bar(named(name), f"{n}", round(100 * n / most)) for name, n in counts.items()]
    return Chart(key, phrase(f"desk.figures.{key}"), bars if any(counts.values()) else [])


def _opt_in() -> Chart:
    bars = []
    for purpose, (granted, decided) in consents.opt_in().items():
        percent = round(100 * granted / decided)
        bars.append(Bar(words.purpose(purpose), f"{percent} % ({granted}/{decided})", percent))
    bars.sort(key=lambda bar: -bar.width)
    return Chart("opt_in", phrase("desk.figures.opt_in"), bars)


def _right(key: str) -> str:
    return words.beginning(say("rights", key, locale()))


def _law(code: str) -> str:
    return packs()[code].name


def _month(text: str) -> str:
    return words.beginning(date_format(date.fromisoformat(f"{text}-01"), "F Y"))


def _ground(key: str) -> str:
    return words.beginning(grounds.in_words(key, locale()))


def _effect(word: str) -> str:
    return phrase(f"desk.effects.{word}")


def _verdict(word: str) -> str:
    return phrase(f"desk.verdicts.{word}")
