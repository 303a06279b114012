"""Somebody has put right what kept a system from answering, and lets it be called at once."""

from django.db import transaction

from rights.casework.events import Acting
from rights.models import SystemTask
from rights.systems import handing, holding
from rights.systems.settling import TaskUnknown


@transaction.atomic
def call_again(task_id: int, by: Acting) -> bool:
    """
    Make a task due now; returns whether it was one that waits for its next call.

    Also after a legal hold that stopped it has ended; while one stands it is stopped again.
    """
    errand_id = SystemTask.objects.filter(pk=task_id).values_list("errand_id", flat=True).first()
    if errand_id is None:
        raise TaskUnknown
    errand = holding.held(errand_id)
    waiting = SystemTask.objects.filter(pk=task_id, state__in=["waiting", "sent"])
    if not waiting.exclude(state="sent", due_at=None).update(due_at=by.at):
        return False
    system = waiting.values_list("system", flat=True).get()
    SystemTask.objects.filter(system=system).exclude(rest_until=None).update(rest_until=None)
    holding.note(errand, "errand.called_again", by, details={"system": system})
    handing.call_soon(task_id)
    return True
