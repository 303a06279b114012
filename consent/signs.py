"""When people last acted, for retention: moments by inner key, and nothing of what they said."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max

from consent.models import ConsentEvent


def quiet_since(
    purpose: str, *, before: datetime, after_key: int, most: int
) -> list[tuple[int, datetime]]:
    """
    Return (subject, last act on `purpose`) of those whose last one lies before a moment.

    In the order of their keys, from the first after `after_key`, at most `most`.
    """
    rows = ConsentEvent.objects.filter(purpose=purpose, subject_id__gt=after_key)
    last = rows.values("subject_id").annotate(last=Max("acted_at")).filter(last__lt=before)
    return list(last.order_by("subject_id").values_list("subject_id", "last")[:most])


def acted_since(subject_keys: Collection[int], *, since: datetime) -> set[int]:
    """Return those of some subjects who acted at or after a moment, on whatever purpose."""
    rows = ConsentEvent.objects.filter(subject_id__in=subject_keys, acted_at__gte=since)
    return set(rows.values_list("subject_id", flat=True))


def last_acts(subject_key: int) -> dict[str, datetime]:
    """Return the moment of a subject's last act on each purpose on which they acted."""
    rows = ConsentEvent.objects.filter(subject_id=subject_key).exclude(purpose="")
    return dict(rows.values_list("purpose").annotate(last=Max("acted_at")))
