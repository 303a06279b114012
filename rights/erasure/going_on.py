"""
An erasure takes its next step, once, whoever calls: a worker, the scheduler, an officer.

Each step is one transaction under the person's lock. A crash leaves it before or after the step,
never in between, and the next look goes on from there.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from consent import operations as consent
from consent.act import Actor, Kind
from consent.operations import NewAct
from jurisdictions.zones import time_zones
from pseudonymize import holds, legal
from pseudonymize import operations as subjects
from rights.casework import answers
from rights.casework.events import Acting
from rights.erasure import (
    closing_doors,
    destruction,
    journal,
    preview,
    records,
    suppression,
    telling,
    terms,
)
from rights.erasure.course import OVER, Facts, Step, following
from rights.lifecycle import State
from rights.models import Erasure, SystemTask
from rights.rectifying import notices
from rights.systems import errands, escalation
from rights.systems.declaration import Work

logger = logging.getLogger(__name__)

METHOD = "erasure"
# A hold is told at once where systems are being told; before and after, when a step would follow.
_UNDER_WAY = frozenset({Step.BLOCKING, Step.ERASING, Step.VERIFYING, Step.TELLING})
_LOOK_AGAIN = timedelta(hours=1)
_FIRST_REST, _LONGEST_REST = timedelta(hours=1), timedelta(days=1)


@transaction.atomic
def go_on(erasure_id: int, by: Acting) -> Erasure:
    """Take every step that can be taken now. Twice, or too early, is harmless."""
    erasure = records.held(erasure_id)
    if erasure.step in OVER or erasure.held_at is not None:
        return erasure
    if erasure.step in _UNDER_WAY and _is_stopped(erasure, by):
        return erasure
    while (step := following(Step(erasure.step), _facts(erasure, by))) != erasure.step:
        if _is_stopped(erasure, by):
            return erasure
        _ENTER[step](erasure, by)
    if erasure.step not in OVER:
        erasure.due_at = _next_look(erasure, by.at)
        erasure.save()
    return erasure


def _is_stopped(erasure: Erasure, by: Acting) -> bool:
    """Stop at a legal hold, with an event and a letter; return whether one stands."""
    hold = holds.standing(erasure.subject_key, on=by.at.date())
    if hold is None:
        return False
    erasure.held_at, erasure.hold = by.at, hold.pk
    erasure.save()
    records.note(erasure, "held", Acting("system", by.at), {"hold": hold.pk})
    telling.tell_held(erasure, by)
    return True


def go_on_due(*, at: datetime, most: int = 200) -> int:
    """Look after every erasure that is due; returns how many took a step."""
    rows = Erasure.objects.filter(ended_at=None, held_at=None, due_at__lte=at).order_by("due_at")
    stepped = 0
    for number, before in rows.values_list("pk", "step")[:most]:
        try:
            stepped += go_on(number, Acting("system", at)).step != before
        except Exception as wrong:  # its text may name the person; the next sweep tries again
            logger.error("rights.erasure.stuck erasure=%s %s", number, type(wrong).__name__)
    return stepped


def _facts(erasure: Erasure, by: Acting) -> Facts:
    step, whole = Step(erasure.step), erasure.only is None
    waits = (
        step is Step.COOLING
        and erasure.cause != records.REPLAY
        and bool(records.others_open(erasure))
    )
    if step is Step.TELLING:
        telling.answer_newcomers(erasure, by)
    return Facts(
        held=False,  # asked once a step would follow
        cooled_off=by.at >= erasure.cooling_until,
        waits_for_others=waits,
        wants_blocking=erasure.cause != records.REPLAY and _blocking(erasure, by) is not None,
        blocking_over=_is_over(erasure, by.at),
        systems_answered=records.systems_answered(erasure),
        something_left=step is Step.VERIFYING and bool(records.left_over(erasure)),
        whole_person=whole,
        told=step is Step.TELLING and telling.is_told(erasure, by),
    )


def _blocking(erasure: Erasure, by: Acting) -> terms.Blocking | None:
    return terms.blocking_of(erasure.laws, on=records.today_of(erasure, by.at))


def _is_over(erasure: Erasure, at: datetime) -> bool:
    until = erasure.blocked_until
    return until is None or records.today_of(erasure, at) > until


def _next_look(erasure: Erasure, at: datetime) -> datetime:
    match Step(erasure.step):
        case Step.COOLING:
            return erasure.cooling_until if at < erasure.cooling_until else at + _LOOK_AGAIN
        case Step.BLOCKED:
            return _morning_after(erasure)
        case Step.TELLING:
            return at + telling.look_again()
        case _:
            return at + _LOOK_AGAIN


def _morning_after(erasure: Erasure) -> datetime:
    assert erasure.blocked_until is not None
    zones = time_zones(records.country_of(erasure), None)
    day = erasure.blocked_until + timedelta(days=1)
    return datetime.combine(day, time(), ZoneInfo(zones[0] if zones else "UTC"))


def _enter(erasure: Erasure, step: Step, by: Acting) -> None:
    erasure.step = step
    erasure.save()
    records.note(erasure, step.value, by)


def close_off(erasure: Erasure, by: Acting) -> None:
    """Take the person out of every use at once: nothing is shown, used or sent from here on."""
    key, at = erasure.subject_key, by.at
    if erasure.suppress:
        known = legal.every_identifier(key, reason="execution", actor="system", at=at)
        suppression.suppress(known, country=records.country_of(erasure), at=at)
    act = NewAct(kind=Kind.BLOCKED, method=METHOD, actor=Actor.SYSTEM)
    consent.record_act(key, act, caller=by.actor, at=at)
    closing_doors.close_all(key, at=at)
    until = erasure.blocked_until
    subjects.block(key, until, at, actor=by.actor)
    digest, detail = destruction.digest_of(key), until.isoformat() if until else ""
    journal.append([journal.line(journal.BLOCKED, digest, at=at, detail=detail)])


def _block(erasure: Erasure, by: Acting) -> None:
    blocking = _blocking(erasure, by)
    assert blocking is not None  # `following` asked
    erasure.blocked_on = records.today_of(erasure, by.at)
    erasure.blocked_until = blocking.until
    _enter(erasure, Step.BLOCKING, by)
    close_off(erasure, by)
    blockers = preview.able_to(Work.BLOCK)
    others = [key for key in preview.able_to(Work.ERASE) if key not in blockers]
    _tell_recipients(erasure, by)
    _send(erasure, Work.BLOCK, by, blockers)
    if others:  # what cannot be blocked must not go on being used
        _send(erasure, Work.ERASE, by, others)


def _blocked(erasure: Erasure, by: Acting) -> None:
    """With the blocking the right is carried out; destruction follows by itself."""
    _enter(erasure, Step.BLOCKED, by)
    telling.certify(erasure, by, sentence="blocked")
    complete(erasure, by)


def complete(erasure: Erasure, by: Acting) -> None:
    """Complete the rights that an erasure has carried out; those completed before stay so."""
    for right in records.rights_of(erasure):
        if right.state == State.EXECUTING:
            answers.complete(right.pk, Acting("system", by.at))


def _erase(erasure: Erasure, by: Acting) -> None:
    left = records.left_over(erasure) if erasure.step == Step.VERIFYING else {}
    first = erasure.step == Step.COOLING
    _enter(erasure, Step.ERASING, by)
    if first and erasure.only is None:
        close_off(erasure, by)
    if first:
        _tell_recipients(erasure, by)
    if left:
        records.note(erasure, "still_there", Acting("system", by.at), {"systems": left})
    able = preview.able_to(Work.ERASE, erasure.only)
    told = [key for key in able if not left or key in left]
    _send(erasure, Work.ERASE, by, told, again=bool(left))


def _tell_recipients(erasure: Erasure, by: Acting) -> None:
    """Have those told who received the data, while it is known who they are (GDPR art. 19)."""
    if right := records.first_right(erasure):
        notices.begin(right, Acting("system", by.at))


def _verify(erasure: Erasure, by: Acting) -> None:
    _enter(erasure, Step.VERIFYING, by)
    able = preview.able_to(Work.ERASE, erasure.only)
    asked = [key for key in preview.able_to(Work.VERIFY, erasure.only) if key in able]
    _send(erasure, Work.VERIFY, by, asked)


def _send(
    erasure: Erasure, work: Work, by: Acting, only: list[str], *, again: bool = False
) -> None:
    errand = errands.send(
        erasure.subject_key,
        work,
        Acting("system", by.at),
        right=records.first_right(erasure),
        cause=erasure.cause,
        only=only,
    )
    if again:  # the desk looks at it, and the system is called again after a rest
        rest = min(_FIRST_REST * 2 ** (errand.round - 2), _LONGEST_REST)
        SystemTask.objects.filter(errand=errand, settled_at=None).update(due_at=by.at + rest)
        for task in errand.tasks.order_by("pk"):
            escalation.escalate(task.pk, at=by.at)


def _tell(erasure: Erasure, by: Acting) -> None:
    erasure.told_at = by.at
    _enter(erasure, Step.TELLING, by)
    telling.certify(erasure, by, sentence="destroyed")


def _end(erasure: Erasure, by: Acting) -> None:
    erasure.step, erasure.ended_at, erasure.due_at = Step.ENDED, by.at, None
    erasure.save()
    records.note(erasure, "ended", by)
    complete(erasure, by)
    if erasure.only is None:
        destruction.destroy(erasure, by)


_ENTER: Mapping[Step, Callable[[Erasure, Acting], None]] = {
    Step.BLOCKING: _block,
    Step.BLOCKED: _blocked,
    Step.ERASING: _erase,
    Step.VERIFYING: _verify,
    Step.TELLING: _tell,
    Step.ENDED: _end,
}
