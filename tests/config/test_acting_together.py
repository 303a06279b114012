"""Acts that wait are recorded as one group, as uvicorn serves them: nobody who acts can tell."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from audit import replies
from audit.operations import issue_key, revoke_key
from consent import verification
from consent.models import ConsentEvent, Receipt
from pseudonymize import operations as subjects
from tests.builders import AT, a_subject
from tests.config.acts import GRANT, Doors
from tests.config.test_acting import BAD, GOOD, ODD
from tests.doors import connection_kept, ended_one_that_waits
from tests.served import OF_THE_WAY, Told, in_wsgi, told


@pytest.fixture
def doors(committed_db: None) -> Iterator[Doors]:
    with connection_kept():
        yield Doors()
    connections.close_all()


def act(port: int, person: str, key: str, body: Any = GRANT, **headers: str) -> Told:
    path = f"/api/v1/subjects/{person}/consents"
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return told(port, path, sent, **{"Authorization": key} | headers)


def seen(answer: Told) -> Any:
    """Leave out what differs from one act to the next: its number, its moment, its signature."""
    status, headers, body = answer
    read = json.loads(body)
    members = read.items() if isinstance(read, dict) else ()
    said = {k: v for k, v in members if k not in ("id", "recorded_at", "acted_at", "proof")}
    return status, {k: v for k, v in headers.items() if k not in OF_THE_WAY}, said


def by_the_views(doors: Doors, person: str, body: bytes, **environ: str) -> Any:
    status, headers, whole = doors.ask(doors.views, person, body, **environ)
    return seen((int(status[:3]), {k.lower(): v.strip() for k, v in headers}, whole))


def test_each_act_is_answered_as_the_view_answers_it(doors: Doors, port: int) -> None:
    people = [a_subject().id for _ in range(2)]
    for one in [*GOOD, *ODD, *BAD]:
        body = json.dumps(one).encode()
        answer = seen(act(port, people[0], doors.key, body))
        assert answer == by_the_views(doors, people[1], body), one


@pytest.mark.parametrize(
    "header",
    [
        {"Authorization": "Bearer nonsense"},
        {"Content_Type": "text/plain"},
        {"Accept_Language": "pt-BR,en;q=0.5"},
        {"Cookie": "django_language=en"},
        {"Idempotency_Key": "not visible"},
        {"X_Request_ID": "trace-1"},
    ],
    ids=str,
)
def test_an_odd_request_is_answered_as_the_view_answers_it(
    doors: Doors, port: int, header: dict[str, str]
) -> None:
    people = [a_subject().id for _ in range(2)]
    body = json.dumps(GRANT).encode()
    answer = seen(act(port, people[0], doors.key, body, **header))
    assert answer == by_the_views(doors, people[1], body, **in_wsgi(header))


def test_each_of_many_at_once_gets_the_receipt_of_its_own_act(doors: Doors, port: int) -> None:
    people = [a_subject() for _ in range(6)]
    other = issue_key("other", scopes=["consents:write"], actor="system", at=AT)
    keys = [doors.key, f"Bearer {other.text}", "Bearer nonsense"]

    def one(number: int) -> tuple[int, int, Any, Any]:
        sent = GRANT | {"channels": [["push"], ["sms"], ["web"]][number % 3]}
        person = people[number % len(people)]
        if number % 5 == 0:
            sent = GRANT | {"purpose": "no.such"}
        key = keys[2] if number % 7 == 0 else keys[number % 2]
        status, _, body = act(port, person.id, key, sent, Idempotency_Key=f"once-{number}")
        return number, status, sent.get("channels"), json.loads(body)

    with ThreadPoolExecutor(16) as callers:
        answers = list(callers.map(one, range(90)))
    good = [answer for answer in answers if answer[0] % 5 and answer[0] % 7]
    for number, status, channels, body in answers:
        expected = 401 if number % 7 == 0 else 201 if number % 5 else 422
        assert (number, status) == (number, expected)
        if status == 201:
            event = Receipt.objects.select_related("event").get(pk=body["id"]).event
            assert event.subject_id == people[number % len(people)].subject_key
            assert event.channels == channels == body["process"]["channels"]
            assert event.caller == (f"key:{other.kid}" if number % 2 else f"key:{doors.kid}")
    assert ConsentEvent.objects.count() == len(good)
    assert [found.complaints for found in verification.verified()] == [()] * len(people)


def test_acts_of_one_person_at_once_make_one_chain(doors: Doors, port: int) -> None:
    person = a_subject()
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: act(port, person.id, doors.key)[0], range(40)))
    assert answers == [201] * 40
    acts = ConsentEvent.objects.filter(subject_id=person.subject_key).order_by("sequence")
    assert list(acts.values_list("sequence", flat=True)) == [*range(1, 41)]
    assert verification.breaks(person.subject_key) == []


def test_a_retry_gets_the_same_receipt_and_is_recorded_once(doors: Doors, port: int) -> None:
    people = [a_subject() for _ in range(4)]

    def one(number: int) -> tuple[int, bytes]:
        who = number % 4
        status, _, body = act(port, people[who].id, doors.key, Idempotency_Key=f"once-{who}")
        assert status == 201
        return who, body

    with ThreadPoolExecutor(12) as callers:
        answers = list(callers.map(one, range(48)))
    assert len(set(answers)) == 4
    assert ConsentEvent.objects.count() == 4
    reused = act(
        port, people[0].id, doors.key, GRANT | {"explicit": True}, Idempotency_Key="once-0"
    )
    assert (reused[0], json.loads(reused[2])["code"]) == (422, "idempotency_key_reused")


def test_a_blocked_person_spoils_no_others(doors: Doors, port: int) -> None:
    people = [a_subject() for _ in range(6)]
    subjects.block(people[2].subject_key, None, timezone.now())
    subjects.shred(people[4].subject_key, timezone.now())
    with ThreadPoolExecutor(6) as callers:
        answers = list(callers.map(lambda who: act(port, who.id, doors.key)[0], people * 3))
    assert answers == [201, 201, 409, 201, 404, 201] * 3
    assert ConsentEvent.objects.count() == 12


def test_a_revoked_key_records_nothing_at_the_very_next_act(doors: Doors, port: int) -> None:
    person = a_subject().id
    assert act(port, person, doors.key)[0] == 201
    revoke_key(doors.kid, actor="system", at=timezone.now())
    assert act(port, person, doors.key)[0] == 401
    assert ConsentEvent.objects.count() == 1


def test_when_the_database_goes_away_it_says_so_and_then_works_again(
    doors: Doors, port: int
) -> None:
    people = [a_subject().id for _ in range(3)]
    with ThreadPoolExecutor(1) as caller, transaction.atomic():
        replies.claim(doors.kid, "once-0", fingerprint=b"", at=AT)  # it waits for our end
        waiting = caller.submit(act, port, people[0], doors.key, Idempotency_Key="once-0")
        assert any(ended_one_that_waits() for _ in range(200))
        status, headers, body = waiting.result(30)
        transaction.set_rollback(True)
    assert (status, headers["retry-after"]) == (503, "2")
    assert "may or may not have been recorded" in json.loads(body)["detail"]
    assert not ConsentEvent.objects.exists()
    again = [act(port, who, doors.key, Idempotency_Key=f"once-{n}") for n, who in enumerate(people)]
    assert [status for status, *_ in again] == [201] * 3
    assert ConsentEvent.objects.count() == 3


def test_a_caller_that_goes_away_in_the_middle_of_a_body_records_nothing(
    doors: Doors, port: int
) -> None:
    person, body = a_subject().id, json.dumps(GRANT).encode()
    head = (
        f"POST /api/v1/subjects/{person}/consents HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: {doors.key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body) + 1}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(head.encode() + body)  # a space would be all that is missing
    assert act(port, person, doors.key)[0] == 201
    assert ConsentEvent.objects.count() == 1
