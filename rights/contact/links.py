"""A new link to the own page, for who lost theirs: asked for by an address, sent to it alone."""

import logging
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q
from django.template.loader import render_to_string
from kombu.exceptions import OperationalError

from pseudonymize import queries as subjects
from pseudonymize.identifiers import MalformedIdentifier
from rights.contact import doors
from rights.contact.letters import address_of
from rights.models import Door, RightsRequest

logger = logging.getLogger(__name__)

MOST = 5  # mails an hour to one address: nobody's mailbox is flooded from here
_WITHIN = timedelta(hours=1)
_SHOWN = 3  # the newest requests of an address


def is_flooded(request: RightsRequest, *, at: datetime) -> bool:
    """Return whether too many requests came from the request's address within the hour."""
    if request.address is None:
        return False
    same = RightsRequest.objects.filter(address=bytes(request.address))
    return same.filter(received_at__gt=at - _WITHIN).count() > MOST


def ask_again(email: str, *, at: datetime) -> None:
    """Let a worker send links for an address; the task is the same when nobody has it."""
    numbers = _requests(email, at)
    try:
        current_app.send_task("rights.tasks.send_links", [list(numbers)], retry=False)
    except OperationalError:
        logger.warning("rights.links.broker_down: the person asks again")


def _requests(email: str, at: datetime) -> Sequence[int]:
    try:
        digest = subjects.lookup_digest("email", email)
        holders = subjects.holders("email", email)
    except MalformedIdentifier:
        return []
    mine = Q(address=digest, subject_key=None) | Q(subject_key__in=holders)
    rows = RightsRequest.objects.filter(mine, envelope__isnull=False).order_by("-pk")
    return list(rows.values_list("pk", flat=True)[:_SHOWN])


def send_links(numbers: Sequence[int], *, at: datetime) -> int:
    """Send a link for each request to where its letters go; returns how many mails went out."""
    rows = RightsRequest.objects.filter(pk__in=numbers, envelope__isnull=False)
    return sum(_send(request, at) for request in rows)


def _send(request: RightsRequest, at: datetime) -> bool:
    recent = Door.objects.filter(request=request, kind="link", opens_from__gt=at - _WITHIN)
    address = address_of(request)
    if not address or recent.count() >= MOST:
        return False
    link = f"{settings.PUBLIC_URL}/rights/in/{doors.link(request, at=at)}"
    context = {"link": link, "number": request.pk}
    text = render_to_string(f"rights/mail/link.{request.locale}.txt", context)
    subject, _, body = text.partition("\n")
    try:
        send_mail(subject, body.strip() + "\n", None, [address])
    except (OSError, smtplib.SMTPException):
        logger.warning("rights.link.not_sent request=%s", request.pk, exc_info=True)
        return False
    return True
