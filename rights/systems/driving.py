"""
Bring tasks to their systems: claimed, called outside any transaction, and the answer recorded.

A crash anywhere leaves a task that is due again when its claim runs out; the system then gets the
same call with the same idempotency key.
"""

import logging
import secrets
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from rights.casework.events import Acting
from rights.models import Errand, SystemTask
from rights.systems import (
    escalation,
    handing,
    http_system,
    identifiers,
    manual,
    own,
    sql_system,
)
from rights.systems.declaration import Connector, System, Work
from rights.systems.protocol import Answer, Call, Connect, Failed, Pending, Settled
from rights.systems.registry import system_of
from rights.systems.sending import payload_of
from rights.systems.settling import continue_errand, settle
from rights.systems.stopping import LEGAL_HOLD, is_held

logger = logging.getLogger(__name__)

CONNECTORS: Mapping[Connector, Connect] = {
    Connector.HTTP: http_system.call,
    Connector.SQL: sql_system.call,
    Connector.MANUAL: manual.hand_to_person,
    Connector.OWN: own.carry_out,
}
_CLAIM = timedelta(minutes=5)  # longer than anything but HTTP takes, whose time is declared
_BESIDE_CALL = timedelta(minutes=1)  # to find the host, and to write down what it answered
_SWEEP = timedelta(minutes=1)
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=6)
_REST = timedelta(minutes=1)
_SPREAD = secrets.SystemRandom()


def drive(task_id: int, *, at: datetime) -> Answer | None:
    """
    Call the system of one task if it is due and nobody else does; return its answer.

    None when the task is settled, not due, claimed by another, or waits for an earlier system.
    """
    task = _claimed(task_id, at)
    if task is None:
        return None
    answer = _answer_of(task, at)
    match answer:
        case Settled() if identifiers.was_unnamed(answer.report):
            settle(task.pk, answer, Acting("system", at), way="unnamed")
        case Settled():
            SystemTask.objects.filter(system=task.system).exclude(rest_until=None).update(
                rest_until=None
            )
            settle(task.pk, answer, Acting("system", at), way="answered")
        case Pending():
            _leave_with_system(task, answer, at)
        case Failed():
            _try_later(task, answer, at)
    return answer


def drive_due(*, at: datetime) -> int:
    """
    Drive every task that is due, go on after settled errands, and escalate silent systems.

    Returns how many calls were made.
    """
    calls, began, now = 0, time.monotonic(), at
    continue_settled(at=at)
    while now - at < _SWEEP:
        task = due(now).order_by("due_at", "pk").first()
        if task is None:
            break
        calls += drive(task.pk, at=now) is not None
        now = at + timedelta(seconds=time.monotonic() - began)
    escalation.escalate_silent(at=at)
    return calls


def continue_settled(*, at: datetime) -> int:
    """Go on after errands that were settled just before a crash; returns after how many."""
    left = Errand.objects.filter(settled_at__isnull=False, continued_at=None).order_by("pk")
    continued = 0
    for number in left.values_list("pk", flat=True):
        try:
            continued += continue_errand(number, Acting("system", at))
        except Exception as wrong:  # the next sweep tries again; the others go on
            logger.error("rights.errand.not_continued errand=%s %s", number, type(wrong).__name__)
    return continued


def due(at: datetime) -> QuerySet[SystemTask]:
    """
    Return the tasks whose system may be called at `at`: due, or left by a dead worker.

    A system that was away a moment ago rests, for its other tasks: each call would take as long
    again, and workers have others to serve.
    """
    away = SystemTask.objects.filter(system=OuterRef("system"), rest_until__gt=at)
    away = away.exclude(pk=OuterRef("pk"))  # it has a wait of its own
    return handing.ready().filter(
        ~Exists(away),
        Q(state__in=["waiting", "sent"], due_at__lte=at)
        | Q(state="claimed", claimed_until__lte=at),
    )


def _claimed(task_id: int, at: datetime) -> SystemTask | None:
    taken = due(at).filter(pk=task_id)
    key = taken.values_list("system", flat=True).first()
    if key is None or not taken.update(
        state="claimed",
        claim=secrets.token_hex(16),
        claimed_until=at + _claim(system_of(key)),
        attempts=F("attempts") + 1,
        first_tried_at=Coalesce(F("first_tried_at"), at),
    ):
        return None
    return SystemTask.objects.select_related("errand").get(pk=task_id)


def _claim(system: System) -> timedelta:
    """Return how long a worker has a task: beyond that it is dead, and another one takes it."""
    return timedelta(seconds=system.http.seconds) + _BESIDE_CALL if system.http else _CLAIM


def _answer_of(task: SystemTask, at: datetime) -> Answer:
    """Return the system's answer; a fault of ours is one too, and says nothing of the person."""
    system = system_of(task.system)
    if is_held(task.errand, at=at):
        return Failed(LEGAL_HOLD, lasting=True, stopped=True)
    try:
        call = Call(
            task=task.public_id,
            errand=task.errand.public_id,
            errand_id=task.errand_id,
            subject_key=task.errand.subject_key,
            work=Work(task.errand.work),
            cause=task.errand.cause,
            attempt=task.attempts,
            at=at,
            identifiers=identifiers.told(task.errand.subject_key, system, at=at),
            payload=payload_of(task.errand),
        )
        return CONNECTORS[system.connector](system, call)
    except identifiers.NobodyToName as wrong:
        return identifiers.without_name(system, wrong)
    except Exception as wrong:  # its text may name the person: only the type is told
        logger.error("rights.task.broke task=%s %s", task.pk, type(wrong).__name__)
        return Failed("connector_broke", lasting=True)


def _leave_with_system(task: SystemTask, answer: Pending, at: datetime) -> None:
    """A callback may have been faster than the answer to the call: then it stays settled."""
    _mine(task).update(
        state="sent",
        claim="",
        claimed_until=None,
        due_at=at + answer.ask_after if answer.ask_after else None,
        sent_at=Coalesce(F("sent_at"), at),
        reference=answer.reference[:120],
        trouble="",
    )


def _try_later(task: SystemTask, answer: Failed, at: datetime) -> None:
    logger.warning(
        "rights.task.failed task=%s system=%s trouble=%s", task.pk, task.system, answer.trouble
    )
    wait = max(_wait(task.attempts), answer.wait or timedelta())
    if answer.lasting:
        wait = _LONGEST_WAIT
    _mine(task).update(
        state="waiting",
        claim="",
        claimed_until=None,
        due_at=None if answer.stopped else at + wait,
        rest_until=None if answer.lasting else at + _REST,
        trouble=answer.trouble,
    )
    if answer.lasting:
        escalation.escalate(task.pk, at=at)


def _mine(task: SystemTask) -> QuerySet[SystemTask]:
    return SystemTask.objects.filter(pk=task.pk, state="claimed", claim=task.claim)


def _wait(attempts: int) -> timedelta:
    """Return how long to wait after so many tries: twice as long each time, spread by half."""
    longest: timedelta = min(_FIRST_WAIT * 2 ** min(attempts - 1, 20), _LONGEST_WAIT)
    return longest * _SPREAD.uniform(0.5, 1)
