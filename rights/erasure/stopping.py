"""An erasure stops: for good, by who asked or by the office, or for as long as a legal hold."""

from django.db import transaction

from pseudonymize import holds
from rights import grounds
from rights.casework import answers
from rights.casework.closing import close
from rights.casework.events import Acting, move
from rights.contact import letters
from rights.contact.letters import Draft
from rights.erasure import going_on, records
from rights.erasure.course import Step
from rights.lifecycle import State
from rights.models import Erasure, RequestedRight


class TooLate(Exception):
    """What is being destroyed cannot be called back."""

    code = "erasure_under_way"

    def __init__(self) -> None:
        super().__init__("The days for stopping it are over; the systems have been told.")


@transaction.atomic
def take_back(right_id: int, by: Acting) -> Erasure:
    """
    Stop one's own erasure while it cools off; another request of the same person goes on.

    :raises TooLate: once the first system was told.
    """
    erasure, right = _cooling(right_id)
    move(right, State.WITHDRAWN, "erasure.taken_back", by)
    return _left(erasure, right, by, why="withdrawn")


@transaction.atomic
def decline(right_id: int, ground: str, by: Acting) -> Erasure:
    """
    Stop a granted erasure while it cools off, on a ground of the person's law, and tell them.

    :raises TooLate: once the first system was told.
    :raises GroundUnknown: when the person's laws have no such ground.
    :raises ReasonMissing: when nothing tells the person why.
    """
    erasure, right = _cooling(right_id)
    grounds.require(right.request.laws, right.right, ground)
    if not by.words.strip():
        raise answers.ReasonMissing
    right.outcome, right.ground = answers.REFUSED, ground
    details = {"ground": ground, "hold": erasure.hold}
    move(right, State.REFUSED, "erasure.declined", by, reason=answers.REFUSED, details=details)
    right.save()
    if right.request.envelope is not None:
        letters.send(Draft("refusal", [right], by.words), by)
    return _left(erasure, right, by, why="met")


def halt(subject_key: int, by: Acting) -> None:
    """Stop what is under way for a person at once, after a hold was placed; harmless otherwise."""
    running = Erasure.objects.filter(subject_key=subject_key, ended_at=None)
    for number in running.values_list("pk", flat=True):
        going_on.go_on(number, Acting(by.actor, by.at))


@transaction.atomic
def resume(erasure_id: int, by: Acting) -> Erasure:
    """
    Go on with an erasure that a legal hold stopped, by an officer's act, once none stands.

    :raises UnderLegalHold: while one does.
    """
    erasure = records.held(erasure_id)
    if erasure.held_at is None:
        return erasure
    holds.require_none(erasure.subject_key, on=by.at.date())
    erasure.held_at = erasure.hold = None
    erasure.due_at = by.at
    erasure.save()
    records.note(erasure, "resumed", by)
    return going_on.go_on(erasure_id, by)


def _cooling(right_id: int) -> tuple[Erasure, RequestedRight]:
    rows = RequestedRight.objects.select_related("request", "erasure__erasure")
    right = rows.get(pk=right_id)
    link = getattr(right, "erasure", None)
    if link is None:
        raise TooLate
    erasure = records.held(link.erasure_id)
    right = rows.get(pk=right_id)
    if erasure.step != Step.COOLING or right.state != State.EXECUTING:
        raise TooLate
    return erasure, right


def _left(erasure: Erasure, right: RequestedRight, by: Acting, *, why: str) -> Erasure:
    """Close the right; without another that asks for it the erasure ends where it began."""
    right.save()
    close(right, by, why=why)
    if not any(other.state == State.EXECUTING for other in records.rights_of(erasure)):
        erasure.step, erasure.ended_at, erasure.due_at = Step.STOPPED, by.at, None
        erasure.save()
        records.note(erasure, "stopped", Acting(by.actor, by.at))
    return erasure
