"""Links into the preference center. A token is random: it says nothing about the person."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse

from audit import operations as audit
from portal.models import Kind, Link
from pseudonymize import operations as subjects
from pseudonymize import queries as known_subjects

LIVES = timedelta(minutes=30)
STOP_LINK_LIVES = timedelta(days=2 * 365)
_LABEL = "stop link"


class LinkNotValid(Exception):
    """The link was used, is too old, or never existed."""

    code = "link_not_valid"

    def __init__(self) -> None:
        super().__init__("This link is no longer valid. Ask for a code by e-mail to get in.")


@dataclass(frozen=True, slots=True)
class Issued:
    """A link as it is handed out, once."""

    token: str
    expires_at: datetime

    @property
    def path(self) -> str:
        return f"/p/{self.token}"


@transaction.atomic
def issue(
    subject_key: int,
    *,
    kind: Kind = Kind.FULL,
    actor: str,
    at: datetime,
    lives: timedelta = LIVES,
    uses: int = 1,
) -> Issued:
    """
    Make a link to the subject's preference center; it opens `uses` times within `lives`.

    :raises SubjectErased, SubjectBlocked: when nothing may be shown.
    """
    known_subjects.secret(subject_key)
    token = secrets.token_urlsafe(32)
    link = Link.objects.create(
        digest=digest(token),
        subject_id=subject_key,
        kind=kind,
        created_at=at,
        expires_at=at + lives,
        uses_left=uses,
    )
    audit.record(
        "portal.link_issued",
        actor=actor,
        at=at,
        subject_key=subject_key,
        details={"link": link.pk, "kind": str(kind)},
    )
    return Issued(token, link.expires_at)


@transaction.atomic
def stop_path(subject_key: int, *, at: datetime) -> str:
    """
    Return the path of the subject's stop link, for the foot of messages.

    One per person, so that every message carries the same; its life begins anew on each call.

    :raises SubjectErased, SubjectBlocked: when nothing is sent to them any more.
    """
    subjects.lock(subject_key)
    link = Link.objects.filter(subject_id=subject_key, kind=Kind.STOP_ONLY).first()
    if link is None:
        token = secrets.token_urlsafe(32)
        link = Link(
            digest=digest(token),
            subject_id=subject_key,
            kind=Kind.STOP_ONLY,
            sealed=subjects.seal(subject_key, token.encode(), label=_LABEL),
            created_at=at,
        )
    link.expires_at = at + STOP_LINK_LIVES
    link.save()
    return f"/s/{known_subjects.unseal(subject_key, bytes(link.sealed or b''), _LABEL).decode()}"


@transaction.atomic
def spend(token: str, *, at: datetime) -> Link:
    """
    Use up a link and return what it opens. A stop link is never spent here.

    :raises LinkNotValid: also when two browsers race for the last use: one of them loses.
    """
    found = _alive(token, at).exclude(kind=Kind.STOP_ONLY)
    usable = found.filter(Q(uses_left=None) | Q(uses_left__gt=0))
    if not usable.update(uses_left=F("uses_left") - 1):
        raise LinkNotValid
    return found.get()


def subject_of(token: str, *, at: datetime) -> int | None:
    """Return whose link this is, spent or not; None when it never was or is over."""
    rows = Link.objects.filter(digest=digest(token), expires_at__gt=at)
    return rows.exclude(kind=Kind.STOP_ONLY).values_list("subject_id", flat=True).first()


def stops_for(token: str, *, at: datetime) -> int:
    """
    Return the key of the subject whose marketing a stop link stops.

    :raises LinkNotValid: when it is no stop link, or over.
    """
    link = _alive(token, at).filter(kind=Kind.STOP_ONLY).first()
    if link is None:
        raise LinkNotValid
    return link.subject_id


def revoke_all(subject_key: int) -> int:
    """End every link of a subject, stop link included; returns how many there were."""
    ended, _ = Link.objects.filter(subject_id=subject_key).delete()
    return ended


def drop_old(*, at: datetime) -> int:
    """Delete the links that are over; returns how many."""
    dropped, _ = Link.objects.filter(expires_at__lte=at).delete()
    return dropped


def unlogged(response: HttpResponse) -> HttpResponse:
    """Keep Django from writing the address of a refusal, token and all, into the log."""
    response._has_been_logged = True  # type: ignore[attr-defined]  # as django.utils.log reads it
    return response


def digest(token: str) -> bytes:
    """Return what is kept of a random token."""
    return hashlib.sha256(token.encode()).digest()


def _alive(token: str, at: datetime) -> QuerySet[Link]:
    return Link.objects.filter(digest=digest(token), expires_at__gt=at)
