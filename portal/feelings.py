"""
"This felt invasive": what people say of a decision or a page, and that a person answers it.

Three alike raise an alarm on the purpose or the rule, and when something was changed, everybody
who said so is told.
"""

import logging
import smtplib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from audit import operations as audit
from consent.catalogue import closest_locale
from portal.models import About, Alarm, Feeling
from pseudonymize import operations as subjects
from pseudonymize import queries as known_subjects

logger = logging.getLogger(__name__)

ANSWERED_WITHIN = timedelta(hours=48)
ALIKE = 3
LONGEST = 2000  # characters of what a person writes
_LABEL = "feeling"
_ALARMED_BY = ("purpose", "rule")


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says. `decision` is the one it is about, where it is about one."""

    about: About
    words: str = ""
    reply_by: str = "page"
    decision: uuid.UUID | None = None
    purpose: str = ""
    rule: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A case with its words opened, for its owner or for who answers."""

    case: Feeling
    words: str
    answer: str
    change: str


def channels(subject_key: int) -> list[str]:
    """Return the ways in which a person can be answered; the page itself always works."""
    known = [kind for kind in ("email", "phone") if known_subjects.contact(subject_key, kind)]
    return [*known, "page"]


@transaction.atomic
def tell(subject_key: int, said: Said, *, at: datetime) -> Feeling:
    """
    Open a case that a person at the company answers before `due_at`.

    :raises SubjectErased, SubjectBlocked: when nothing can be kept for the subject.
    """
    words = said.words.strip()[:LONGEST]
    case = Feeling.objects.create(
        subject_id=subject_key,
        about=said.about,
        decision=said.decision,
        purpose=said.purpose,
        rule=said.rule,
        page=said.page,
        words=subjects.seal(subject_key, words.encode(), label=_LABEL) if words else None,
        reply_by=said.reply_by if said.reply_by in channels(subject_key) else "page",
        opened_at=at,
        due_at=at + ANSWERED_WITHIN,
    )
    details = {"case": str(case.pk), "about": str(said.about), "purpose": said.purpose}
    audit.record(
        "portal.feeling_told", actor="person", at=at, subject_key=subject_key, details=details
    )
    if said.about is About.INVASIVE:
        for kind in _ALARMED_BY:
            _raise_if_alike(kind, getattr(case, kind), at=at)
    return case


def _raise_if_alike(kind: str, value: str, *, at: datetime) -> None:
    if not value:
        return
    alike = Feeling.objects.filter(about=About.INVASIVE, **{kind: value})
    last = Alarm.objects.filter(kind=kind, value=value).order_by("-raised_at").first()
    if last and last.settled_at is None:
        return
    if last and last.settled_at:
        alike = alike.filter(opened_at__gt=last.settled_at)
    if alike.count() >= ALIKE:
        _, raised = Alarm.objects.get_or_create(
            kind=kind, value=value, settled_at=None, defaults={"raised_at": at}
        )
        if raised:
            details = {"kind": kind, "value": value}
            audit.record("portal.alarm_raised", actor="system", at=at, details=details)
            logger.warning("portal.alarm_raised %s=%s", kind, value)


def waiting() -> QuerySet[Feeling]:
    """Return the cases that wait for a person's answer, the most urgent first."""
    return Feeling.objects.filter(answered_at=None).order_by("due_at")


def alarms() -> QuerySet[Alarm]:
    """Return the alarms that nobody has settled, the oldest first."""
    return Alarm.objects.filter(settled_at=None).order_by("raised_at")


@transaction.atomic
def answer(case_id: uuid.UUID, text: str, *, by: str, at: datetime) -> Feeling:
    """Answer a case, `by` a person at the company, in the channel that its owner chose."""
    case = Feeling.objects.select_for_update().get(pk=case_id)
    case.answer = subjects.seal(case.subject_id, text.encode(), label=_LABEL)
    case.answered_at, case.answered_by = at, by
    case.save(update_fields=["answer", "answered_at", "answered_by"])
    details = {"case": str(case.pk)}
    audit.record(
        "portal.feeling_answered", actor=by, at=at, subject_key=case.subject_id, details=details
    )
    transaction.on_commit(partial(_mail, case, text))
    return case


@transaction.atomic
def settle(alarm_id: int, change: str, *, by: str, at: datetime) -> int:
    """
    Say what was changed about the cause of an alarm; returns how many people are told.

    Everybody who said so sees it on their page, and by mail where that was their wish.
    """
    alarm = Alarm.objects.select_for_update().get(pk=alarm_id, settled_at=None)
    alarm.change, alarm.settled_at, alarm.settled_by = change, at, by
    alarm.save(update_fields=["change", "settled_at", "settled_by"])
    alike = Feeling.objects.filter(about=About.INVASIVE, change="", **{alarm.kind: alarm.value})
    told = list(alike)
    alike.update(change=str(alarm.pk))
    details = {"alarm": alarm.pk, "told": len(told)}
    audit.record("portal.alarm_settled", actor=by, at=at, details=details)
    for case in told:
        transaction.on_commit(partial(_mail, case, change))
    return len({case.subject_id for case in told})


def conversations(subject_key: int) -> list[Conversation]:
    """Return what a person said and was answered, newest first."""
    cases = list(Feeling.objects.filter(subject_id=subject_key).order_by("-opened_at"))
    numbers = [int(case.change) for case in cases if case.change]
    changes = {str(row.pk): row.change for row in Alarm.objects.filter(pk__in=numbers)}
    return [
        Conversation(
            case,
            _open(case, case.words),
            _open(case, case.answer),
            changes.get(case.change, ""),
        )
        for case in cases
    ]


def words_of(case: Feeling) -> str:
    """Return what its owner wrote of a case, for who answers it."""
    return _open(case, case.words)


def _open(case: Feeling, sealed: bytes | memoryview | None) -> str:
    if sealed is None:
        return ""
    return known_subjects.unseal(case.subject_id, bytes(sealed), _LABEL).decode()


def _mail(case: Feeling, text: str) -> None:
    """Write to the person where they chose e-mail; the answer is on their page either way."""
    address = known_subjects.contact(case.subject_id, "email")
    if case.reply_by != "email" or address is None:
        return
    locale = closest_locale(known_subjects.person(case.subject_id).locale)
    with translation.override(locale.lower()):
        mail = render_to_string("portal/mail/answer.txt", {"answer": text})
    subject, _, body = mail.partition("\n")
    try:
        send_mail(subject, body.strip() + "\n", None, [address])
    except (OSError, smtplib.SMTPException):
        logger.warning("portal.answer.not_sent case=%s", case.pk, exc_info=True)
