"""
Objection, withdrawal and restriction carried to the systems; the check obeyed them before.

Source: GDPR arts. 7.3, 18, 19, 21 and their like, as `effects` names them.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction

from consent import operations as consent
from rights.casework import answers, effects
from rights.casework.events import Acting, note
from rights.casework.holding import held_right
from rights.contact import messages
from rights.lifecycle import State
from rights.models import Errand, RequestedRight
from rights.systems import errands
from rights.systems.declaration import Work


def object_everywhere(right: RequestedRight, by: Acting) -> None:
    """Tell every system to stop, for the purposes that the objection or withdrawal stopped."""
    payload = {"right": right.right, "purposes": list(_stopped(right))}
    _send(right, Work.OBJECT, by, payload)


def restrict_everywhere(right: RequestedRight, by: Acting) -> None:
    """Tell every system to keep the data and not to use them."""
    _send(right, Work.RESTRICT, by, {"right": right.right})


def _send(right: RequestedRight, work: Work, by: Acting, payload: Mapping[str, object]) -> None:
    key = right.request.subject_key
    assert key is not None  # execution.start asks
    errands.send(key, work, by, right=right, payload=payload)


def everywhere_told(errand: Errand, by: Acting) -> None:
    """Complete a right once every system has been told; harmless when it is completed."""
    right = errand.right
    if right is not None and right.state == State.EXECUTING:
        answers.complete(right.pk, Acting("system", by.at))


@transaction.atomic
def lift(right_id: int, by: Acting) -> Errand | None:
    """
    End a restriction that was carried out: at the check, and at every system.

    The person is told in `by.words`, on their page, before any system is (GDPR art. 18.3).

    :raises ReasonMissing: when there is nothing that the person could be told.
    """
    right = held_right(right_id)
    if not by.words.strip():
        raise answers.ReasonMissing
    key = right.request.subject_key
    if right.right != "restriction" or key is None:
        return None
    consent.restrict(key, restricted=False, method=effects.METHOD, caller=by.actor, at=by.at)
    note(right.request, "restriction.lifted", by, right=right)
    if right.request.envelope is not None:
        messages.write(right.request, from_person=False, by=by)
    return errands.send(key, Work.RELEASE, by, right=right, payload={"right": right.right})


def _stopped(right: RequestedRight) -> Sequence[str]:
    """Return the purposes that took effect on receipt, as the event of it names them."""
    taken = right.request.events.filter(right=right, kind="effect.taken").order_by("-pk").first()
    return taken.details.get("purposes", []) if taken else right.request.purposes
