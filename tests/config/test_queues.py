"""Long work waits behind nobody's clock: due and bulk tasks have workers of their own."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from audit import operations, queries
from audit.tasks import seal
from config import plan, processes
from config.bench.machine import family
from consent import imports
from consent.models import Import
from consent.tasks import bulk_imports
from pseudonymize.background import Sender
from pseudonymize.models import ReleaseJob
from pseudonymize.release import jobs, parts
from pseudonymize.tasks import bulk_releases
from tests.broker import database_url

AT = datetime(2026, 11, 21, tzinfo=UTC)
PARTS, ROWS = 24, 2000
EARLY = 5


@pytest.mark.usefixtures("committed_db")
def test_a_due_task_is_done_while_a_long_job_runs_in_bounded_memory(
    broker: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(parts, "PART_ROWS", ROWS)
    sender = Sender("key:t", AT)
    job = jobs.receive(_rows(), policy_name="recommender", form="ndjson", sender=sender)
    with _workers(broker, tmp_path) as bulk:
        bulk_releases.delay()
        _wait(lambda: _done(job) >= EARLY)
        early = _peak(bulk)
        operations.record("tested", actor="system", at=AT)
        seal.delay()
        _wait(lambda: queries.last_sealed() is not queries.Sealed.NEVER)
        assert _done(job) < PARTS
        _wait(lambda: _done(job) == PARTS)
        assert _peak(bulk) - early < 48 * 1024
    assert queries.first_break() is None


@pytest.mark.usefixtures("committed_db")
def test_an_import_does_not_wait_for_the_end_of_a_long_job(
    broker: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(parts, "PART_ROWS", ROWS)
    monkeypatch.setattr(plan, "BULK", 2)
    sender = Sender("key:t", AT)
    long = jobs.receive(_rows(), policy_name="recommender", form="ndjson", sender=sender)
    sent, _ = imports.receive([b"{}"], caller="key:t", idempotency_key=None, at=AT)
    with _workers(broker, tmp_path):
        bulk_releases.delay()
        _wait(lambda: _done(long) > 0)
        bulk_imports.delay()
        _wait(lambda: Import.objects.get(pk=sent.pk).state == "done")
        assert _done(long) < PARTS


def _rows() -> Iterator[bytes]:
    for number in range(PARTS * ROWS):
        row = {"customer_id": f"N-{number}", "birth_date": "1980-05-20", "language": "es"}
        yield json.dumps(row).encode() + b"\n"


def _done(job: ReleaseJob) -> int:
    return ReleaseJob.objects.get(pk=job.pk).parts_done


@contextmanager
def _workers(broker: str, folder: Path) -> Iterator[int]:
    """Run the workers of an installation, as it does; yield the process of the bulk one."""
    environment = os.environ | {
        "BROKER_URL": broker,
        "DATABASE_URL": database_url(),
        "VENIA_DATA": str(folder),
        "LOG_LEVEL": "WARNING",
    }
    found = {part.name: part for part in plan.programs(environment)}
    running = [found["worker"].start(), found["bulk worker"].start()]
    try:
        yield running[1].pid
    finally:
        for process in running:
            processes.stop(process)


def _wait(reached: Callable[[], bool]) -> None:
    until = time.monotonic() + 90
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.05)


def _peak(process: int) -> int:
    """Return the most memory that any process of the family has held so far, in kB."""
    lines = [
        line
        for member in family(process)
        for line in Path(f"/proc/{member}/status").read_text().splitlines()
        if line.startswith("VmHWM")
    ]
    return max(int(line.split()[1]) for line in lines)
