"""What a person says is wrong about them: old value, new value, why; decided one by one."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from pseudonymize import envelopes
from pseudonymize.identifiers import MalformedIdentifier, normalise
from rights.casework.events import Acting, note
from rights.casework.holding import held_right
from rights.lifecycle import UNANSWERED, State
from rights.models import Attachment, Change, RequestedRight
from rights.rectifying.fields import kinds

MOST = 20
LONGEST = 500
ACCEPTED, REFUSED = "accepted", "refused"
_LABEL = "change"


class ChangeRefused(Exception):
    """What is said to be wrong cannot be taken down like this."""

    def __init__(self, code: str, field: str, sentence: str) -> None:
        self.code, self.field = code, field
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Told:
    """What a person says of one detail. `old` may be empty: something is missing."""

    field: str
    old: str
    new: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """A change as it stands, opened for who decides it or whose it is."""

    row: Change
    told: Told | None  # None once it was destroyed


def checked(told: Iterable[Told], *, country: str) -> list[Told]:
    """
    Return the changes that say something.

    :raises ChangeRefused: unknown field, too long, nothing new, or a value that cannot be one.
    """
    found = [change for change in told if change.old.strip() or change.new.strip()]
    if len(found) > MOST:
        raise ChangeRefused("too_many_changes", "changes", f"Name up to {MOST} details.")
    for change in found:
        _check(change, country)
    return found


def _check(change: Told, country: str) -> None:
    if change.field not in kinds():
        sentence = f"Name one of: {', '.join(kinds())}."
        raise ChangeRefused("change_field_unknown", "changes", sentence)
    if max(map(len, asdict(change).values())) > LONGEST:
        sentence = f"A value takes up to {LONGEST} characters."
        raise ChangeRefused("change_too_long", "changes", sentence)
    if change.old.strip() == change.new.strip():
        sentence = "Old and new are the same. Write what is wrong, and what is right."
        raise ChangeRefused("change_says_nothing", "changes", sentence)
    if kinds()[change.field].own:
        _check_identifier(change, country)


def _check_identifier(change: Told, country: str) -> None:
    for value in filter(None, (change.old.strip(), change.new.strip())):
        try:
            normalise(change.field, value, country=country or None)
        except MalformedIdentifier:
            sentence = f"That is no {change.field}. Write it whole."
            raise ChangeRefused("change_malformed", "changes", sentence) from None


@transaction.atomic
def state(
    right: RequestedRight,
    told: Sequence[Told],
    by: Acting,
    *,
    evidence: Attachment | None = None,
) -> list[Change]:
    """
    Take down what is wrong, sealed in the request's envelope.

    :raises ChangeRefused: when the right is answered already, or as `checked`.
    """
    if State(right.state) not in UNANSWERED:
        sentence = "This was answered already. Open a new request."
        raise ChangeRefused("change_too_late", "changes", sentence)
    found = checked(told, country=right.request.country)
    rows = [
        Change(
            right=right,
            field=change.field,
            told=_sealed(right, change),
            evidence=evidence,
            told_at=by.at,
        )
        for change in found
    ]
    Change.objects.bulk_create(rows)
    if rows:
        details = {"fields": [row.field for row in rows]}
        note(right.request, "change.stated", Acting(by.actor, by.at), right=right, details=details)
    return rows


def _sealed(right: RequestedRight, change: Told) -> bytes:
    text = json.dumps(asdict(change)).encode()
    return envelopes.seal(right.request.envelope, text, label=_LABEL)


def opened(change: Change) -> Told | None:
    """Return what was said of a change; None once it was destroyed."""
    envelope = change.right.request.envelope
    if change.told is None or envelope is None:
        return None
    return Told(**json.loads(envelopes.unseal(envelope, bytes(change.told), label=_LABEL)))


def stated(right: RequestedRight) -> list[Stated]:
    """Return the changes of a right in the order in which they were stated."""
    rows = right.changes.select_related("right__request", "evidence").order_by("pk")
    return [Stated(row, opened(row)) for row in rows]


@transaction.atomic
def decide(right_id: int, accepted: Collection[int], by: Acting) -> list[Change]:
    """
    Accept the changes with these numbers and refuse the others; until the right is answered.

    :raises ChangeRefused: when it was answered already.
    """
    right = held_right(right_id)
    if State(right.state) not in UNANSWERED:
        sentence = "This was answered already; what was decided stands."
        raise ChangeRefused("change_too_late", "changes", sentence)
    rows = list(right.changes.order_by("pk"))
    for row in rows:
        row.outcome = ACCEPTED if row.pk in accepted else REFUSED
        row.decided_by, row.decided_at = by.actor, by.at
    Change.objects.bulk_update(rows, ["outcome", "decided_by", "decided_at"])
    details = {outcome: sum(row.outcome == outcome for row in rows) for outcome in _OUTCOMES}
    note(right.request, "change.decided", Acting(by.actor, by.at), right=right, details=details)
    return rows


_OUTCOMES = (ACCEPTED, REFUSED)


def accepted(right: RequestedRight) -> list[Stated]:
    """
    Return the changes that are to be made: those accepted.

    Where the right was granted as a whole and nobody chose among them, all of them.
    """
    found = stated(right)
    if right.outcome == "granted" and not any(one.row.outcome for one in found):
        return found
    return [one for one in found if one.row.outcome == ACCEPTED]


def in_letter(right: RequestedRight) -> str:
    """Return what is corrected, `detail: old → new` one after the other; empty for nothing."""
    if right.right != "rectification":
        return ""
    locale = right.request.locale
    told = [(kinds()[one.row.field], one.told) for one in accepted(right) if one.told]
    return "; ".join(
        f"{kind.words[locale]}: {change.old or '—'} → {change.new or '—'}" for kind, change in told
    )
