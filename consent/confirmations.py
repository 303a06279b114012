"""
Double opt-in on e-mail: the outbox of confirmation mails, and the answer to their link.

A mail is written down in the act's own transaction, and a periodic task sends what is due. So no
mail is lost, none is sent for an act that was not recorded, and no write waits for the broker.
"""

import logging
import smtplib
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string

from consent import ledger, queries
from consent.act import EMAIL, Act, Actor, Kind, NewAct
from consent.catalogue import closest_locale
from consent.drafts import Draft
from consent.intake import drafted
from consent.models import Confirmation, ConsentEvent
from consent.queries import Offer
from consent.state import Layer, Standing, fold
from pseudonymize import operations as subjects
from pseudonymize import queries as known_subjects

logger = logging.getLogger(__name__)

LINK_LIVES = timedelta(days=14)
_ASKED_ALREADY = timedelta(days=1)  # a second grant within it waits for the first mail's link
_FIRST_RETRY = timedelta(minutes=1)
_LAST_RETRY = timedelta(hours=6)
_SALT = "consent.confirm"


class LinkNotValid(Exception):
    """The link was changed, is too old, or what it confirms is gone."""

    code = "link_not_valid"

    def __init__(self) -> None:
        super().__init__("This link is no longer valid. Choose e-mail again to get a new one.")


def is_due(draft: Draft, standing: Standing | None, offer: Offer) -> bool:
    """
    Return whether a mail is to be sent for a draft that is a grant which waits for it.

    `standing` is what stands with it. Only where e-mail was named or the purpose sends messages:
    else one tap on a page would bring a mail for every purpose. A mail that is already on its way
    serves the newer grant as well.
    """
    row = draft.row
    if standing is None or row["kind"] != Kind.GRANTED or not _concerns_email(row, offer):
        return False
    layer = standing.layer_for(EMAIL, None)
    return _is_pending(layer, row["sequence"]) and not _asked_already(draft)


def _concerns_email(row: Mapping[str, Any], offer: Offer) -> bool:
    if row["channels"] is not None:
        return EMAIL in row["channels"]
    purpose = offer.purposes[row["purpose"]]
    return EMAIL in purpose.channels and "send_message" in purpose.actions


def _email_layer(acts: list[Act]) -> Layer | None:
    return fold(acts).layer_for(EMAIL, None)


def _is_pending(layer: Layer | None, sequence: int) -> bool:
    return layer is not None and layer.sequence == sequence and layer.is_pending(EMAIL)


def _asked_already(draft: Draft) -> bool:
    """Return whether an earlier mail's link, followed now, would confirm this grant too."""
    grant, at = draft.act, draft.row["recorded_at"]
    asked = Confirmation.objects.filter(
        event__subject_id=draft.row["subject_id"],
        event__purpose=grant.purpose,
        created_at__gt=at - _ASKED_ALREADY,
    )
    sequences = list(asked.values_list("event__sequence", flat=True))
    if not sequences:
        return False
    events = queries.history(draft.row["subject_id"]).filter(purpose=grant.purpose)
    acts = [*(queries.act_of(event) for event in events), grant]
    for sequence in sequences:
        followed = Act(Kind.CONFIRMED, grant.sequence + 1, at, grant.purpose, confirms=sequence)
        if not _is_pending(_email_layer([*acts, followed]), grant.sequence):
            return True
    return False


def send_due(*, at: datetime, most: int = 500) -> int:
    """Send the mails that are due; returns how many went out. For a worker or a plain command."""
    due = Confirmation.objects.filter(sent_at=None, due_at__lte=at, created_at__gt=at - LINK_LIVES)
    ids = list(due.order_by("due_at").values_list("pk", flat=True)[:most])
    return sum(send(confirmation_id, at=at) for confirmation_id in ids)


def send(confirmation_id: uuid.UUID, *, at: datetime) -> bool:
    """
    Send one mail, if it is still due; returns whether it went out. Never inside a transaction.

    Claimed before it is sent, so that two workers send one mail; a crash in between sends it
    again after a while.
    """
    rows = Confirmation.objects.filter(pk=confirmation_id, sent_at=None)
    row = rows.filter(due_at__lte=at).select_related("event__notice").first()
    if row is None:
        return False
    wait = min(_FIRST_RETRY * 2**row.attempts, _LAST_RETRY)
    claim = rows.filter(attempts=row.attempts)
    if not claim.update(attempts=F("attempts") + 1, due_at=at + wait):
        return False
    address = known_subjects.contact(row.event.subject_id, EMAIL)
    if address is None:
        return False
    try:
        _mail(row, address)
    except (OSError, smtplib.SMTPException):
        logger.warning("consent.confirmation.not_sent attempt=%s", row.attempts + 1, exc_info=True)
        return False
    rows.update(sent_at=at)
    return True


def _mail(row: Confirmation, address: str) -> None:
    person = known_subjects.person(row.event.subject_id)
    locale = closest_locale(person.locale or row.event.locale)
    shown = row.event.notice
    notice = shown and queries.notice(shown.purpose, version=shown.version, locale=locale)
    context = {"notice": notice, "link": f"{settings.PUBLIC_URL}/confirm/{token(row)}"}
    text = render_to_string(f"emails/confirm.{locale}.txt", context)
    subject, _, body = text.partition("\n")
    send_mail(subject, body.strip() + "\n", None, [address])


def token(row: Confirmation) -> str:
    """Return the signed text of a mail's link. It says nothing about the person."""
    return signing.Signer(salt=_SALT).sign(row.pk.hex)


def opened(link: str, *, at: datetime) -> Confirmation:
    """
    Return what a link is about.

    :raises LinkNotValid: when it was changed, is too old, or the person's data were erased or
        blocked since.
    """
    try:
        number = signing.Signer(salt=_SALT).unsign(link)
    except signing.BadSignature:
        raise LinkNotValid from None
    alive = Confirmation.objects.filter(created_at__gt=at - LINK_LIVES)
    row = alive.filter(pk=uuid.UUID(number)).select_related("event__notice").first()
    if row is None or known_subjects.person(row.event.subject_id).life != "active":
        raise LinkNotValid
    return row


@transaction.atomic
def confirm(link: str, *, at: datetime) -> ConsentEvent:
    """
    Record that the person confirmed by the mail's link; twice gives the first act again.

    :raises LinkNotValid: also when the grant was withdrawn or replaced since.
    """
    grant = opened(link, at=at).event
    if subjects.lock(grant.subject_id) != "active":
        raise LinkNotValid
    events = list(queries.history(grant.subject_id).filter(purpose=grant.purpose))
    acts = [queries.act_of(event) for event in events]
    layer = _email_layer(acts)
    earlier = [e for e in events if e.details.get("confirms") == grant.sequence]
    if earlier and layer and layer.is_grant:
        return earlier[0]
    act = NewAct(
        kind=Kind.CONFIRMED,
        purpose=grant.purpose,
        method="double_opt_in",
        actor=Actor.SUBJECT,
        channels=[EMAIL],
        confirms=grant.sequence,
    )
    draft = drafted(act, grant.subject_id, caller="person", at=at, offer=queries.offer())
    after = events[-1].sequence + 1
    followed = Act(Kind.CONFIRMED, after, at, grant.purpose, confirms=grant.sequence)
    if fold(acts) == fold([*acts, followed]):
        raise LinkNotValid
    return ledger.append(grant.subject_id, [draft])[0]
