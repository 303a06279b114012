"""A system that keeps silent is told to the desk, and is called again all the same."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from rights.casework.events import Acting
from rights.models import SystemTask
from rights.systems import holding
from rights.systems.registry import system_of

logger = logging.getLogger(__name__)


def escalate_silent(*, at: datetime) -> int:
    """Escalate the tasks that have waited beyond their system's patience; returns how many."""
    rows = SystemTask.objects.filter(
        settled_at=None, escalated_at=None, first_tried_at__isnull=False
    )
    return sum(
        escalate(number, at=at)
        for number, key, since in rows.values_list("pk", "system", "first_tried_at")
        if since is not None and since + timedelta(hours=system_of(key).patience_hours) <= at
    )


@transaction.atomic
def escalate(task_id: int, *, at: datetime) -> bool:
    """Put a task on the desk, once; returns whether it was not there before."""
    errand_id = SystemTask.objects.values_list("errand_id", flat=True).get(pk=task_id)
    errand = holding.held(errand_id)
    rows = SystemTask.objects.filter(pk=task_id, escalated_at=None, settled_at=None)
    if not rows.update(escalated_at=at):
        return False
    task = SystemTask.objects.get(pk=task_id)
    logger.warning("rights.task.escalated task=%s system=%s", task_id, task.system)
    details = {"system": task.system, "trouble": task.trouble, "attempts": task.attempts}
    holding.note(errand, "errand.escalated", Acting("system", at), details=details)
    return True
