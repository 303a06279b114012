"""After a withdrawal is answered, no later check permits, whoever asks at the same time."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from consent.act import Kind
from policies import operations
from policies.question import Question
from policies.reading import Named
from pseudonymize.queries import lookup_digest
from tests.builders import a_grant, a_subject, an_event

PEOPLE, CHECKERS, WRITERS = 120, 4, 2
PURPOSE = "personalisation.recommendations"


class Withdrawals:
    """When each person's withdrawal was answered."""

    def __init__(self) -> None:
        self.answered: dict[int, float] = {}
        self.done = threading.Event()


def _withdraw(keys: list[int], seen: Withdrawals) -> None:
    for key in keys:
        an_event(key, Kind.WITHDRAWN, PURPOSE, at=datetime.now(UTC))
        seen.answered[key] = time.monotonic()
    connection.close()


def _check(people: dict[int, bytes], seen: Withdrawals) -> tuple[int, int, list[int]]:
    """Return how often it was permitted and refused, and for whom after the withdrawal."""
    permits = refusals = 0
    stale: list[int] = []
    while not seen.done.is_set():
        for key, digest in people.items():
            began, now = time.monotonic(), datetime.now(UTC)
            question = Question("recommend", "purpose", PURPOSE, now, channel="web")
            named = Named(question, digest, None)
            permitted = operations.decide([named], caller="t", at=now)[0]["decision"]
            permits, refusals = permits + permitted, refusals + (not permitted)
            if permitted and seen.answered.get(key, began) < began:
                stale.append(key)
    connection.close()
    return permits, refusals, stale


@pytest.mark.usefixtures("committed_db")
def test_no_check_that_begins_after_an_answered_withdrawal_permits() -> None:
    before = datetime.now(UTC) - timedelta(days=1)
    people = {}
    for _ in range(PEOPLE):
        registered = a_subject("ES", at=before)
        a_grant(registered.subject_key, PURPOSE, at=before)
        people[registered.subject_key] = lookup_digest("public", registered.id)
    seen, keys = Withdrawals(), list(people)
    with ThreadPoolExecutor(CHECKERS + WRITERS) as pool:
        checks = [pool.submit(_check, people, seen) for _ in range(CHECKERS)]
        time.sleep(0.5)
        halves = keys[::2], keys[1::2]
        writers = [pool.submit(_withdraw, half, seen) for half in halves]
        for writer in writers:
            writer.result()
        time.sleep(0.5)
        seen.done.set()
        results = [check.result() for check in checks]
    assert sum(permits for permits, _, _ in results) > 0
    assert sum(refusals for _, refusals, _ in results) > 0
    assert [stale for _, _, stale in results] == [[]] * CHECKERS
