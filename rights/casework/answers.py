"""The office answers a right: extends it once, grants or refuses it, and then carries it out."""

from datetime import date

from django.db import transaction

from pseudonymize import holds
from rights import execution, grounds
from rights.casework import clocks, effects
from rights.casework.closing import close
from rights.casework.events import Acting, day_of, move, note
from rights.casework.holding import held_right
from rights.lifecycle import UNANSWERED, State
from rights.models import Clock, RequestedRight

GRANTED, PARTIAL, REFUSED = "granted", "partial", "refused"
OUTCOMES = {
    GRANTED: State.ANSWERED,
    PARTIAL: State.PARTIALLY_GRANTED,
    REFUSED: State.REFUSED,
}


class ExtensionRefused(Exception):
    """The law gives no extension here, or not any more."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


class ReasonMissing(Exception):
    """The law wants reasons, in words that the person can read."""

    code, field = "reason_missing", "words"

    def __init__(self) -> None:
        super().__init__("Write the reasons: the law wants the person to be told them.")


@transaction.atomic
def extend(right_id: int, by: Acting) -> RequestedRight:
    """
    Extend the period of the answer, or of the carrying out, once: the notice is this act.

    The reasons in `by.words` go into the letter. The longer period counts from the same day as
    the first one.

    :raises ExtensionRefused: given before, not in the law, or after the first period.
    Source: GDPR art. 12.3 and its like, named by the clock.
    """
    right = held_right(right_id)
    if not by.words.strip():
        raise ReasonMissing
    clock = clocks.running_main(right)
    if clock is None:
        raise ExtensionRefused("nothing_runs", "No period runs that could be extended.")
    if right.state == State.EXECUTING:
        return _extend_execution(right, clock, by)
    _refuse_second(right.extended_on)
    notice = clocks.count(right.request.laws, right.right, "extension_notice", _from(right, clock))
    if notice is None or not _all_extend(right, "answer", "answer_extended"):
        raise ExtensionRefused("extension_not_in_law", f"{clock.law} gives no extension here.")
    _refuse_late(day_of(right.request, by), notice.found.statutory_due)
    right.extended_on = day_of(right.request, by)
    details = {"notice_until": notice.found.statutory_due.isoformat(), "law": notice.law}
    move(right, State.EXTENDED, "extended", by, details=details)
    return _replaced(right, clock, "answer_extended", by)


def _extend_execution(right: RequestedRight, clock: Clock, by: Acting) -> RequestedRight:
    _refuse_second(right.execution_extended_on)
    if clock.event != "execution" or not _all_extend(right, "execution", "execution_extended"):
        raise ExtensionRefused("extension_not_in_law", f"{clock.law} gives no extension here.")
    _refuse_late(day_of(right.request, by), clock.statutory_due)
    right.execution_extended_on = day_of(right.request, by)
    note(right.request, "execution_extended", by, right=right)
    return _replaced(right, clock, "execution_extended", by)


def _replaced(right: RequestedRight, clock: Clock, event: str, by: Acting) -> RequestedRight:
    clocks.end(right, [clock.event], on=day_of(right.request, by), why="extended")
    clocks.start(right, event, _from(right, clock), at=by.at)
    clocks.settle(right)
    return right


def _from(right: RequestedRight, clock: Clock) -> clocks.Inputs:
    return clocks.inputs_of(right.request, clock.started_on, paused=pause_of(right))


def pause_of(right: RequestedRight) -> tuple[date, date] | None:
    """Return the days from asking to the reply, which some laws do not count."""
    asked, supplied = right.asked_on, right.supplied_on
    return (asked, supplied) if asked and supplied else None


def _all_extend(right: RequestedRight, first: str, longer: str) -> bool:
    """Where one of two laws gives no extension, its unextended date would be the stricter one."""
    sets = [law for law in right.request.laws if clocks.rule_of(law, right.right, first)]
    return bool(sets) and all(clocks.rule_of(law, right.right, longer) for law in sets)


def _refuse_second(extended_on: date | None) -> None:
    if extended_on:
        sentence = f"It was extended on {extended_on}; the law gives one extension. Answer it."
        raise ExtensionRefused("extended_before", sentence)


def _refuse_late(today: date, last: date) -> None:
    if today > last:
        sentence = f"The notice had to be sent by {last}. Answer now: every further day is late."
        raise ExtensionRefused("extension_too_late", sentence)


@transaction.atomic
def answer(right_id: int, outcome: str, by: Acting, *, ground: str = "") -> RequestedRight:
    """
    Answer a right: `granted`, `partial` or `refused`; what is not granted needs a ground.

    :raises GroundUnknown: when the law of the person has no such ground for this right.
    :raises ReasonMissing: when nothing tells the person why.
    :raises UnderLegalHold: an erasure cannot be granted whole to somebody who is held.
    """
    right = held_right(right_id)
    today = day_of(right.request, by)
    if outcome == GRANTED:
        ground = ""
    else:
        grounds.require(right.request.laws, right.right, ground)
        if not by.words.strip():
            raise ReasonMissing
    if outcome == GRANTED and right.right == "erasure" and right.request.subject_key is not None:
        holds.require_none(right.request.subject_key, on=today)
    started_on = _counted_from(right)
    right.outcome, right.ground, right.answered_on = outcome, ground, today
    move(right, OUTCOMES[outcome], "answered", by, reason=outcome, details={"ground": ground})
    if outcome == REFUSED:
        effects.release(right, by)
        right.save()
        close(right, by, why="met")
        return right
    clocks.end_all(right, on=today, why="met")
    _start_execution(right, started_on, by)
    clocks.settle(right)
    return right


def refuse(right_id: int, ground: str, by: Acting) -> RequestedRight:
    """Refuse a right on a ground of the person's law; see `answer`."""
    return answer(right_id, REFUSED, by, ground=ground)


