"""What is missing is asked for, and supplied: some clocks begin anew, one pauses, most run on."""

from datetime import date

from django.db import transaction

from rights.casework import clocks
from rights.casework.answers import ReasonMissing, pause_of
from rights.casework.events import Acting, day_of, move
from rights.casework.holding import held_right
from rights.lifecycle import State
from rights.models import Clock, RequestedRight

_STOPPED_BY_ASKING = ("answer", "mark_disputed")


class AskingRefused(Exception):
    """The law does not let what is missing be asked for, or be supplied, at this time."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


@transaction.atomic
def ask(right_id: int, by: Acting) -> RequestedRight:
    """
    Ask the person for what is missing; `by.words` say what.

    Where the law gives days for asking, it is possible once and inside them, and the answer's
    period begins anew with the reply. Elsewhere the clock runs on, or pauses where the law says.

    Source: Reglamento LFPDPPP art. 96; Ley 1581/2012 art. 15.1; UK GDPR art. 12A.
    """
    right = held_right(right_id)
    if not by.words.strip():
        raise ReasonMissing
    today = day_of(right.request, by)
    clock = clocks.running_main(right)
    limit = _limit(right, clock)
    if limit is not None:
        _refuse_late(right, today, limit)
        clocks.end(right, _STOPPED_BY_ASKING, on=today, why="asked")
        inputs = clocks.inputs_of(right.request, today)
        clocks.start(right, clocks.OF_THE_PERSON, inputs, at=by.at)
    right.asked_on, right.supplied_on = today, None
    move(right, State.AWAITING_INFORMATION, "information_asked", by)
    clocks.settle(right)
    return right


def _limit(right: RequestedRight, clock: Clock | None) -> date | None:
    """Return the last day for asking, None where the law sets none."""
    if clock is None:
        return None
    inputs = clocks.inputs_of(right.request, clock.started_on)
    found = clocks.count(right.request.laws, right.right, "ask_missing_information", inputs)
    return found.found.statutory_due if found else None


def _refuse_late(right: RequestedRight, today: date, limit: date) -> None:
    if right.asked_on:
        sentence = f"It was asked for on {right.asked_on}; the law lets you ask once."
        raise AskingRefused("asked_before", sentence)
    if today > limit:
        sentence = (
            f"What is missing could be asked for until {limit}. Write a message instead, and "
            "answer with what there is: the clock runs on."
        )
        raise AskingRefused("asking_too_late", sentence)


@transaction.atomic
def supplied(right_id: int, by: Acting) -> RequestedRight:
    """
    Record that what was missing came today, and let the clocks go on as the law wants.

    :raises AskingRefused: when it came too late, so that the law takes it as not filed.
    """
    right = held_right(right_id)
    today = day_of(right.request, by)
    waited = right.clocks.filter(ended_on=None, event=clocks.OF_THE_PERSON).first()
    if waited and today > waited.statutory_due:
        sentence = f"It could be supplied until {waited.statutory_due}. Open a new request with it."
        raise AskingRefused("supplied_too_late", sentence)
    right.supplied_on = today
    wanted = State.EXTENDED if right.extended_on else State.IN_PROGRESS
    move(right, wanted, "information_supplied", by)
    if waited:
        _begin_anew(right, today, by)
    else:
        _pause(right, today, by)
    clocks.settle(right)
    return right


def _begin_anew(right: RequestedRight, today: date, by: Acting) -> None:
    clocks.end(right, [clocks.OF_THE_PERSON], on=today, why="met")
    inputs = clocks.inputs_of(right.request, today)
    for event in ("answer_after_completion", *clocks.FROM_COMPLETE):
        clocks.start(right, event, inputs, at=by.at)


def _pause(right: RequestedRight, today: date, by: Acting) -> None:
    clock, pause = clocks.running_main(right), pause_of(right)
    rules = [clocks.rule_of(law, right.right, "answer") for law in right.request.laws]
    if clock is None or not any(rule is not None and rule.pausable for rule in rules):
        return
    clocks.end(right, [clock.event], on=today, why="paused")
    inputs = clocks.inputs_of(right.request, clock.started_on, paused=pause)
    clocks.start(right, clock.event, inputs, at=by.at)
