"""Worker, database session or broker end during an export: it is finished exactly once."""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from config import processes
from config.celery import app
from rights.access import fetching, making, own
from rights.access.asking import Asked
from rights.models import Letter, Package, PackagePart, RequestedRight, RequestEvent
from rights.systems import errands
from tests import broker as brokers
from tests.builders import a_grant, a_subject
from tests.rights.access.packages import granted, rows
from tests.rights.requests import the

_PATIENCE = 60.0
_LOCK = 471184
LATER = timedelta(hours=2)  # every claim and every pause between tries has run out by then
WAIT = f"""
CREATE FUNCTION test_wait_for_copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock({_LOCK}); RETURN NULL; END $$
"""
_AT_THE_END = "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
HALTS = {
    "asked": f"AFTER INSERT ON rights_package {_AT_THE_END}",
    "writing": "AFTER INSERT ON rights_packagepart FOR EACH ROW",
    "ready": f"AFTER UPDATE ON rights_package {_AT_THE_END} WHEN (NEW.state = 'ready')",
}

pytestmark = pytest.mark.usefixtures("committed_db")


@contextmanager
def halted(moment: str) -> Iterator[None]:
    """Let whoever comes to this moment wait, with nothing committed, while the block runs."""
    table = HALTS[moment].partition(" ON ")[2].partition(" ")[0]
    kind = "CONSTRAINT TRIGGER" if "DEFERRABLE" in HALTS[moment] else "TRIGGER"
    made = f"CREATE {kind} test_halt {HALTS[moment]} EXECUTE FUNCTION test_wait_for_copy()"
    owner = psycopg.connect(str(settings.MIGRATE_DATABASE_URL), autocommit=True)
    with owner:
        for text in (WAIT, made, f"SELECT pg_advisory_lock({_LOCK})"):
            owner.execute(text.encode())
        try:
            yield
        finally:
            drop = (f"DROP TRIGGER test_halt ON {table}", "DROP FUNCTION test_wait_for_copy()")
            for text in (f"SELECT pg_advisory_unlock({_LOCK})", *drop):
                owner.execute(text.encode())


def waiting_sessions() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = %s",
            [_LOCK],
        )
        return [pid for (pid,) in cursor.fetchall()]


def await_halt() -> int:
    """Let the scheduler's work be done until a worker waits; return its session."""
    until = time.monotonic() + _PATIENCE
    while not (found := waiting_sessions()):
        assert time.monotonic() < until, list(Package.objects.values("state", "attempts"))
        for task in ("rights.tasks.drive_due", "rights.tasks.bulk_make_packages"):
            app.send_task(task)
        time.sleep(0.3)
    return found[0]


def end_sessions() -> None:
    until = time.monotonic() + _PATIENCE
    while found := waiting_sessions():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) pid", [found])
        assert time.monotonic() < until
        time.sleep(0.1)


def begun() -> RequestedRight:
    """Grant access to a person with an act on record; with the commit workers get to it."""
    key = a_subject().subject_key
    a_grant(key)
    yesterday = timezone.localdate() - timedelta(days=1)
    return the(granted(key, day=yesterday.isoformat()), "access")


def require_once(right: RequestedRight) -> None:
    """Assert that one whole package is ready, told once, and that nothing of a try is left."""
    for _ in range(2):
        errands.drive_due(at=timezone.now() + LATER)
        making.make_due(at=timezone.now() + LATER)
    package = Package.objects.select_related("right__request").get()
    whole = b"".join(fetching.plain(package))
    assert hashlib.sha256(whole).hexdigest() == package.digest
    assert PackagePart.objects.count() == package.parts
    assert rows(package, "venia/consent_acts")[0]["purpose"] == "marketing.offers"
    for kind in ("package.ready", "completed"):
        assert RequestEvent.objects.filter(kind=kind).count() == 1, kind
    assert Letter.objects.filter(kind="certificate").count() == 1
    right.refresh_from_db()
    assert right.state == "completed"


@pytest.mark.parametrize("moment", list(HALTS))
def test_a_worker_that_is_killed_leaves_it_to_the_next_one(broker: str, moment: str) -> None:
    right = begun()
    with halted(moment):
        with brokers.worker(broker) as process:
            await_halt()
            process.kill()
            processes.end_group(process)
        end_sessions()
        assert not PackagePart.objects.exists()
    require_once(right)


@pytest.mark.parametrize("moment", list(HALTS))
def test_a_database_session_that_breaks_off_leaves_it_to_the_next(broker: str, moment: str) -> None:
    right = begun()
    with halted(moment):
        with brokers.worker(broker) as process:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [await_halt()])
            processes.stop(process)
        end_sessions()
        assert not PackagePart.objects.exists()
    require_once(right)


def test_without_a_broker_the_sweeps_do_all_of_it() -> None:
    require_once(begun())


def test_two_workers_at_once_write_one_package(broker: str) -> None:
    right = begun()
    with brokers.worker(broker), brokers.worker(broker):
        until = time.monotonic() + _PATIENCE
        while not Package.objects.filter(state="ready").exists():
            assert time.monotonic() < until
            for task in ("rights.tasks.drive_due", "rights.tasks.bulk_make_packages"):
                app.send_task(task)
            time.sleep(0.2)
    require_once(right)


def test_all_of_a_copy_is_of_one_moment() -> None:
    request = begun().request
    assert request.subject_key
    asked = Asked(request.subject_key, request.locale, timezone.now())
    with making.one_moment():
        before = list(own.rows_of("requests", asked))
        changed_elsewhere("UPDATE rights_rightsrequest SET channel = 'post'")
        assert list(own.rows_of("requests", asked)) == before
    assert list(own.rows_of("requests", asked)) != before


def test_a_copy_whose_request_changes_meanwhile_is_written_anew() -> None:
    right, made = begun(), []
    errands.drive_due(at=timezone.now())

    def write() -> None:
        try:
            made.append(making.make_due(at=timezone.now()))
        finally:
            connection.close()

    writing = threading.Thread(target=write)
    with halted("writing"):
        writing.start()
        await_session()
        changed_elsewhere("UPDATE rights_rightsrequest SET channel = 'post'")
    writing.join()
    assert made == [0]
    assert not PackagePart.objects.exists()
    require_once(right)


def changed_elsewhere(statement: str) -> None:
    with psycopg.connect(str(settings.MIGRATE_DATABASE_URL), autocommit=True) as owner:
        owner.execute(statement.encode())


def await_session() -> None:
    until = time.monotonic() + _PATIENCE
    while not waiting_sessions():
        assert time.monotonic() < until
        time.sleep(0.1)