def _counted_from(right: RequestedRight) -> date:
    clock = clocks.running_main(right)
    return clock.started_on if clock else right.request.received_on


def _start_execution(right: RequestedRight, started_on: date, by: Acting) -> None:
    """
    Start the period of the carrying out where the law sets one.

    Where it counts from receipt, it is the answer's own period that still runs.
    """
    event = "execution"
    if _starts_alike(right):
        event = "execution_extended" if right.extended_on else event
        inputs = clocks.inputs_of(right.request, started_on, paused=pause_of(right))
    else:
        inputs = clocks.inputs_of(right.request, day_of(right.request, by))
    clocks.start(right, event, inputs, at=by.at)


def _starts_alike(right: RequestedRight) -> bool:
    for law in right.request.laws:
        first = clocks.rule_of(law, right.right, "answer")
        then = clocks.rule_of(law, right.right, "execution")
        if first and then:
            return first.starts == then.starts
    return False


@transaction.atomic
def execute(right_id: int, by: Acting) -> RequestedRight:
    """Begin to carry out what was granted: systems are told once this transaction has ended."""
    right = held_right(right_id)
    move(right, State.EXECUTING, "executing", by)
    right.save()
    execution.start(right, Acting(by.actor, by.at))
    return right


@transaction.atomic
def complete(right_id: int, by: Acting) -> RequestedRight:
    """
    Record that what was granted is done; with the last right the request is closed.

    :raises StillRunning: while a system owes its answer.
    """
    right = held_right(right_id)
    execution.require_done(right)
    right.completed_on = day_of(right.request, by)
    move(right, State.COMPLETED, "completed", by)
    right.save()
    close(right, by, why="met")
    return right


@transaction.atomic
def mark(right_id: int, event: str, by: Acting) -> RequestedRight:
    """
    Record that a duty beside the answer is done: `acknowledgement`, or `mark_disputed`.

    Source: Ley 1581/2012 art. 15.2 (reclamo en trámite) and its like, named by the clock.
    """
    right = held_right(right_id)
    if clocks.end(right, [event], on=day_of(right.request, by), why="met"):
        note(right.request, event, by, right=right)
        clocks.settle(right)
    return right


def is_unanswered(right: RequestedRight) -> bool:
    """Say whether the office still owes an answer."""
    return State(right.state) in UNANSWERED
