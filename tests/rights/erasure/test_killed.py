"""Worker, database session or broker end in any step of an erasure: it is finished exactly once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from audit import queries as trail
from config import processes
from config.celery import app
from pseudonymize import queries as subjects
from rights.models import Erasure, Letter, RequestEvent
from tests import broker as brokers
from tests.rights.erasure.people import a_customer, an_erasure, gone_on, identifiers
from tests.rights.systems.company import CRM, Crm, told

_PATIENCE = 180.0  # a busy machine is slow, not wrong
_LOCK = 471183
LATER = timedelta(minutes=10)  # the claim of a dead worker has run out by then
WAIT = f"""
CREATE FUNCTION test_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock({_LOCK}); RETURN NULL; END $$
"""
# At the end of the step's transaction: all of it is done, and nothing is committed.
HALT = """
CREATE CONSTRAINT TRIGGER test_halt AFTER UPDATE ON rights_erasure
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.step = '{step}')
EXECUTE FUNCTION test_wait()
"""
STEPS = [("BR", step) for step in ("erasing", "verifying", "telling", "ended")]
STEPS += [("ES", step) for step in ("blocking", "blocked")]


@pytest.fixture
def crm(tmp_path: Path, committed_db: None) -> Iterator[Crm]:
    """Run the one system of this company, which survives being killed."""
    system = Crm(tmp_path / "crm.json")
    file = tmp_path / "systems.toml"
    file.write_text(CRM.format(port=system.port, seconds=10), "utf-8")
    journal = str(tmp_path / "erasures.journal")
    try:
        with told({"crm": system.key}, file), override_settings(VENIA_ERASURE_JOURNAL=journal):
            yield system
    finally:
        system.stop()


@contextmanager
def halted(step: str) -> Iterator[None]:
    """Let whoever takes this step wait at the end of its transaction, while the block runs."""
    owner = psycopg.connect(str(settings.MIGRATE_DATABASE_URL), autocommit=True)
    with owner:
        owner.execute(WAIT)
        owner.execute(HALT.format(step=step).encode())
        owner.execute(f"SELECT pg_advisory_lock({_LOCK})".encode())
        try:
            yield
        finally:
            owner.execute(f"SELECT pg_advisory_unlock({_LOCK})".encode())
            owner.execute("DROP TRIGGER test_halt ON rights_erasure")
            owner.execute("DROP FUNCTION test_wait()")


def waiting_sessions() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.pid FROM pg_locks l WHERE l.locktype = 'advisory' AND NOT l.granted"
            " AND l.objid = %s",
            [_LOCK],
        )
        return [pid for (pid,) in cursor.fetchall()]


def await_halt() -> int:
    """Let the scheduler's work be done until a worker waits in the step; return its session."""
    until = time.monotonic() + _PATIENCE
    while not (found := waiting_sessions()):
        assert time.monotonic() < until, list(Erasure.objects.values("step", "due_at"))
        _all_due()
        for task in ("rights.tasks.go_on_with_erasures", "rights.tasks.drive_due"):
            app.send_task(task)
        time.sleep(1)  # a pile of tasks would only hold up the one that matters
    return found[0]


def _all_due() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rights_erasure SET due_at = now() - interval '1 second' WHERE id IN"
            " (SELECT id FROM rights_erasure WHERE ended_at IS NULL FOR UPDATE SKIP LOCKED)"
        )


def begun(crm: Crm, country: str) -> Erasure:
    person = a_customer(country=country)
    number, email = identifiers(person.subject_key)
    crm.knows(number, email)
    return an_erasure(person.subject_key, country=country)


def require_once(crm: Crm, erasure: Erasure, country: str) -> None:
    """Assert that every step was taken once, every system told once a task, and it is proved."""
    finished = gone_on(erasure, moment=timezone.now() + LATER)
    last = "ended" if country == "BR" else "blocked"
    assert finished.step == last
    kinds = [f"erasure.{step}" for where, step in STEPS if where == country]
    told = [RequestEvent.objects.filter(kind=kind).count() for kind in kinds]
    assert told == [1] * len(kinds)
    assert Letter.objects.filter(kind="certificate").count() == 1
    assert set(crm.seen()["effects"].values()) == {1}
    entries = trail.entries_about(erasure.subject_key)
    life = subjects.person(erasure.subject_key).life
    if country == "BR":
        assert (life, crm.seen()["people"]) == ("shredded", [])
        assert entries.filter(action="subject.shredded").count() == 1
    else:
        assert life == "blocked"
        assert entries.filter(action="subject.blocked").count() == 1
    assert entries.filter(action="rights.completed").count() == 1


@pytest.mark.parametrize(("country", "step"), STEPS)
def test_a_worker_killed_in_a_step_leaves_it_to_the_next_one(
    crm: Crm, broker: str, country: str, step: str
) -> None:
    erasure = begun(crm, country)
    with halted(step):
        with brokers.worker(broker) as process:
            await_halt()
            process.kill()
            processes.end_group(process)
        _await_no_session()
        assert Erasure.objects.get().step != step
    require_once(crm, erasure, country)


@pytest.mark.parametrize(
    ("country", "step"),
    [one if one[1] == "ended" else pytest.param(*one, marks=pytest.mark.long) for one in STEPS],
)
def test_a_database_session_that_breaks_off_in_a_step_leaves_it_to_the_next(
    crm: Crm, broker: str, country: str, step: str
) -> None:
    erasure = begun(crm, country)
    with halted(step):
        with brokers.worker(broker) as process:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [await_halt()])
            processes.stop(process)
        _await_no_session()
        assert Erasure.objects.get().step != step
    require_once(crm, erasure, country)


def test_without_a_broker_the_sweeps_do_all_of_it(crm: Crm) -> None:
    erasure = begun(crm, "BR")
    require_once(crm, erasure, "BR")


def _await_no_session() -> None:
    until = time.monotonic() + _PATIENCE
    while waiting_sessions():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) pid", [waiting_sessions()]
            )
        assert time.monotonic() < until
        time.sleep(0.1)
