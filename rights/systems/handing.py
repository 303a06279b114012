"""Hand tasks to the workers; where the broker is down, the next sweep finds them."""

import logging
from collections.abc import Iterable
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from kombu.exceptions import OperationalError

from rights.models import Errand, SystemTask

logger = logging.getLogger(__name__)


def ready() -> QuerySet[SystemTask]:
    """Return the tasks that are not settled and for whose system nothing comes before."""
    earlier = SystemTask.objects.filter(
        errand=OuterRef("errand"), order__lt=OuterRef("order"), settled_at=None
    )
    return SystemTask.objects.filter(~Exists(earlier), settled_at=None)


def hand_over(errand: Errand) -> None:
    """Let workers call the systems whose turn it is, once the transaction has ended."""
    transaction.on_commit(partial(_hand_over, errand.pk))


def call_soon(task_id: int) -> None:
    """Let a worker call one system once the transaction has ended."""
    transaction.on_commit(partial(_send, "drive_task", [task_id]))


def _hand_over(errand_id: int) -> None:
    mine = ready().filter(errand=errand_id)
    fresh = mine.filter(state="waiting", attempts=0)
    _send("drive_task", fresh.values_list("pk", flat=True))
    if not mine.exists():
        _send("continue_errand", [errand_id])


def _send(task: str, numbers: Iterable[int]) -> None:
    try:
        for number in numbers:
            current_app.send_task(f"rights.tasks.{task}", [number], retry=False)
    except OperationalError:
        logger.warning("rights.errand.broker_down: its systems wait for the next sweep")
