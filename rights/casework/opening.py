"""A request comes in: one request, a clock, a state and an answer for each right in it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from consent import queries as consents
from consent.catalogue import closest_locale
from jurisdictions.load import laws as packs
from jurisdictions.stack import laws_in_force
from jurisdictions.vocabulary import RIGHTS
from pseudonymize import envelopes
from pseudonymize import operations as subjects
from pseudonymize import queries as known_subjects
from pseudonymize.identifiers import MalformedIdentifier
from rights.casework import clocks, effects, terms
from rights.casework.events import Acting, drafted, event_of, legal_day, note_all
from rights.casework.sealed import Typed, seal_typed
from rights.lifecycle import State
from rights.models import Clock, RequestedRight, RightsRequest
from rights.rectifying.changes import Told as WrongDetail
from rights.rectifying.changes import state as state_changes

CHANNELS = ("form", "portal", "api", "letter", "phone", "email", "in_store")
MADE_BY = ("self", "representative", "guardian")
PUBLIC = "req_"


class RequestRefused(Exception):
    """A request cannot be recorded as it was sent; nothing was changed."""

    def __init__(self, code: str, field: str, sentence: str) -> None:
        self.code, self.field = code, field
        super().__init__(sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """
    What is asked, and what is known of who asks.

    `identity` says how the person was proved, empty while they are not. A proved person may
    still be nobody that we know: then `subject_key` is None, and the answer will say so.
    `received_on` is the legal day of receipt where it was before today.
    """

    rights: Sequence[str]
    country: str
    region: str = ""
    locale: str = ""
    channel: str = "form"
    made_by: str = "self"
    received_on: date | None = None
    subject_key: int | None = None
    identity: str = ""
    purposes: Sequence[str] = ()
    typed: Typed = field(default_factory=Typed)
    changes: Sequence[WrongDetail] = ()


@transaction.atomic
def open_request(new: NewRequest, by: Acting) -> RightsRequest:
    """
    Record a request with a clock per right, and let take effect what the law wants at once.

    A second request of the same person is a request of its own; `queries.related` links them.

    :raises RequestRefused: when something in it cannot be; nothing is recorded then.
    """
    if new.subject_key is not None:
        subjects.lock(new.subject_key)
    today = legal_day(by.at, new.country)
    received_on = new.received_on or today
    _check(new, received_on, today)
    laws = _laws(new, received_on)
    request = _created(new, laws, received_on, by)
    rights = RequestedRight.objects.bulk_create(
        RequestedRight(request=request, right=name, state=_first_state(new))
        for name in dict.fromkeys(new.rights)
    )
    details = {"channel": new.channel, "rights": list(new.rights)}
    opened = event_of(request, "opened", by, right=None, details=details)
    received = [drafted(right, "received", by, state=right.state) for right in rights]
    note_all(request, [opened, *received], by)
    _start_clocks(request, rights, by)
    _state_changes(new, rights, by)
    if new.identity:
        for right in rights:
            effects.take(right, by)
    return request


def _state_changes(new: NewRequest, rights: Sequence[RequestedRight], by: Acting) -> None:
    """Take down what is wrong, under the right that asks to have it corrected."""
    for right in rights:
        if right.right == "rectification" and new.changes:
            state_changes(right, new.changes, by)


def _first_state(new: NewRequest) -> str:
    return State.IN_PROGRESS if new.identity else State.AWAITING_IDENTITY


def _check(new: NewRequest, received_on: date, today: date) -> None:
    if not new.rights:
        raise RequestRefused("rights_missing", "rights", "Name at least one right.")
    if new.changes and "rectification" not in new.rights:
        sentence = "What is wrong is corrected by the right of rectification. Ask for it too."
        raise RequestRefused("change_without_right", "changes", sentence)
    if unknown := set(new.rights) - RIGHTS:
        sentence = f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(sorted(RIGHTS))}."
        raise RequestRefused("right_unknown", "rights", sentence)
    if received_on > today:
        sentence = "A request cannot be received tomorrow. Give the day on which it arrived."
        raise RequestRefused("received_in_the_future", "received_on", sentence)
    if new.channel not in CHANNELS or new.made_by not in MADE_BY:
        sentence = f"Channels: {', '.join(CHANNELS)}; made by: {', '.join(MADE_BY)}."
        raise RequestRefused("word_unknown", "channel", sentence)
    if strangers := set(new.purposes) - set(consents.purposes()):
        sentence = f"No such purpose: {', '.join(sorted(strangers))}. See GET /api/v1/purposes."
        raise RequestRefused("purpose_unknown", "purposes", sentence)


def _laws(new: NewRequest, received_on: date) -> list[str]:
    """Return the laws of the person on the day of receipt; the request keeps them."""
    codes = [law.code for law in laws_in_force(new.country, new.region or None, received_on)]
    if not codes:
        sentence = "We hold no law for this place and day. Answer it by the law's own text."
        raise RequestRefused("law_unknown", "country", sentence)
    for right in new.rights:
        if not any(packs()[code].grants(right) for code in codes):
            sentence = f"None of {', '.join(codes)} grants {right!r}."
            raise RequestRefused("right_not_in_law", "rights", sentence)
    return codes


def _created(new: NewRequest, laws: list[str], received_on: date, by: Acting) -> RightsRequest:
    envelope = envelopes.make(at=by.at)
    return RightsRequest.objects.create(
        public_id=PUBLIC + secrets.token_hex(13),
        subject_key=new.subject_key,
        identity=new.identity,
        identity_proved_on=legal_day(by.at, new.country) if new.identity else None,
        country=new.country,
        region=new.region,
        laws=laws,
        terms=terms.usual(laws, new.rights),
        locale=closest_locale(new.locale),
        channel=new.channel,
        made_by=new.made_by,
        purposes=list(new.purposes),
        received_on=received_on,
        received_at=by.at,
        opened_by=by.actor,
        envelope=envelope,
        typed=seal_typed(envelope, new.typed),
        address=address_digest(new.typed.email),
    )


def address_digest(email: str) -> bytes | None:
    """Return the keyed digest by which requests from one typed address are counted and linked."""
    try:
        return known_subjects.lookup_digest("email", email) if email else None
    except MalformedIdentifier:
        raise RequestRefused("email_malformed", "email", "Write a whole e-mail address.") from None


def _start_clocks(request: RightsRequest, rights: Sequence[RequestedRight], by: Acting) -> None:
    inputs = clocks.inputs_of(request, request.received_on)
    started: list[Clock] = []
    for right in rights:
        counts = [
            clocks.count(request.laws, right.right, event, inputs)
            for event in (
                clocks.event_by_terms(request, right.right, "answer"),
                *clocks.FROM_RECEIPT,
                *clocks.FROM_COMPLETE,
            )
        ]
        mine = [clocks.drafted(right, found, at=by.at) for found in counts if found]
        right.statutory_due = min((clock.statutory_due for clock in mine), default=None)
        right.prudent_due = min((clock.prudent_due for clock in mine), default=None)
        started += mine
    Clock.objects.bulk_create(started)
    RequestedRight.objects.bulk_update(rights, ["statutory_due", "prudent_due"])
