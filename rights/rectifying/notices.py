"""
Recipients of a person's data hear of a correction, an erasure or a restriction.

Those with a system are told by an errand, the others by a person at the desk, who says when, or
why it is impossible or disproportionate.

Source: GDPR art. 19; LGPD art. 18, § 6; Ley 25.326 art. 16.4; Ley 18.331 art. 15.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from rights.access.information import recipients
from rights.casework import clocks
from rights.casework.answers import ReasonMissing, complete
from rights.casework.events import Acting, day_of, note
from rights.casework.holding import held_right
from rights.contact import letters
from rights.contact.letters import Draft
from rights.lifecycle import State
from rights.models import Errand, Notice, RequestedRight, RightsRequest
from rights.systems import errands
from rights.systems.declaration import Work
from rights.systems.registry import systems

EVENT = "notify_recipients"
_FINISHED_HERE = ("rectification", "restriction")
TOLD, IMPOSSIBLE, DISPROPORTIONATE = "told", "impossible", "disproportionate"
OUTCOMES = (TOLD, IMPOSSIBLE, DISPROPORTIONATE)


class NoticeUnknown(Exception):
    """There is no such notice, or it was settled."""

    code = "notice_unknown"

    def __init__(self) -> None:
        super().__init__("This recipient was told already. Reload the page.")


@transaction.atomic
def begin(right: RequestedRight, by: Acting, *, payload: Mapping[str, Any] | None = None) -> int:
    """
    Have every recipient told, and start the law's clock; returns how many there are.

    Call it while the person is still known: it reads to whom their data went. Twice is harmless.
    """
    key = right.request.subject_key
    if key is None or right.notices.exists():
        return 0
    by_system = [one.key for one in systems().values() if Work.NOTIFY in one.works]
    by_person = [one.key for one in recipients(key) if one.last_at and one.key not in by_system]
    named = [*((name, True) for name in by_system), *((name, False) for name in by_person)]
    Notice.objects.bulk_create(
        Notice(right=right, recipient=name, by_system=told, begun_at=by.at) for name, told in named
    )
    if named:
        _start_clock(right, by)
        details = {"recipients": [name for name, _ in named]}
        note(right.request, "notices.begun", by, right=right, details=details)
    if by_system:
        told = {"right": right.right, **(payload or {})}
        errands.send(key, Work.NOTIFY, by, right=right, payload=told)
    return len(named)


def _start_clock(right: RequestedRight, by: Acting) -> None:
    inputs = clocks.inputs_of(right.request, day_of(right.request, by))
    if clocks.start(right, EVENT, inputs, at=by.at):
        clocks.settle(right)


def restricted(errand: Errand, by: Acting) -> None:
    """Have recipients told once every system keeps the data unused; twice is harmless."""
    if errand.right is not None and errand.right.state == State.EXECUTING:
        begin(errand.right, by)
        finish(errand.right, by)


def told_by_systems(errand: Errand, by: Acting) -> None:
    """Note that the systems told their recipients, once the errand is settled."""
    if errand.right is None:
        return
    rows = waiting(errand.right).filter(by_system=True)
    rows.update(outcome=TOLD, told_at=by.at, told_by="system")
    _perhaps_met(errand.right, by)
    finish(errand.right, by)


@transaction.atomic
def settle(notice_id: int, outcome: str, by: Acting) -> Notice:
    """
    Record that a person told a recipient, or why nobody can; the reason is in `by.words`.

    :raises NoticeUnknown: when somebody was faster.
    :raises ReasonMissing: for anything but `told`, without words.
    """
    number = Notice.objects.filter(pk=notice_id, by_system=False).values_list("right_id").first()
    if number is None or outcome not in OUTCOMES:
        raise NoticeUnknown
    right = held_right(number[0])
    if outcome != TOLD and not by.words.strip():
        raise ReasonMissing
    rows = waiting(right).filter(pk=notice_id)
    if not rows.update(outcome=outcome, told_at=by.at, told_by=by.actor):
        raise NoticeUnknown
    found = Notice.objects.get(pk=notice_id)
    details = {"recipient": found.recipient}
    note(right.request, "notice.settled", by, right=right, reason=outcome, details=details)
    _perhaps_met(right, by)
    finish(right, by)
    return found


def of(request: RightsRequest) -> QuerySet[Notice]:
    """Return the notices of a request, those of its first right first."""
    return Notice.objects.filter(right__request=request).order_by("right_id", "pk")


def waiting(right: RequestedRight) -> QuerySet[Notice]:
    """Return the notices of a right that nobody has settled."""
    return Notice.objects.filter(right=right, outcome="")


def _perhaps_met(right: RequestedRight, by: Acting) -> None:
    if waiting(right).exists():
        return
    if clocks.end(right, [EVENT], on=day_of(right.request, by), why="met"):
        clocks.settle(right)


@transaction.atomic
def finish(right: RequestedRight, by: Acting) -> bool:
    """
    Complete a correction or a restriction once every system and recipient was told.

    The letter of a correction shows old and new. An erasure has a course of its own.
    """
    right.refresh_from_db()
    waits = waiting(right).exists() or right.errands.filter(settled_at=None).exists()
    if right.right not in _FINISHED_HERE or right.state != State.EXECUTING or waits:
        return False
    complete(right.pk, Acting("system", by.at))
    done = RequestedRight.objects.select_related("request").get(pk=right.pk)
    if done.right == "rectification":
        letters.send(Draft("certificate", [done]), Acting("system", by.at))
    return True
