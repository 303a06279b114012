"""Worker, database connection and broker fail in the middle of a call: it is still done once."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from config import processes
from rights.casework.events import Acting
from rights.models import Errand, RequestEvent, SystemTask
from rights.systems import errands
from rights.systems.declaration import Work
from tests import broker as brokers
from tests.builders import a_subject
from tests.rights.requests import a_request, the
from tests.rights.systems.company import ROOT, Company, driven, founded

_PATIENCE = 90.0
_SEND = """
import sys, django
django.setup()
from django.db import transaction
from django.utils import timezone
from rights.casework.events import Acting
from rights.systems import errands
from rights.systems.declaration import Work
with transaction.atomic():
    errands.send(int(sys.argv[1]), Work.NOTIFY, Acting("system", timezone.now()))
"""
LATER = timedelta(minutes=6)  # a claim of a dead worker has run out by then


@pytest.fixture
def lasting(tmp_path: Path, committed_db: None) -> Iterator[Company]:
    """Run a company whose CRM survives being killed."""
    with founded(tmp_path, remembers=True) as systems:
        yield systems


def a_notice() -> Errand:
    """Tell the CRM of a person; with the commit a worker gets the task."""
    now = timezone.now()
    key = a_subject().subject_key
    right = the(a_request(now.date().isoformat(), subject_key=key), "access")
    with transaction.atomic():
        return errands.send(key, Work.NOTIFY, Acting("system", now), right=right)


def await_call(company: Company, calls: int = 1) -> None:
    """Wait until the CRM has been called."""
    until = time.monotonic() + _PATIENCE
    while len(company.crm.seen()["calls"]) < calls:
        assert time.monotonic() < until, "nobody called"
        time.sleep(0.05)


def await_done(errand: Errand) -> SystemTask:
    """Wait until the task of the errand is settled, and return it."""
    until = time.monotonic() + _PATIENCE
    while not errand.tasks.filter(state="done").exists():
        assert time.monotonic() < until, errand.tasks.values()
        time.sleep(0.05)
    return errand.tasks.get()


def require_once(company: Company, errand: Errand) -> None:
    """Assert that the CRM did it once, under one key, and that it is settled and told once."""
    task = errand.tasks.get()
    errand.refresh_from_db()
    assert task.state == "done"
    assert errand.settled_at
    assert errand.continued_at
    seen = company.crm.seen()
    assert {call["task"] for call in seen["calls"]} == {task.public_id}
    assert seen["effects"] == {task.public_id: 1}
    assert RequestEvent.objects.filter(kind="errand.system_settled").count() == 1


@pytest.mark.parametrize("moment", ["delay", "delay_after"])
def test_a_worker_that_is_killed_before_or_after_the_deed_leaves_it_done_once(
    lasting: Company, broker: str, moment: str
) -> None:
    lasting.crm.behave(**dict[str, Any]({moment: 2}))
    with brokers.worker(broker) as process:
        errand = a_notice()
        await_call(lasting)
        process.kill()
        processes.end_group(process)
    task = errand.tasks.get()
    assert task.state == "claimed"
    assert task.claimed_until
    lasting.crm.behave()
    assert driven(at=task.claimed_until - timedelta(seconds=1)) == 0
    driven(at=timezone.now() + LATER)
    require_once(lasting, errand)


@pytest.mark.parametrize("moment", ["delay", "delay_after"])
def test_a_database_that_breaks_off_during_the_call_leaves_it_done_once(
    lasting: Company, broker: str, moment: str
) -> None:
    lasting.crm.behave(**dict[str, Any]({moment: 2}))
    with brokers.worker(broker):
        errand = a_notice()
        await_call(lasting)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND usename = current_user"
            )
            assert cursor.rowcount
        lasting.crm.behave()
        time.sleep(3)
    driven(at=timezone.now() + LATER)
    require_once(lasting, errand)


def test_without_a_broker_the_sweep_does_it(lasting: Company) -> None:
    key = a_subject().subject_key
    variables = {
        "BROKER_URL": "redis+socket:///nonexistent/valkey.sock",
        "DATABASE_URL": brokers.database_url(),
    }
    told = subprocess.run(
        [sys.executable, "-c", _SEND, str(key)],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "rights.errand.broker_down" in told.stderr
    errand = Errand.objects.get()
    assert errand.tasks.get().state == "waiting"
    driven(at=timezone.now())
    assert errand.tasks.get().state == "done"
    assert list(lasting.crm.seen()["effects"].values()) == [1]


def test_a_system_that_is_killed_after_the_deed_is_asked_again_and_does_it_once(
    lasting: Company,
) -> None:
    errand = a_notice()
    lasting.crm.behave(text="")  # it did it, and what it answered was lost
    driven(at=timezone.now())
    assert errand.tasks.get().trouble == "answer_malformed"
    lasting.crm.process.kill()
    lasting.crm.process.wait()
    lasting.crm.start()
    lasting.crm.behave()
    driven(at=timezone.now() + timedelta(hours=7))
    require_once(lasting, errand)


def test_a_worker_that_lives_does_it_at_once(lasting: Company, broker: str) -> None:
    with brokers.worker(broker):
        errand = a_notice()
        task = await_done(errand)
        until = time.monotonic() + _PATIENCE
        while Errand.objects.filter(continued_at=None).exists():
            assert time.monotonic() < until
            time.sleep(0.05)
    assert task.attempts == 1
    require_once(lasting, errand)


def test_two_workers_at_once_make_one_call(lasting: Company) -> None:
    lasting.crm.behave(delay=0.5)
    errand = a_notice()
    [task] = errand.tasks.values_list("pk", flat=True)
    now = timezone.now()

    def drive(_: int) -> bool:
        try:
            return errands.drive(task, at=now) is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(drive, range(4))) == 1
    assert len(lasting.crm.seen()["calls"]) == 1
    require_once(lasting, errand)
