"""Reads errands: how far each system is, and what they told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import operations as audit
from pseudonymize import envelopes
from rights.models import Errand, RequestedRight, SystemTask
from rights.systems import identifiers
from rights.systems.declaration import Connector, System
from rights.systems.registry import system_of
from rights.systems.sending import payload_of
from rights.systems.settling import label_of
from rights.systems.stopping import is_held

_BESIDE = ("errand", "errand__right")


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
    found = [(task.errand_id, progress_of(task)) for task in mine]
    found.sort(key=lambda one: (one[0], one[1].system.order, one[1].system.key))
    return [one for _, one in found]


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that a person has to look at, and where it belongs."""

    progress: Progress
    request: int | None  # the number of the request; None for retention and replays
    cause: str
    since: datetime
    is_manual: bool
    is_held: bool  # by a legal hold: what destroys must not be done


def for_people(*, at: datetime) -> list[Waiting]:
    """Return the tasks that wait for a person: of manual systems, and escalated; oldest first."""
    rows = SystemTask.objects.filter(settled_at=None, first_tried_at__isnull=False)
    found = [
        _waiting(task, at) for task in rows.select_related(*_BESIDE).order_by("first_tried_at")
    ]
    return [one for one in found if one.is_manual or one.progress.escalated_at]


def for_person(task_id: int, *, at: datetime) -> Waiting | None:
    """Return one of them; None when the task is settled, or no person need look at it."""
    task = SystemTask.objects.select_related(*_BESIDE).filter(pk=task_id).first()
    if task is None or task.settled_at is not None or task.first_tried_at is None:
        return None
    found = _waiting(task, at)
    return found if found.is_manual or found.progress.escalated_at else None


def _waiting(task: SystemTask, at: datetime) -> Waiting:
    assert task.first_tried_at is not None
    one = progress_of(task)
    return Waiting(
        progress=one,
        request=task.errand.right.request_id if task.errand.right else None,
        cause=task.errand.cause,
        since=task.first_tried_at,
        is_manual=one.system.connector is Connector.MANUAL,
        is_held=is_held(task.errand, at=at),
    )


def named_to(task_id: int, *, actor: str, at: datetime) -> tuple[tuple[str, str], ...]:
    """
    Return the (kind, value) pairs by which a person at the desk finds somebody in a system.

    Every look is in the audit trail. Nothing when the vault may tell none.
    """
    task = SystemTask.objects.select_related("errand").get(pk=task_id)
    audit.record(
        "desk.identifiers_shown",
        actor=actor,
        at=at,
        subject_key=task.errand.subject_key,
        details={"task": task.public_id, "system": task.system},
    )
    try:
        return identifiers.told(task.errand.subject_key, system_of(task.system), at=at)
    except identifiers.NobodyToName:
        return ()


def payload_told(task_id: int) -> dict[str, Any]:
    """Return what a system is told beside who it is about: the change of a correction."""
    return payload_of(SystemTask.objects.select_related("errand").get(pk=task_id).errand)


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
