"""What was accepted is corrected: in every system, then in Venia itself; recipients are told."""

from pseudonymize import operations as vault
from pseudonymize import queries as subjects
from pseudonymize.operations import IdentifierUnknown
from pseudonymize.registration import Registration
from rights.casework.events import Acting, note
from rights.lifecycle import State
from rights.models import Errand, RequestedRight
from rights.rectifying import notices
from rights.rectifying.changes import Stated, Told, accepted
from rights.rectifying.fields import kinds
from rights.systems import errands
from rights.systems.declaration import Work


class NothingAccepted(Exception):
    """It was granted, and nothing says what is to be corrected."""

    code = "nothing_accepted"

    def __init__(self) -> None:
        super().__init__("Take down what is wrong and what is right, and accept it, first.")


def begin(right: RequestedRight, by: Acting) -> None:
    """
    Tell every system what was wrong and what is right.

    Venia's own identifiers change afterwards: by the old ones systems still find the person.

    :raises NothingAccepted: when there is nothing to tell.
    """
    key = right.request.subject_key
    assert key is not None  # execution.start asks
    told = payload(right)
    if not told["changes"]:
        raise NothingAccepted
    errands.send(key, Work.RECTIFY, by, right=right, payload=told)


def payload(right: RequestedRight) -> dict[str, list[dict[str, str | None]]]:
    """Return what systems and recipients are told: kind, category, old and new value."""
    changes = [(kinds()[one.row.field], one.told) for one in accepted(right) if one.told]
    return {
        "changes": [
            {
                "kind": kind.key,
                "category": kind.category or None,
                "old": change.old.strip() or None,
                "new": change.new.strip() or None,
            }
            for kind, change in changes
        ]
    }


def corrected(errand: Errand, by: Acting) -> None:
    """Correct what Venia keeps, once every system has; then recipients. Twice is harmless."""
    right = errand.right
    if right is None or right.state != State.EXECUTING:
        return
    for one in accepted(right):
        if one.told and one.row.applied_at is None:
            _apply(one, one.told, by)
    notices.begin(right, by, payload=payload(right))
    notices.finish(right, by)


def _apply(one: Stated, told: Told, by: Acting) -> None:
    right = one.row.right
    key = right.request.subject_key
    assert key is not None
    applied = kinds()[told.field].own and _corrected(key, told, by)
    one.row.applied_at = by.at if applied else None
    one.row.save(update_fields=["applied_at"])
    details = {"change": one.row.pk, "field": told.field, "here": bool(applied)}
    note(right.request, "change.applied", Acting("system", by.at), right=right, details=details)


def _corrected(key: int, told: Told, by: Acting) -> bool:
    """Change the identifier; False where Venia never had the old one."""
    old, new = told.old.strip(), told.new.strip() or None
    if not old:
        return _added(key, told.field, new or "", by)
    try:
        vault.correct(key, told.field, old=old, new=new, at=by.at, actor=by.actor)
    except IdentifierUnknown:
        return False
    return True


def _added(key: int, kind: str, value: str, by: Acting) -> bool:
    """Add an identifier that was missing to the one person who has all the others."""
    person = subjects.person(key)
    known = [pair for pair in subjects.every_identifier(key) if pair[0] == "external_id"]
    if not known:
        return False
    registration = Registration(
        identifiers=(known[-1], (kind, value)), country=person.country, locale=person.locale
    )
    vault.register(registration, at=by.at, actor=by.actor)
    return True
