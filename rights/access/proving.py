"""The second proof before a package leaves: a code to the address on file, or by an officer."""

import hmac
import logging
import secrets
import smtplib
from datetime import datetime, timedelta

from celery import current_app
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from kombu.exceptions import OperationalError

from pseudonymize import queries as subjects
from rights.access.terms import terms
from rights.casework.events import Acting, note
from rights.models import Package, PickupCode, RightsRequest

logger = logging.getLogger(__name__)

_HOUR = timedelta(hours=1)


class NotReady(Exception):
    """There is no package that could be fetched: not yet, or not any more."""

    code = "package_not_ready"

    def __init__(self) -> None:
        super().__init__("There is nothing to fetch: it is not ready yet, or was destroyed.")


def ready(package: Package, *, at: datetime) -> bool:
    """Return whether a package can be fetched at `at`."""
    until = package.fetch_until
    return package.state == "ready" and until is not None and at < until


def address_of(request: RightsRequest) -> str:
    """Return the address on file to which the code goes: a child's guardian's; empty for none."""
    if request.subject_key is None:
        return ""
    if request.made_by == "guardian":
        guardian = subjects.guardian(request.subject_key)
        return guardian.email if guardian else ""
    return subjects.contact(request.subject_key, "email") or ""


@transaction.atomic
def ask(package: Package, *, at: datetime) -> bool:
    """
    Note that a code is wanted; a worker sends it. Returns whether one more may be asked for now.

    :raises NotReady: when there is nothing to fetch.
    """
    if not ready(package, at=at):
        raise NotReady
    asked = package.codes.filter(told_by="", asked_at__gt=at - _HOUR).count()
    if asked >= terms().codes_an_hour:
        return False
    row = PickupCode.objects.create(package=package, asked_at=at)
    transaction.on_commit(lambda: _hand_over(row.pk))
    return True


def _hand_over(row_id: int) -> None:
    try:
        current_app.send_task("rights.tasks.send_pickup_code", [row_id], retry=False)
    except OperationalError:
        logger.warning("rights.pickup_code.broker_down: the mail waits for the next sweep")


def send_codes(*, at: datetime) -> int:
    """Send the codes that a lost task left unsent; returns how many went out."""
    since = at - terms().code_lives
    waiting = PickupCode.objects.filter(code=None, told_by="", asked_at__gt=since)
    return sum(send_code(number, at=at) for number in list(waiting.values_list("pk", flat=True)))


def send_code(row_id: int, *, at: datetime) -> bool:
    """Make a code and send it to the address on file; returns whether a mail went out."""
    rows = PickupCode.objects.filter(pk=row_id, code=None, told_by="")
    row = rows.select_related("package__right__request").first()
    if row is None or at - row.asked_at > terms().code_lives:
        return False
    request = row.package.right.request
    address = address_of(request)
    if not address:
        return False
    code = _new_code()
    if not rows.update(code=_digest(row_id, code)):
        return False
    minutes = int(terms().code_lives.total_seconds() // 60)
    context = {"code": code, "minutes": minutes, "number": request.pk}
    text = render_to_string(f"rights/mail/pickup.{request.locale}.txt", context)
    subject, _, body = text.partition("\n")
    try:
        send_mail(subject, body.strip() + "\n", None, [address])
    except (OSError, smtplib.SMTPException):
        logger.warning("rights.pickup_code.not_sent package=%s", row.package_id, exc_info=True)
        return False
    return True


@transaction.atomic
def tell(package: Package, by: Acting) -> str:
    """
    Return a code that an officer tells a person whose identity they proved in another way.

    For who has no address on file. `by.words` say how, and stay on record.

    :raises NotReady: when there is nothing to fetch.
    """
    if not ready(package, at=by.at):
        raise NotReady
    code = _new_code()
    row = PickupCode.objects.create(package=package, asked_at=by.at, told_by=by.actor)
    PickupCode.objects.filter(pk=row.pk).update(code=_digest(row.pk, code))
    note(package.right.request, "package.code_told", by, right=package.right)
    return code


def redeem(package: Package, code: str, *, at: datetime) -> bool:
    """
    Use up a code; returns whether it was right, not too old, not used and not tried too often.

    Every try counts, for the newest code alone.
    """
    rows = PickupCode.objects.filter(package=package, used_at=None)
    alive = rows.filter(asked_at__gt=at - terms().code_lives, tries__lt=terms().most_tries)
    newest = alive.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None or not rows.filter(pk=newest).update(tries=F("tries") + 1):
        return False
    row = rows.get(pk=newest)
    given = _digest(row.pk, "".join(code.split()))
    if not hmac.compare_digest(bytes(row.code or b""), given):
        return False
    return bool(rows.filter(pk=newest).update(used_at=at))


def _new_code() -> str:
    return f"{secrets.randbelow(10**6):06d}"


def _digest(row_id: int, code: str) -> bytes:
    return salted_hmac("rights.pickup", f"{row_id}:{code}", algorithm="sha256").digest()
