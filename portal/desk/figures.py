"""Figures of the desk, as tables with bars: the numbers are always there in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from consent import figures as consents
from policies import figures as checks
from policies import reviews
from portal.desk.access import Seat, at_desk, page
from portal.phrases import locale, phrase
from rights import figures as counted
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
    since = seat.today - _YEAR
    charts = [
        _rates("right", since),
        _rates("law", since),
        _rates("month", since),
        _counts("received", {say("rights", k, locale()): n for k, n in _received(since).items()}),
        _counts("refusals", counted.refusals(since=since)),
        _opt_in(),
        _counts("checks", checks.by_effect(since=timezone.now() - _QUARTER)),
        _counts("reviews", reviews.override_rate(since=timezone.now() - _QUARTER)),
    ]
    context: dict[str, Any] = {"here": "figures", "charts": charts}
    return page(request, seat, "figures.html", context)


def _received(since: Any) -> Mapping[str, int]:
    return counted.received(since=since)


def _rates(by: str, since: Any) -> Chart:
    bars = []
    for rate in counted.on_time(by, since=since):
        label = say("rights", rate.of, locale()) if by == "right" else rate.of
        value = f"{rate.percent} % ({rate.in_time}/{rate.answered})"
        bars.append(Bar(label, value, rate.percent))
    return Chart(f"on_time_{by}", phrase(f"desk.figures.on_time_{by}"), bars)


def _counts(key: str, counts: Mapping[str, int]) -> Chart:
    most = max(counts.values(), default=0) or 1
    bars = [Bar(name, f"{n}", round(100 * n / most)) for name, n in counts.items()]
    return Chart(key, phrase(f"desk.figures.{key}"), bars)


def _opt_in() -> Chart:
    bars = []
    for purpose, (granted, decided) in consents.opt_in().items():
        percent = round(100 * granted / decided)
        bars.append(Bar(purpose, f"{percent} % ({granted}/{decided})", percent))
    return Chart("opt_in", phrase("desk.figures.opt_in"), bars)
