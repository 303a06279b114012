"""Whether data of somebody were in use lately, for retention: reads decisions, tells none."""

from collections.abc import Collection
from datetime import datetime

from policies.models import DecisionRecord


def used_since(
    subject_keys: Collection[int], *, since: datetime, purposes: Collection[str] | None = None
) -> set[int]:
    """Return those of some subjects about whom something was decided at or after a moment."""
    rows = DecisionRecord.objects.filter(subject_key__in=subject_keys, at__gte=since)
    if purposes is not None:
        rows = rows.filter(purpose__in=purposes)
    return {key for key in rows.values_list("subject_key", flat=True) if key is not None}
