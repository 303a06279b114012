"""A system has answered; with the last one the errand is settled and its right goes on."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pseudonymize import envelopes
from rights import execution
from rights.casework.events import Acting
from rights.models import Errand, SystemTask
from rights.systems import handing, holding
from rights.systems.protocol import Settled


class TaskUnknown(Exception):
    """There is no such task."""

    code = "task_unknown"

    def __init__(self) -> None:
        super().__init__("No such task. Use the id that stood in the call.")


def settle(task_id: int, answer: Settled, by: Acting, *, way: str) -> bool:
    """
    Record a system's answer; the first one counts. Returns whether this was it.

    `way` says how it came: answered, callback, polled or person. An answer after an escalation
    is as good as any other.
    """
    first = _settle(task_id, answer, by, way)
    errand_id = SystemTask.objects.values_list("errand_id", flat=True).get(pk=task_id)
    continue_errand(errand_id, by)
    return first


@transaction.atomic
def _settle(task_id: int, answer: Settled, by: Acting, way: str) -> bool:
    errand = _errand_of(task_id)
    task = SystemTask.objects.select_for_update(no_key=True).get(pk=task_id)
    if task.settled_at is not None:
        return False
    task.result = _sealed(errand, task, answer.report)
    task.state, task.outcome = "done", answer.outcome
    task.settled_at, task.settled_by = by.at, by.actor
    task.due_at, task.claimed_until, task.claim, task.trouble = None, None, "", ""
    task.save()
    details = {
        "system": task.system,
        "outcome": task.outcome,
        "way": way,
        "late": task.escalated_at is not None,
    }
    holding.note(errand, "errand.system_settled", by, details=details)
    _perhaps_settle(errand, by)
    return True


def _errand_of(task_id: int) -> Errand:
    found = SystemTask.objects.filter(pk=task_id).values_list("errand_id", flat=True).first()
    if found is None:
        raise TaskUnknown
    return holding.held(found)


def _perhaps_settle(errand: Errand, by: Acting) -> None:
    if errand.tasks.filter(settled_at=None).exists():
        handing.hand_over(errand)
        return
    errand.settled_at = by.at
    errand.save(update_fields=["settled_at"])
    holding.note(errand, "errand.settled", Acting("system", by.at))


@transaction.atomic
def continue_errand(errand_id: int, by: Acting) -> bool:
    """
    Begin what follows a settled errand, once; returns whether this call did.

    If what follows fails, nothing is recorded and the next sweep tries again.
    """
    errand = holding.held(errand_id)
    if errand.settled_at is None or errand.continued_at is not None:
        return False
    errand.continued_at = by.at
    errand.save(update_fields=["continued_at"])
    execution.settled(errand, Acting(by.actor, by.at))
    return True


def _sealed(errand: Errand, task: SystemTask, report: Mapping[str, Any]) -> bytes | None:
    if errand.envelope is None:
        return None
    text = json.dumps(report, sort_keys=True).encode()
    return envelopes.seal(errand.envelope, text, label=label_of(task))


def label_of(task: SystemTask) -> str:
    """Return the label under which a task's result is sealed."""
    return f"result {task.public_id}"
