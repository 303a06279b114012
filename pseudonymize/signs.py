"""Since when people are on record, for retention: moments by inner key, and nothing else."""

from collections.abc import Collection
from datetime import datetime

from pseudonymize.models import Life, Subject


def registered_before(moment: datetime, *, after_key: int, most: int) -> list[tuple[int, datetime]]:
    """
    Return (subject, registration) of active subjects registered before a moment.

    In the order of their keys, from the first after `after_key`, at most `most`.
    """
    rows = Subject.objects.filter(life=Life.ACTIVE, registered_at__lt=moment, pk__gt=after_key)
    found = rows.order_by("pk").values_list("pk", "registered_at")[:most]
    return [(key, at) for key, at in found if at is not None]


def active(subject_keys: Collection[int]) -> set[int]:
    """Return those of some subjects who are neither blocked nor erased."""
    rows = Subject.objects.filter(pk__in=subject_keys, life=Life.ACTIVE)
    return set(rows.values_list("pk", flat=True))
