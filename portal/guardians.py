"""How a minor reaches the person who decides for them."""

import logging
import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from consent.catalogue import closest_locale
from portal import links
from portal.models import Kind
from pseudonymize import queries as subjects

logger = logging.getLogger(__name__)

LINK_LIVES = timedelta(days=3)


def ask(subject_key: int, *, at: datetime) -> bool:
    """
    Send the guardian a link to the minor's pages; returns whether a mail went out.

    The mail says that somebody in their care asks, not what about.
    """
    guardian = subjects.guardian(subject_key)
    if guardian is None:
        return False
    link = links.issue(subject_key, kind=Kind.GUARDIAN, actor="person", at=at, lives=LINK_LIVES)
    locale = closest_locale(subjects.person(subject_key).locale)
    context = {"link": f"{settings.PUBLIC_URL}{link.path}", "days": LINK_LIVES.days}
    with translation.override(locale.lower()):
        mail = render_to_string("portal/mail/guardian.txt", context)
    subject, _, body = mail.partition("\n")
    try:
        send_mail(subject, body.strip() + "\n", None, [guardian.email])
    except (OSError, smtplib.SMTPException):
        logger.warning("portal.guardian.not_asked", exc_info=True)
        return False
    return True
