"""Who asks: proved by a code to an address on file, by a document, or by a mandate."""

import hmac
import logging
import secrets
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta

from celery import current_app
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from kombu.exceptions import OperationalError

from pseudonymize import operations as subjects
from pseudonymize import queries as known_subjects
from pseudonymize.identifiers import MalformedIdentifier
from rights.casework import clocks, effects
from rights.casework.events import Acting, day_of, move, note
from rights.casework.holding import held
from rights.casework.sealed import Typed, typed
from rights.lifecycle import State
from rights.models import Door, IdentityCode, RequestedRight, RightsRequest

logger = logging.getLogger(__name__)

LIVES = timedelta(minutes=15)
MOST_TRIES = 5
MOST_ASKED = 5  # codes an hour and request: a mailbox is not flooded, and nobody is locked out
_WITHIN = timedelta(hours=1)
HOW = ("code", "document", "mandate", "recognised", "system", "visit")


class AlreadyProved(Exception):
    """The identity behind a request is proved once."""

    code = "identity_already_proved"

    def __init__(self) -> None:
        super().__init__("Who asks is already proved. Open a new request for somebody else.")


@transaction.atomic
def verify(request_id: int, *, subject_key: int | None, how: str, by: Acting) -> RightsRequest:
    """
    Record that the person behind a request is proved, and let take effect what waited for it.

    Every way into the person's page ends: whoever opened the request with somebody else's
    address must not read what is answered to the true person.

    :raises AlreadyProved: also when two officers do it at once.
    """
    if subject_key is not None:
        subjects.lock(subject_key)
    request = held(request_id)
    if request.identity:
        raise AlreadyProved
    request.subject_key, request.identity = subject_key, how
    request.identity_proved_on = day_of(request, by)
    request.save(update_fields=["subject_key", "identity", "identity_proved_on"])
    Door.objects.filter(request=request).delete()
    note(request, "identity.proved", by, reason=how, details={"known": subject_key is not None})
    for right in request.rights.filter(state=State.AWAITING_IDENTITY).order_by("pk"):
        right.request = request
        _go_on(right, by)
    return request


def _go_on(right: RequestedRight, by: Acting) -> None:
    move(right, State.IN_PROGRESS, "identity.settled", by)
    _count_from_proof(right, by)
    clocks.settle(right)
    effects.take(right, by)


def _count_from_proof(right: RequestedRight, by: Acting) -> None:
    """Where the law starts its clock with the proof, the provisional one is replaced."""
    clock = clocks.running_main(right)
    if clock is None or not _waited(right, clock.event):
        return
    clocks.end(right, [clock.event], on=day_of(right.request, by), why="proved")
    inputs = clocks.inputs_of(right.request, clock.started_on)
    clocks.start(right, clock.event, inputs, at=by.at)


def _waited(right: RequestedRight, event: str) -> bool:
    rules = (clocks.rule_of(law, right.right, event) for law in right.request.laws)
    return any(rule is not None and rule.waits_for_identity for rule in rules)


def candidates(request: RightsRequest) -> Sequence[int]:
    """Return the subjects that what was typed could mean: they have the address or the number."""
    words = typed(request)
    if words is None:
        return []
    found: set[int] = set()
    for kind, value in _identifiers(words):
        try:
            found |= set(known_subjects.holders(kind, value, country=request.country))
        except MalformedIdentifier:
            continue
    return sorted(found)


def _identifiers(words: Typed) -> list[tuple[str, str]]:
    told = (("external_id", words.known_as), ("email", words.email), ("phone", words.phone))
    return [(kind, value) for kind, value in told if value]


@transaction.atomic
def ask_code(request: RightsRequest, *, at: datetime) -> None:
    """
    Note that a code is wanted; a worker sends it to the address on file, where there is one.

    The same for everybody: one row, one task, whether or not anybody is known by the address.
    """
    asked = IdentityCode.objects.filter(request=request, asked_at__gt=at - _WITHIN).count()
    found = candidates(request) if asked < MOST_ASKED else []
    row = IdentityCode.objects.create(request=request, holders=list(found), asked_at=at)
    transaction.on_commit(lambda: _hand_over(row.pk))


def _hand_over(row_id: int) -> None:
    try:
        current_app.send_task("rights.tasks.send_identity_code", [row_id], retry=False)
    except OperationalError:
        logger.warning("rights.identity_code.broker_down: the mail waits for the next sweep")


def send_codes(*, at: datetime) -> int:
    """Send the codes that a lost task left unsent; returns how many went out."""
    waiting = IdentityCode.objects.filter(code=None, asked_at__gt=at - LIVES).exclude(holders=[])
    return sum(send_code(row_id, at=at) for row_id in waiting.values_list("pk", flat=True))


def send_code(row_id: int, *, at: datetime) -> bool:
    """Make a code and send it to the one person it can mean; returns whether a mail went out."""
    row = IdentityCode.objects.filter(pk=row_id, code=None).select_related("request").first()
    if row is None or len(row.holders) != 1 or at - row.asked_at > LIVES:
        return False
    address = known_subjects.contact(row.holders[0], "email")
    if address is None:
        return False
    code = f"{secrets.randbelow(10**6):06d}"
    IdentityCode.objects.filter(pk=row_id).update(code=_digest(row_id, code))
    context = {"code": code, "minutes": int(LIVES.total_seconds() // 60)}
    text = render_to_string(f"rights/mail/code.{row.request.locale}.txt", context)
    subject, _, body = text.partition("\n")
    try:
        send_mail(subject, body.strip() + "\n", None, [address])
    except (OSError, smtplib.SMTPException):
        logger.warning("rights.identity_code.not_sent request=%s", row.request_id, exc_info=True)
        return False
    return True


def redeem(request: RightsRequest, code: str, *, at: datetime) -> bool:
    """
    Prove the person by a code; returns whether it was right, not too old, and not used.

    Five tries a code; then a new one is asked for. The request itself is never locked.
    """
    rows = IdentityCode.objects.filter(request=request, used_at=None, asked_at__gt=at - LIVES)
    newest = rows.filter(tries__lt=MOST_TRIES).order_by("-pk").values_list("pk", flat=True).first()
    if newest is None or not rows.filter(pk=newest).update(tries=F("tries") + 1):
        return False
    row = rows.get(pk=newest)
    given = "".join(code.split())
    if not hmac.compare_digest(bytes(row.code or b""), _digest(row.pk, given)):
        return False
    if not rows.filter(pk=newest).update(used_at=at):
        return False
    verify(request.pk, subject_key=row.holders[0], how="code", by=Acting("person", at))
    return True


def _digest(row_id: int, code: str) -> bytes:
    return salted_hmac("rights.identity", f"{row_id}:{code}", algorithm="sha256").digest()
