"""What is kept of decisions: the records for some months, then each day's counts."""

import hashlib
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet

from audit import operations as audit
from policies import partitions
from policies.models import DecisionDigest, DecisionRecord


class TextsMissing(Exception):
    """Records of a day name a form that is not stored: somebody removed it, or a restore did."""

    code = "texts_missing"

    def __init__(self, day: date) -> None:
        super().__init__(
            f"Decisions of {day} have lost their texts. Bring the rows of policies_form of that "
            "month back from a backup; until then none of that month's decisions is dropped."
        )


@transaction.atomic
def digest_day(day: date, *, at: datetime) -> int:
    """
    Count the decisions of a UTC day and put the digest of them into the audit trail; once.

    The digest covers each record's id and answer in order, so that a later change shows.
    Returns how many decisions there were; a day that was counted before is left as it is.

    :raises TextsMissing: a decision cannot be read whole; nothing is counted then.
    """
    if DecisionDigest.objects.filter(day=day).exists():
        return 0
    hashed, counts = hashlib.sha256(), Counter[tuple[str, str, int]]()
    codes: dict[tuple[str, str, int], Counter[str]] = {}
    for row in _records_of(day).iterator(chunk_size=2_000):
        if row.answer is None:
            raise TextsMissing(day)
        group = (row.purpose, row.action, row.effect)
        counts[group] += 1
        first = row.answer["reasons"][0]["code"] if row.answer["reasons"] else ""
        codes.setdefault(group, Counter())[first] += 1
        hashed.update(row.id.bytes + row.answer["effect"].encode() + first.encode())
    DecisionDigest.objects.bulk_create(
        DecisionDigest(
            day=day, purpose=purpose, action=action, effect=effect, codes=codes[group], count=count
        )
        for group, count in counts.items()
        for purpose, action, effect in [group]
    )
    total = counts.total()
    details = {"day": day.isoformat(), "count": total, "sha256": hashed.hexdigest()}
    if total:
        audit.record("decisions.digest", actor="system", at=at, details=details)
    return total


def keep_house(*, months: int, at: datetime) -> int:
    """
    Make the coming months, count the past days, and drop the months past their term.

    A month is dropped whole, `months` after it ended, and only after each of its days was
    counted. Returns how many months were dropped. Safe to repeat.
    """
    today = at.date()
    partitions.ensure(today, months=3)
    first_kept = partitions.month_after(today, -months)
    oldest = DecisionRecord.objects.order_by("at").values_list("at", flat=True).first()
    day = oldest.date() if oldest else today
    while day < today:
        digest_day(day, at=at)
        day += timedelta(days=1)
    dropped, month = 0, partitions.month_after(oldest.date(), 0) if oldest else first_kept
    while month < first_kept:
        dropped += partitions.drop(month)
        month = partitions.month_after(month, 1)
    return dropped


def _records_of(day: date) -> QuerySet[DecisionRecord]:
    start = datetime.combine(day, time(), tzinfo=UTC)
    rows = DecisionRecord.objects.filter(at__gte=start, at__lt=start + timedelta(days=1))
    return rows.order_by("id")
