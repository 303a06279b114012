"""Reads errands: how far each system is, and what they told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pseudonymize import envelopes
from rights.models import Errand, RequestedRight, SystemTask
from rights.systems.declaration import System
from rights.systems.registry import system_of
from rights.systems.settling import label_of


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one system is with one errand."""

    task: int
    system: System
    work: str
    round: int
    state: str  # waiting, claimed, sent or done
    outcome: str
    trouble: str
    attempts: int
    escalated_at: datetime | None
    settled_at: datetime | None
    settled_by: str


def errands_of(right: RequestedRight) -> list[Errand]:
    """Return the errands of a right, the first first."""
    return list(right.errands.order_by("pk"))


def progress(of: RequestedRight | Errand) -> list[Progress]:
    """Return how far each system is, in the order in which they are called."""
    rows = SystemTask.objects.select_related("errand")
    mine = rows.filter(errand=of) if isinstance(of, Errand) else rows.filter(errand__right=of)
    return [progress_of(task) for task in mine.order_by("errand_id", "order", "system")]


def progress_of(task: SystemTask) -> Progress:
    """Return how far one system is; its errand was read with the task."""
    return Progress(
        task=task.pk,
        system=system_of(task.system),
        work=task.errand.work,
        round=task.errand.round,
        state=task.state,
        outcome=task.outcome,
        trouble=task.trouble,
        attempts=task.attempts,
        escalated_at=task.escalated_at,
        settled_at=task.settled_at,
        settled_by=task.settled_by,
    )


def results(errand: Errand) -> dict[str, Mapping[str, Any]]:
    """Return what each settled system told, opened; empty once it was forgotten."""
    if errand.envelope is None:
        return {}
    return {
        task.system: json.loads(
            envelopes.unseal(errand.envelope, bytes(task.result), label=label_of(task))
        )
        for task in errand.tasks.all()
        if task.result is not None
    }


@transaction.atomic
def forget_results(errand: Errand) -> bool:
    """
    Destroy what the systems were told and what they told; returns whether there was anything.

    That they were told, when, and how it ended, stays.
    """
    there_was = envelopes.destroy(errand.envelope)
    errand.envelope = errand.payload = None
    errand.save(update_fields=["envelope", "payload"])
    errand.tasks.update(result=None, reference="")
    return there_was
