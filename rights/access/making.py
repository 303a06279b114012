"""
A package comes to be: every system is asked, a worker writes it, the person is told. Exactly once.

The worker writes and finishes in one transaction, so that a crash leaves nothing; the next sweep
begins anew. All that it reads is of one moment, so that the JSON and the CSV of a table are the
same. The person's lock is taken only at the end: writing takes its time.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg
from celery import current_app
from django.db import OperationalError as DatabaseRefused
from django.db import connection, transaction
from django.db.models import F
from kombu.exceptions import OperationalError

from pseudonymize import sealing
from pseudonymize.queries import SubjectBlocked, SubjectErased
from rights.access import leaving_out
from rights.access.phrases import day, say
from rights.access.sealing import SealedParts, sealed_key
from rights.access.terms import terms
from rights.access.writing import Written, write
from rights.casework.answers import complete
from rights.casework.events import Acting, note
from rights.casework.holding import held_right
from rights.contact import letters
from rights.contact.letters import Draft
from rights.lifecycle import State
from rights.models import Errand, Package, RequestedRight
from rights.systems import errands, queries
from rights.systems.declaration import Work

logger = logging.getLogger(__name__)

_FIRST_RETRY = timedelta(seconds=30)
_LAST_RETRY = timedelta(hours=1)
_LOCK = 0x7061636B  # the family of advisory locks under which packages are written


def begin(right: RequestedRight, by: Acting) -> None:
    """Ask every system for what it holds of the person."""
    key = right.request.subject_key
    assert key is not None  # execution.start asks
    errands.send(key, Work.EXPORT, by, right=right)


def collected(errand: Errand, by: Acting) -> None:
    """Let a worker write the package once every system has told; harmless when called again."""
    right = errand.right
    if right is None or right.state != State.EXECUTING:
        return
    package, _ = Package.objects.get_or_create(
        right=right, defaults={"errand": errand, "asked_at": by.at, "due_at": by.at}
    )
    transaction.on_commit(lambda: _hand_over(package.pk))


def _hand_over(package_id: int) -> None:
    try:
        current_app.send_task("rights.tasks.bulk_make_package", [package_id], retry=False)
    except OperationalError:
        logger.warning("rights.package.broker_down: it waits for the next sweep")


def make_due(*, at: datetime) -> int:
    """Write the packages that are due; returns how many were finished."""
    due = Package.objects.filter(state="waiting", due_at__lte=at).order_by("due_at")
    return sum(make(number, at=at) for number in list(due.values_list("pk", flat=True)))


def make(package_id: int, *, at: datetime) -> bool:
    """
    Write one package, if it is due and in nobody's hands; returns whether it is ready now.

    The try is counted before it begins, so that one that kills its worker is tried ever later.
    """
    rows = Package.objects.filter(pk=package_id, state="waiting", due_at__lte=at)
    found = rows.values_list("attempts", flat=True).first()
    if found is None:
        return False
    wait = min(_FIRST_RETRY * 2**found, _LAST_RETRY)
    if not rows.filter(attempts=found).update(attempts=F("attempts") + 1, due_at=at + wait):
        return False
    try:
        return _make(package_id, at)
    except (SubjectBlocked, SubjectErased):
        logger.info("rights.package.needless package=%s", package_id)
        return False
    except DatabaseRefused as refused:
        if not isinstance(refused.__cause__, psycopg.errors.SerializationFailure):
            raise
        logger.info("rights.package.overtaken package=%s", package_id)
        return False


@contextmanager
def one_moment() -> Iterator[None]:
    """
    Open a transaction that sees what stood when it began; inside another one, that one decides.

    What it then changes must not have been changed since: PostgreSQL refuses that, and a later
    try begins anew.
    """
    inside = connection.in_atomic_block
    with transaction.atomic():
        if not inside:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


@one_moment()
def _make(package_id: int, at: datetime) -> bool:
    if not _alone(package_id):
        return False
    rows = Package.objects.select_related("right__request", "errand")
    package = rows.filter(pk=package_id, state="waiting").first()
    if package is None:
        return False
    key = sealing.new_key()
    package.pieces.all().delete()
    with SealedParts(package, key) as sink:
        written = write(package, sink, at=at)
        package.digest = sink.finish()
        package.parts, package.size = sink.parts, sink.size
    return _finish(package, key, written, Acting("system", at))


def _alone(package_id: int) -> bool:
    """Return whether nobody else writes it: the lock ends with the transaction, or the worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, package_id])
        return bool(cursor.fetchone()[0])


def _finish(package: Package, key: sealing.Key, written: Written, by: Acting) -> bool:
    """Make the package ready and its right complete, if both still wait for it."""
    right = held_right(package.right_id)
    still = Package.objects.filter(pk=package.pk, state="waiting").exists()
    if not still or right.state != State.EXECUTING or right.request.envelope is None:
        transaction.set_rollback(True)
        return False
    package.key = sealed_key(package, key)
    package.state, package.made_at, package.due_at = "ready", by.at, None
    package.fetch_until = by.at + terms().package_lives
    package.tables = [
        {"system": one.table.system, "table": one.table.key, "rows": one.rows}
        for one in written.counted
    ]
    package.withheld = leaving_out.as_json(written.left_out)
    package.save()
    if package.errand is not None:
        queries.forget_results(package.errand)
    details = {"package": package.pk, "bytes": package.size, "digest": package.digest}
    note(right.request, "package.ready", by, right=right, details=details)
    complete(right.pk, by)
    _tell(package, by)
    return True


def _tell(package: Package, by: Acting) -> None:
    """Write to the person that the package is ready, and until when."""
    right = RequestedRight.objects.select_related("request").get(pk=package.right_id)
    assert package.fetch_until is not None
    locale = right.request.locale
    words = say("letter.ready", locale, until=day(package.fetch_until, locale))
    letters.send(Draft("certificate", [right], words), by)


@transaction.atomic
def make_again(package_id: int, by: Acting) -> bool:
    """Have a package written anew after something was left out; only until it is ready."""
    rows = Package.objects.filter(pk=package_id, state="waiting")
    if not rows.update(due_at=by.at, attempts=0):
        return False
    transaction.on_commit(lambda: _hand_over(package_id))
    return True
