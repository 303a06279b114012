"""Reads erasures. Never writes."""

from django.db.models import F, QuerySet

from rights.erasure import words
from rights.models import Erasure, RequestedRight


def running() -> QuerySet[Erasure]:
    """Return the erasures that are not over with their rights; held ones first, then as due."""
    rows = Erasure.objects.filter(ended_at=None).prefetch_related("asked__right")
    return rows.order_by(F("held_at").asc(nulls_last=True), "due_at", "pk")


def one_running(number: int) -> Erasure | None:
    """Return an erasure that is not over, or None."""
    return Erasure.objects.filter(pk=number, ended_at=None).first()


def begun_for(request_number: int) -> RequestedRight | None:
    """Return the right of a request that an erasure carries out, with both; None without one."""
    rows = RequestedRight.objects.select_related("request", "erasure__erasure")
    found = rows.filter(request_id=request_number, right=words.RIGHT, erasure__isnull=False)
    return found.first()
