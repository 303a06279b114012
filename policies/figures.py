"""How many checks were made, and how they ended."""

from datetime import datetime

from django.db.models import Count

from policies.codes import Effect
from policies.models import DecisionRecord


def by_effect(*, since: datetime) -> dict[str, int]:
    """Return how many decisions since `since` (inclusive) had each effect, by its name."""
    rows = DecisionRecord.objects.filter(at__gte=since).values("effect").annotate(count=Count("id"))
    found = {row["effect"]: row["count"] for row in rows}
    return {effect.name.lower(): found.get(effect.value, 0) for effect in Effect}
