"""
How a granted right is carried out, and what follows once every system has settled an errand.

Dotted names, since what stands behind them sends errands itself. A start gets the right and who
acts, in the transaction that moves it to `executing`. A continuation gets the errand and who
acted; it runs in the transaction that marks the errand as continued, so it runs once, and must
be harmless if it ran before. A right without a start is carried out by a person, who says so.
"""

from collections.abc import Mapping

from django.utils.module_loading import import_string

from pseudonymize import queries as subjects
from rights.casework.events import Acting
from rights.models import Errand, RequestedRight
from rights.systems.declaration import Work

STARTS: Mapping[str, str] = {
    "access": "rights.access.making.begin",
    "consent_withdrawal": "rights.casework.carrying.object_everywhere",
    "erasure": "rights.erasure.operations.begin",
    "objection": "rights.casework.carrying.object_everywhere",
    "portability": "rights.access.making.begin",
    "rectification": "rights.rectifying.correcting.begin",
    "restriction": "rights.casework.carrying.restrict_everywhere",
    "use_limitation": "rights.casework.carrying.object_everywhere",
}
TAKEN: Mapping[str, str] = {
    "automated_decision_review": "rights.reviewing.open_for",
    "erasure": "rights.rectifying.disputes.mark",
    "rectification": "rights.rectifying.disputes.mark",
}
ENDS: Mapping[str, str] = {
    "erasure": "rights.rectifying.disputes.release",
    "rectification": "rights.rectifying.disputes.release",
}
CONTINUATIONS: Mapping[Work, str] = {
    Work.DISPUTE: "rights.rectifying.disputes.marked",
    Work.EXPORT: "rights.access.making.collected",
    Work.NOTIFY: "rights.rectifying.notices.told_by_systems",
    Work.RECTIFY: "rights.rectifying.correcting.corrected",
    Work.BLOCK: "rights.erasure.operations.systems_answered",
    Work.ERASE: "rights.erasure.operations.systems_answered",
    Work.VERIFY: "rights.erasure.operations.systems_answered",
    Work.OBJECT: "rights.casework.carrying.everywhere_told",
    Work.RESTRICT: "rights.rectifying.notices.restricted",
}


def start(right: RequestedRight, by: Acting) -> None:
    """Begin to carry out a right of a known person; of anybody else there is nothing to tell."""
    name = STARTS.get(right.right)
    if name and right.request.subject_key is not None:
        import_string(name)(right, by)


def taken(right: RequestedRight, by: Acting) -> None:
    """Begin what a right of a proved person begins on receipt, before anybody answers it."""
    if name := TAKEN.get(right.right):
        import_string(name)(right, by)


def ended(right: RequestedRight, by: Acting) -> None:
    """Take back what held only while a right was open, however it ended."""
    if name := ENDS.get(right.right):
        import_string(name)(right, by)


def settled(errand: Errand, by: Acting) -> None:
    """Go on after an errand whose last system has answered; nothing when nothing follows."""
    if name := CONTINUATIONS.get(Work(errand.work)):
        import_string(name)(errand, by)


class StillRunning(Exception):
    """What was granted is not carried out yet, so it cannot be recorded as done."""

    code = "still_running"

    def __init__(self) -> None:
        super().__init__("Systems have not answered yet. It is completed once all of them have.")


def require_done(right: RequestedRight) -> None:
    """
    Refuse to record a right as carried out while a system owes its answer.

    :raises StillRunning: also for an erasure that was not begun, or is neither blocked nor over.
    """
    if right.errands.filter(settled_at=None).exists():
        raise StillRunning
    if right.right == "erasure" and not _is_erased(right):
        raise StillRunning


def _is_erased(right: RequestedRight) -> bool:
    """Of who is not known, or is gone already, there is nothing to erase."""
    key = right.request.subject_key
    if key is None or subjects.person(key).life == "shredded":
        return True
    link = getattr(right, "erasure", None)
    return link is not None and link.erasure.step in ("blocked", "ended", "stopped")
