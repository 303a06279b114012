"""Figures of the desk: what came, what was answered in time, and why it was refused."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth

from rights.models import Clock, RequestedRight


@dataclass(frozen=True, slots=True)
class Rate:
    """How many answers were owed, and how many came by the statutory date."""

    of: str
    answered: int
    in_time: int

    @property
    def percent(self) -> int:
        return round(100 * self.in_time / self.answered) if self.answered else 100


def on_time(by: str, *, since: date) -> list[Rate]:
    """
    Return the on-time rate since a day (inclusive), `by` right, law or month.

    An answer counts as late only after the statutory date.
    """
    met = Clock.objects.filter(ended="met", ended_on__gte=since, event__startswith="answer")
    fields = {"right": F("right__right"), "law": F("law"), "month": TruncMonth("ended_on")}
    rows = (
        met.annotate(of=fields[by])
        .values("of")
        .annotate(
            answered=Count("pk"), good=Count("pk", filter=Q(ended_on__lte=F("statutory_due")))
        )
        .order_by("of")
    )
    return [Rate(_named(row["of"]), row["answered"], row["good"]) for row in rows]


def _named(value: date | str) -> str:
    return f"{value:%Y-%m}" if isinstance(value, date) else value


def refusals(*, since: date) -> Mapping[str, int]:
    """Return how often each ground was used since a day, the most frequent first."""
    rows = RequestedRight.objects.filter(answered_on__gte=since).exclude(ground="")
    grounds: Sequence[str] = list(rows.values_list("ground", flat=True))
    return dict(Counter(grounds).most_common())


def received(*, since: date) -> Mapping[str, int]:
    """Return how many rights were asked for since a day, by right, the most frequent first."""
    rows = RequestedRight.objects.filter(request__received_on__gte=since)
    return dict(Counter(rows.values_list("right", flat=True)).most_common())
