"""A real worker takes real work from a real broker and does it in the database."""

import time
from datetime import UTC, datetime

import pytest

from audit import operations, queries, tasks


@pytest.mark.usefixtures("worker")
def test_a_task_is_done_by_another_process() -> None:
    operations.record("tested", actor="system", at=datetime(2026, 11, 21, tzinfo=UTC))
    tasks.seal.delay()
    until = time.monotonic() + 30
    while queries.last_sealed() is queries.Sealed.NEVER:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert queries.first_break() is None
