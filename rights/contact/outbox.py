"""The mails of letters: written down with the letter, sent after it, once, and tried again."""

import logging
import smtplib
from datetime import datetime, timedelta

from celery import current_app
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from kombu.exceptions import OperationalError

from rights.models import Letter

logger = logging.getLogger(__name__)

_FIRST_RETRY = timedelta(minutes=1)
_LAST_RETRY = timedelta(hours=6)


def hand_over(letter_id: int) -> None:
    """Let a worker send a letter's mail once the transaction has ended."""
    transaction.on_commit(lambda: _hand_over(letter_id))


def _hand_over(letter_id: int) -> None:
    try:
        current_app.send_task("rights.tasks.send_letter", [letter_id], retry=False)
    except OperationalError:
        logger.warning("rights.letter.broker_down: the mail waits for the next sweep")


def send_due(*, at: datetime, most: int = 500) -> int:
    """Send the mails that are due; returns how many went out."""
    due = Letter.objects.filter(sent_at=None, due_at__lte=at).order_by("due_at")
    return sum(send(letter_id, at=at) for letter_id in due.values_list("pk", flat=True)[:most])


def send(letter_id: int, *, at: datetime) -> bool:
    """
    Send one letter's mail, if it is still due; returns whether it went out.

    Claimed before it is sent, so that two workers send one mail; a crash in between sends it
    again after a while.
    """
    from rights.contact import letters  # it hands its letters to this module

    rows = Letter.objects.filter(pk=letter_id, sent_at=None, due_at__lte=at)
    letter = rows.select_related("request").first()
    if letter is None:
        return False
    wait = min(_FIRST_RETRY * 2**letter.attempts, _LAST_RETRY)
    claim = rows.filter(attempts=letter.attempts)
    if not claim.update(attempts=F("attempts") + 1, due_at=at + wait):
        return False
    address = letters.address_of(letter.request, at=at)
    if not address:
        return False
    text = letters.text_of(letter)
    mail = EmailMessage(text.subject, text.plain, None, [address])
    mail.attach(f"{letter.kind}-{letter.request_id}.pdf", letters.pdf_of(letter), "application/pdf")
    try:
        mail.send()
    except (OSError, smtplib.SMTPException):
        logger.warning("rights.letter.not_sent letter=%s", letter.pk, exc_info=True)
        return False
    Letter.objects.filter(pk=letter_id).update(sent_at=at)
    return True
