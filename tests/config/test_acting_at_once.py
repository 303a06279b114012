"""Acts at the same time, ahead of Django: nothing is lost, and nothing done twice."""

import json
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit import replies
from consent import operations, verification
from consent.act import Kind
from consent.models import ConsentEvent
from pseudonymize import operations as subjects
from tests.builders import AT, CALLER, a_subject, an_act
from tests.config.acts import GRANT, Doors
from tests.doors import connection_kept, ended_one_that_waits


@pytest.fixture
def around() -> Iterator[None]:
    with connection_kept():
        yield


@pytest.mark.usefixtures("committed_db", "around")
def test_many_at_once_make_one_chain() -> None:
    doors, person = Doors(), a_subject()
    start = threading.Barrier(6)
    told: list[str] = []

    def one() -> None:
        start.wait()
        try:
            for _ in range(5):
                told.append(doors.ask(doors.front, person.id, json.dumps(GRANT).encode())[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["201 Created"] * 30
    assert ConsentEvent.objects.count() == 30
    assert verification.breaks(person.subject_key) == []


@pytest.mark.usefixtures("committed_db", "around")
def test_when_the_database_goes_away_in_the_middle_nothing_is_tried_again() -> None:
    doors, person, told = Doors(), a_subject(), []

    def act() -> None:
        body = json.dumps(GRANT).encode()
        try:
            told.append(doors.ask(doors.front, person.id, body, HTTP_IDEMPOTENCY_KEY="once"))
        finally:
            connection.close()

    waiting = threading.Thread(target=act)
    with transaction.atomic():
        replies.claim(doors.kid, "once", fingerprint=b"", at=AT)  # the other waits for its end
        waiting.start()
        ended = any(ended_one_that_waits() for _ in range(200))
        assert ended
        waiting.join()
    [(status, headers, body)] = told
    assert (status[:3], dict(headers)["Retry-After"]) == ("503", "2")
    assert (json.loads(body)["code"], doors.passed_on) == ("unavailable", 0)
    assert "may or may not have been recorded" in json.loads(body)["detail"]
    assert not ConsentEvent.objects.exists()


@pytest.mark.usefixtures("committed_db", "around")
def test_who_was_overtaken_is_served_by_the_view() -> None:
    doors, person, told = Doors(), a_subject(), []

    def act() -> None:
        try:
            told.append(doors.ask(doors.front, person.id, json.dumps(GRANT).encode())[0])
        finally:
            connection.close()

    waiting = threading.Thread(target=act)
    with transaction.atomic():
        subjects.lock(person.subject_key)
        waiting.start()
        time.sleep(0.5)  # the other has read, and waits for the lock
        faster = an_act(Kind.REFUSED, "marketing.messages")
        operations.record_act(person.subject_key, faster, caller=CALLER, at=timezone.now())
    waiting.join()
    assert (told, doors.passed_on) == (["201 Created"], 1)
    assert verification.breaks(person.subject_key) == []
