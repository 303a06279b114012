"""
What a person wants corrected or erased is marked as disputed, from the proof until the end, where a
law wants it.

Source: Ley 25.326 art. 16.6; Ley 1581/2012 art. 15.2; Ley 18.331 art. 15; the clocks of the packs
say for which rights. Elsewhere a person asks for restriction (GDPR art. 18.1.a), which has a path
of its own.
"""

from django.db import transaction

from pseudonymize import queries as subjects
from rights.casework import clocks
from rights.casework.events import Acting, day_of, note
from rights.models import Errand, RequestedRight
from rights.rectifying import notices
from rights.systems import errands
from rights.systems.declaration import Work

_EVENT = "mark_disputed"


def is_wanted(right: RequestedRight) -> bool:
    """Return whether a law of the person wants a mark while it is looked into."""
    rules = (clocks.rule_of(law, right.right, _EVENT) for law in right.request.laws)
    return any(rules)


@transaction.atomic
def mark(right: RequestedRight, by: Acting) -> Errand | None:
    """
    Tell every system that what the person names is disputed; None where no law wants it.

    Without names, as for an erasure, it is all that the system holds of the person.
    """
    key = right.request.subject_key
    if key is None or not is_wanted(right):
        return None
    fields = sorted(set(right.changes.values_list("field", flat=True)))
    payload = {"right": right.right, "fields": fields}
    return errands.send(key, Work.DISPUTE, by, right=right, payload=payload)


def marked(errand: Errand, by: Acting) -> None:
    """End the clock of the mark once every system has put it; harmless when called again."""
    right = errand.right
    if right is None:
        return
    if clocks.end(right, [_EVENT], on=day_of(right.request, by), why="met"):
        note(right.request, _EVENT, Acting("system", by.at), right=right)
        clocks.settle(right)
    notices.finish(right, by)


def release(right: RequestedRight, by: Acting) -> Errand | None:
    """Take the mark away, however the right ended; None where none is, or is left to take away."""
    key = right.request.subject_key
    if key is None or subjects.person(key).life != "active":  # erased, and the mark with it
        return None
    if not right.errands.filter(work=Work.DISPUTE).exists():
        return None
    payload = {"right": right.right, "of": Work.DISPUTE.value}
    return errands.send(key, Work.RELEASE, by, right=right, payload=payload)
