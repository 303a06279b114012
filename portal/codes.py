"""
One-time codes by e-mail.

Whoever asks gets the same answer in the same time, whether or not somebody has the address: one
lookup and one row either way. A worker makes the mail within seconds.
"""

import hmac
import logging
import secrets
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.mail import send_mail
from django.db.models import Count, F, Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac

from portal.links import digest
from portal.models import EntryCode
from pseudonymize import queries as known_subjects
from pseudonymize.identifiers import MalformedIdentifier

logger = logging.getLogger(__name__)

LIVES = timedelta(minutes=10)
MOST_TRIES = 5
MOST_ASKED = 5  # per address and hour: nobody's mailbox is flooded from here
MOST_FROM_ONE = 100  # per client and hour: nobody tries address after address
_WITHIN = timedelta(hours=1)


class NoAddress(Exception):
    """What was typed cannot be an e-mail address."""


def ask(address: str, *, locale: str, at: datetime, client: bytes = b"") -> str:
    """
    Note that a browser asks for a code, and return the cookie that may redeem it.

    `client` tells where it asks from (`clients.client`). Who asks too often, for one address or
    from one client, gets the same answer and no mail.

    :raises NoAddress: when `address` cannot be one, whoever it is.
    """
    try:
        found = known_subjects.holders("email", address)
        known_by = bytes(known_subjects.lookup_digest("email", address))
    except MalformedIdentifier:
        raise NoAddress from None
    recent = EntryCode.objects.filter(asked_at__gt=at - _WITHIN)
    asked = recent.filter(Q(address=known_by) | Q(client=client)).aggregate(
        of_address=Count("pk", filter=Q(address=known_by)),
        of_client=Count("pk", filter=Q(client=client)),
    )
    may = asked["of_address"] < MOST_ASKED and asked["of_client"] < MOST_FROM_ONE
    browser = secrets.token_urlsafe(32)
    EntryCode.objects.create(
        browser=digest(browser),
        address=known_by,
        client=client,
        subject_keys=found if may else [],
        locale=locale,
        asked_at=at,
    )
    return browser


def send_due(*, at: datetime) -> int:
    """Send the codes that were asked for and not yet sent; returns how many mails went out."""
    waiting = EntryCode.objects.filter(sent_at=None, asked_at__gt=at - LIVES)
    return sum(send(row_id, at=at) for row_id in waiting.values_list("pk", flat=True))


def send(row_id: int, *, at: datetime) -> bool:
    """Make a code and send it, once; returns whether a mail went out."""
    claim = EntryCode.objects.filter(pk=row_id, sent_at=None, asked_at__gt=at - LIVES)
    if not claim.update(sent_at=at):
        return False
    row = EntryCode.objects.get(pk=row_id)
    contacts = (known_subjects.contact(key, "email") for key in row.subject_keys)
    address = next(filter(None, contacts), None)
    if address is None:
        return False
    code = f"{secrets.randbelow(10**6):06d}"
    EntryCode.objects.filter(pk=row_id).update(code=_sealed(row.pk, code))
    try:
        _mail(address, code, row.locale)
    except (OSError, smtplib.SMTPException):
        logger.warning("portal.code.not_sent", exc_info=True)
        EntryCode.objects.filter(pk=row_id).update(sent_at=None)
        return False
    return True


def redeem(browser: str, code: str, *, at: datetime) -> Sequence[int]:
    """
    Return the subjects that a code opens; empty when it is wrong, too old or used.

    Only the browser that asked can redeem, five times at most; then a new code is needed.
    """
    rows = EntryCode.objects.filter(browser=digest(browser), used_at=None)
    tried = rows.filter(asked_at__gt=at - LIVES, tries__lt=MOST_TRIES)
    if not tried.update(tries=F("tries") + 1):
        return []
    row = rows.get()
    given = "".join(code.split())
    if not hmac.compare_digest(bytes(row.code or b""), _sealed(row.pk, given)):
        return []
    if not rows.update(used_at=at):
        return []
    return row.subject_keys


def opened(browser: str, *, at: datetime) -> Sequence[int]:
    """Return the subjects that this browser's code has opened, while one may be chosen."""
    rows = EntryCode.objects.filter(browser=digest(browser), used_at__gt=at - LIVES)
    return rows.values_list("subject_keys", flat=True).first() or []


def forget(subject_key: int) -> int:
    """Make the codes that may open a subject's pages worth nothing; returns how many."""
    dropped, _ = EntryCode.objects.filter(subject_keys__contains=[subject_key]).delete()
    return dropped


def drop_old(*, at: datetime) -> int:
    """Delete the codes that no longer count for anything; returns how many."""
    dropped, _ = EntryCode.objects.filter(asked_at__lte=at - _WITHIN).delete()
    return dropped


def _mail(address: str, code: str, locale: str) -> None:
    with translation.override(locale):
        text = render_to_string("portal/mail/code.txt", {"code": code, "minutes": _minutes()})
    subject, _, body = text.partition("\n")
    send_mail(subject, body.strip() + "\n", None, [address])


def _minutes() -> int:
    return int(LIVES.total_seconds() // 60)


def _sealed(row_id: int, code: str) -> bytes:
    return salted_hmac("portal.codes", f"{row_id}:{code}", algorithm="sha256").digest()
