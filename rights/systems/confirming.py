"""A person at the desk says that a task is done: of a manual system, or of one that is silent."""

from collections.abc import Mapping
from typing import Any

from rights.casework.events import Acting
from rights.models import SystemTask
from rights.systems.declaration import Connector, Work
from rights.systems.protocol import KEPT, OUTCOMES, Settled
from rights.systems.registry import system_of
from rights.systems.settling import TaskUnknown, settle


class ConfirmationRefused(Exception):
    """The task cannot be confirmed like this; nothing was changed."""

    def __init__(self, code: str, field: str, sentence: str) -> None:
        self.code, self.field = code, field
        super().__init__(sentence)


def confirm(
    task_id: int,
    by: Acting,
    *,
    outcome: str,
    note: str = "",
    report: Mapping[str, Any] | None = None,
) -> bool:
    """
    Record that a person has done a task, and how it ended; returns whether nobody had before.

    `note` says in words what was done, and is sealed. It may be left out only where a manual
    system was told as asked. `report` is as a connector gives it; see `protocol.Settled`.

    :raises TaskUnknown: when there is none.
    :raises ConfirmationRefused: for a system that has its own voice and is not late, for an
        outcome that does not exist, or without the note.
    """
    task = SystemTask.objects.select_related("errand").filter(pk=task_id).first()
    if task is None:
        raise TaskUnknown
    is_manual = system_of(task.system).connector is Connector.MANUAL
    if not is_manual and task.escalated_at is None:
        sentence = "This system answers by itself. Wait until it is escalated."
        raise ConfirmationRefused("answers_itself", "task", sentence)
    if outcome not in OUTCOMES:
        sentence = f"Say how it ended: {', '.join(OUTCOMES)}."
        raise ConfirmationRefused("outcome_unknown", "outcome", sentence)
    if not note.strip() and (outcome == KEPT or not is_manual):
        raise ConfirmationRefused("note_missing", "note", "Write what was done, and why.")
    told = _report(task, outcome, report or {}) | {"note": note.strip()}
    return settle(task_id, Settled(outcome, told), Acting(by.actor, by.at, note), way="person")


def _report(task: SystemTask, outcome: str, report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person told as a connector would have told it."""
    if task.errand.work == Work.VERIFY and "held" not in report:
        return {"held": {"*": 1} if outcome == KEPT else {}, **report}
    return dict(report)
