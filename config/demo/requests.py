"""Requests of the invented people, for the desk: a year of them, the newest still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from config.demo.memory import Known
from config.demo.people import midnight
from rights import operations
from rights.casework.sealed import Typed
from rights.contact import messages
from rights.operations import Acting, NewRequest

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import RequestedRight, RightsRequest

OFFICER = "user:dpo"
_WORKING_HOUR = timedelta(hours=15)  # noon in the Americas is still the same day in Madrid
_EVERY = 53  # people between one request and the next
# None of these takes effect on the ledger: the demo's acts and decisions stay as they were told.
_ASKED = (
    ("access",),
    ("access", "rectification"),
    ("erasure",),
    ("rectification",),
    ("access", "erasure"),
)
_ANSWERED_AFTER = (1, 6, 2, 9, 4)  # days, by turn


@dataclass(frozen=True, slots=True)
class Asked:
    """What one person asked, how many days before the demo's end, and how it stands."""

    known: Known
    rights: tuple[str, ...]
    days_ago: int
    turn: int


def settle(known: Sequence[Known], day: date) -> int:
    """Put the requests on record as they came and were answered; returns how many there are."""
    adults = [one for one in known if not one.person.is_minor]
    asked = [
        Asked(one, _ASKED[turn % len(_ASKED)], 5 + 9 * turn, turn)
        for turn, one in enumerate(adults[7::_EVERY])
    ]
    for one in asked:
        _live(one, day)
    return len(asked)


def _live(asked: Asked, day: date) -> None:
    received_at = midnight(day) - timedelta(days=asked.days_ago) + _WORKING_HOUR
    request = _opened(asked, received_at)
    answered_at = received_at + timedelta(days=_ANSWERED_AFTER[asked.turn % 5])
    if asked.turn == 0:
        question = Acting("person", received_at, "¿Cuándo tendré mis datos?")
        messages.write(request, from_person=True, by=question)
    for right in request.rights.order_by("pk"):
        if asked.turn > 3 and answered_at < midnight(day):
            _answer(right, asked.turn, min(answered_at, _last_hour(right)))
        elif asked.turn == 2:
            _ask(right, received_at)


def _opened(asked: Asked, at: datetime) -> RightsRequest:
    told = asked.known.person.registration
    new = NewRequest(
        rights=asked.rights,
        country=told.country,
        region=told.region or "",
        locale=told.locale or "",
        channel=("portal", "form", "letter", "email")[asked.turn % 4],
        subject_key=asked.known.subject_key,
        identity="code",
        typed=Typed(words="Por favor, respondan a mi correo."),
    )
    request = operations.open_request(new, Acting("person", at))
    for right in request.rights.order_by("pk"):
        for duty in ("acknowledgement", "mark_disputed"):
            operations.mark(right.pk, duty, Acting(OFFICER, at))
    return request


def _last_hour(right: RequestedRight) -> datetime:
    assert right.statutory_due  # every right of `_ASKED` has a clock in every law of the demo
    return midnight(right.statutory_due) + _WORKING_HOUR


def _answer(right: RequestedRight, turn: int, at: datetime) -> None:
    by = Acting(OFFICER, at, "Va con esta carta.")
    if right.right == "erasure":
        _keep_the_company(right, turn, by)
        return
    operations.answer(right.pk, "granted", by)
    operations.complete(right.pk, Acting(OFFICER, at + timedelta(days=1)))


def _keep_the_company(right: RequestedRight, turn: int, by: Acting) -> None:
    """Nobody of the demo is erased: an erasure is refused for its law's duty, or taken back."""
    if turn % 2:
        operations.refuse(right.pk, "legal_duty", by)
    else:
        operations.withdraw(right.request_id, Acting("person", by.at), rights={"erasure"})


def _ask(right: RequestedRight, at: datetime) -> None:
    operations.ask(right.pk, Acting(OFFICER, at, "¿De qué tienda es el dato?"))
