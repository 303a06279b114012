"""An act is recorded ahead of Django or by its view: the caller cannot tell which."""

import io
import json
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from audit.models import AuditEntry, IdempotentReply
from audit.operations import issue_key, revoke_key
from config.acting import acts_ahead_of
from consent import ledger, operations, queries, verification
from consent.act import Kind
from consent.models import Confirmation, ConsentEvent
from pseudonymize import operations as subjects
from tests.builders import AT, CALLER, a_grant, a_subject, an_act

Answer = tuple[str, list[tuple[str, str]], bytes]
GRANT: dict[str, Any] = {
    "purpose": "marketing.messages",
    "decision": "granted",
    "method": "preference_center",
    "actor": "subject",
    "channels": ["push"],
    "notice": {"version": "1.0", "locale": "en"},
}


class Doors:
    """One key, and both ways in."""

    def __init__(self) -> None:
        self.views = WSGIHandler()
        self.passed_on = 0
        self.front = acts_ahead_of(self._counting)
        key = issue_key("shop", scopes=["consents:write"], actor="system", at=AT)
        self.kid, self.key = key.kid, f"Bearer {key.text}"

    def _counting(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.passed_on += 1
        return self.views(environ, start_response)

    def ask(self, door: Any, person: str, body: bytes, **environ: str | None) -> Answer:
        """Send an act of a person; `environ` replaces members, None takes one away."""
        usual = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/api/v1/subjects/{person}/consents",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "HTTP_AUTHORIZATION": self.key,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
        }
        sent = {k: v for k, v in {**usual, **environ}.items() if v is not None}
        told: list[Any] = []
        answer = door(sent, lambda status, headers: told.extend([status, headers]))
        whole = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return told[0], told[1], whole

    def both(self, body: bytes, **environ: str | None) -> tuple[Answer, Answer]:
        """Send the same about two people, who have done the same before."""
        people = [a_subject() for _ in range(2)]
        for person in people:
            a_grant(person.subject_key, "marketing.messages", at=AT)
        doors = (self.front, self.views)
        return tuple(
            self.ask(door, person.id, body, **environ)
            for door, person in zip(doors, people, strict=True)
        )  # type: ignore[return-value]


@pytest.fixture
def around() -> Iterator[None]:
    """Django's test client does the same: a request must not close the connection of the test."""
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@pytest.fixture
def doors(db: None, around: None) -> Doors:
    return Doors()


def comparable(answer: Answer) -> Answer:
    """Leave out what differs from one act to the next: its number, its moment, its signature."""
    status, headers, body = answer
    for member in ("id", "recorded_at", "acted_at", "value"):
        body = re.sub(rb'"%s":"[^"]+"' % member.encode(), b"", body)
    return status, sorted(headers), body


GOOD: list[dict[str, Any]] = [
    GRANT,
    GRANT | {"channels": ["email", "sms"]},
    GRANT | {"channels": ["email"], "evidence": {"double_opt_in_at": "2026-11-01T10:00:00Z"}},
    GRANT | {"data_categories": ["user.contact"], "frequency": "weekly", "explicit": True},
    GRANT | {"acted_at": "2026-10-01T10:00:00+01:00"},
    GRANT | {"decision": "withdrawn", "notice": None, "channels": None},
    GRANT | {"decision": "objected"},
    GRANT | {"evidence": {}},
    GRANT | {"purpose": "marketing.offers", "evidence": {"ñ": [1, 2.5, None, {"a": "\u2028"}]}},
]
ODD: list[dict[str, Any]] = [
    GRANT | {"purpose": " marketing.messages "},
    GRANT | {"explicit": "true"},
    GRANT | {"method": "web_form\n"},
]
BAD: list[Any] = [
    {},
    [],
    None,
    "text",
    GRANT | {"purpose": "no.such"},
    GRANT | {"purpose": ""},
    GRANT | {"purpose": "x" * 65},
    GRANT | {"purpose": "a\0b"},
    GRANT | {"decision": "notice_served"},
    GRANT | {"decision": None},
    GRANT | {"channels": []},
    GRANT | {"channels": ["fax"]},
    GRANT | {"channels": None},
    GRANT | {"channel": ["push"]},
    GRANT | {"data_categories": ["user.health"]},
    GRANT | {"frequency": "hourly"},
    GRANT | {"notice": None},
    GRANT | {"notice": {"version": "9.0", "locale": "es"}},
    GRANT | {"notice": {"version": "1.0"}},
    GRANT | {"method": "Form A"},
    GRANT | {"method": 7},
    GRANT | {"actor": "system"},
    GRANT | {"actor": "guardian"},
    GRANT | {"acted_at": "2026-10-01T10:00:00"},
    GRANT | {"acted_at": "2018-10-01T10:00:00Z"},
    GRANT | {"acted_at": "2090-10-01T10:00:00Z"},
    GRANT | {"acted_at": "0001-01-01T00:00:00+14:00"},
    GRANT | {"explicit": None},
    GRANT | {"evidence": "a letter"},
    GRANT | {"evidence": {"double_opt_in_at": "yesterday"}},
    GRANT | {"evidence": {"long": "x" * 17_000}},
]


@pytest.mark.parametrize("told", [*GOOD, *ODD, *BAD], ids=lambda _: "")
def test_both_doors_give_the_same_answer(doors: Doors, told: Any) -> None:
    front, views = doors.both(json.dumps(told).encode())
    assert comparable(front) == comparable(views)
    assert front[0].startswith("201") == (told in [*GOOD, *ODD])
    assert (doors.passed_on == 0) == (told in GOOD)


def test_both_doors_leave_the_same_behind(doors: Doors) -> None:
    people = [a_subject() for _ in range(2)]
    for door, person in zip((doors.front, doors.views), people, strict=True):
        for told in GOOD:
            assert doors.ask(door, person.id, json.dumps(told).encode())[0] == "201 Created"
    first, second = (queries.permission(person.subject_key) for person in people)
    assert first.standings.keys() == second.standings.keys()
    for person in people:
        key = person.subject_key
        acts = list(queries.history(key))
        assert queries.permission(key) == queries.folded(map(queries.act_of, acts))
        assert verification.breaks(key) == []
        assert [bool(ledger.evidence_of(act)) for act in acts] == ["evidence" in t for t in GOOD]
        assert [hasattr(act, "receipt") for act in acts] == [True] * len(GOOD)
        assert Confirmation.objects.filter(event__subject_id=key).count() == 1
        trail = AuditEntry.objects.filter(subject_key=key, action__startswith="consent.")
        assert [(row.actor, row.at) for row in trail.order_by("pk")] == [
            (f"key:{doors.kid}", act.recorded_at) for act in acts
        ]


ODDITIES: list[dict[str, str | None]] = [
    {"HTTP_AUTHORIZATION": None},
    {"HTTP_AUTHORIZATION": "Bearer nonsense"},
    {"HTTP_AUTHORIZATION": f"Bearer vk_{'a' * 16}.{'b' * 32}"},
    {"CONTENT_TYPE": "text/plain"},
    {"CONTENT_LENGTH": None},
    {"CONTENT_LENGTH": str(2**21)},
    {"HTTP_ACCEPT": "text/html"},
    {"HTTP_ACCEPT_LANGUAGE": "pt-BR,en;q=0.5"},
    {"HTTP_ACCEPT_LANGUAGE": "de"},
    {"HTTP_COOKIE": "django_language=en"},
    {"HTTP_HOST": "evil.example"},
    {"HTTP_X_REQUEST_ID": "trace-1"},
    {"HTTP_IDEMPOTENCY_KEY": "once"},
    {"HTTP_IDEMPOTENCY_KEY": "not\u00a0visible"},
    {"QUERY_STRING": "format=xml"},
    {"REQUEST_METHOD": "PUT"},
    {"REQUEST_METHOD": "OPTIONS"},
    {"PATH_INFO": "/api/v1/subjects/sub_nobody/consents"},
    {"PATH_INFO": f"/api/v1/subjects/sub_{'a' * 26}/consents"},
]


@pytest.mark.parametrize("odd", ODDITIES, ids=repr)
def test_both_doors_treat_an_odd_request_alike(doors: Doors, odd: dict[str, str | None]) -> None:
    front, views = doors.both(json.dumps(GRANT).encode(), **odd)
    if "HTTP_IDEMPOTENCY_KEY" in odd and views[0].startswith("422"):
        views = front  # the same key for two people is refused, as it should be
    assert comparable(front) == comparable(views)


@pytest.mark.usefixtures("committed_db", "around")
def test_a_retry_is_answered_alike_by_whichever_door() -> None:
    doors = Doors()
    person, body = a_subject(), json.dumps(GRANT).encode()
    order = (doors.front, doors.front, doors.views)
    told = [doors.ask(door, person.id, body, HTTP_IDEMPOTENCY_KEY="once") for door in order]
    assert len({answer for _, _, answer in told}) == 1
    assert [dict(headers).get("Idempotency-Replayed") for _, headers, _ in told] == [
        None, "true", "true",
    ]  # fmt: skip
    assert ConsentEvent.objects.filter(subject_id=person.subject_key).count() == 1
    other = json.dumps(GRANT | {"decision": "refused"}).encode()
    status, _, answer = doors.ask(doors.front, person.id, other, HTTP_IDEMPOTENCY_KEY="once")
    assert (status[:3], json.loads(answer)["code"]) == ("422", "idempotency_key_reused")
    assert IdempotentReply.objects.count() == 1


def test_a_revoked_key_and_a_key_without_the_scope_record_nothing(doors: Doors) -> None:
    person, body = a_subject(), json.dumps(GRANT).encode()
    reader = issue_key("reader", scopes=["consents:read"], actor="system", at=AT)
    asked = doors.ask(doors.front, person.id, body, HTTP_AUTHORIZATION=f"Bearer {reader.text}")
    assert asked[0].startswith("403")
    revoke_key(doors.kid, actor="system", at=timezone.now())
    assert doors.ask(doors.front, person.id, body)[0].startswith("401")
    assert not ConsentEvent.objects.exists()


def test_nothing_is_recorded_for_a_blocked_or_erased_person(doors: Doors) -> None:
    person, body = a_subject(), json.dumps(GRANT).encode()
    subjects.block(person.subject_key, None, timezone.now())
    assert doors.ask(doors.front, person.id, body)[0].startswith("409")
    subjects.shred(person.subject_key, timezone.now())
    assert doors.ask(doors.front, person.id, body)[0].startswith("404")
    assert not ConsentEvent.objects.exists()


def test_an_act_costs_one_reading_and_one_writing(doors: Doors) -> None:
    person = a_subject()
    told = GRANT | {"channels": ["push"], "evidence": {"form": 1}}
    doors.ask(doors.front, person.id, json.dumps(told).encode())  # prepares, notes the key's use
    with statements() as sent:
        doors.ask(doors.front, person.id, json.dumps(told).encode())
    assert (len(sent), doors.passed_on) == (2, 0), sent


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is executed on the wire itself, whoever sends it."""
    sent: list[str] = []
    raw = connection.connection.pgconn
    with tempfile.TemporaryFile("w+") as file:
        raw.trace(file.fileno())
        yield sent
        raw.untrace()
        file.seek(0)
        sent += [line for line in file if re.search(r"\tF\t\d+\t(Execute|Query)\b", line)]


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
        try:
            told.append(doors.ask(doors.front, person.id, json.dumps(GRANT).encode()))
        finally:
            connection.close()

    waiting = threading.Thread(target=act)
    with transaction.atomic():
        subjects.lock(person.subject_key)
        waiting.start()
        ended = any(_ended_one_that_waits() for _ in range(200))
        assert ended
        waiting.join()
    [(status, headers, body)] = told
    assert (status[:3], dict(headers)["Retry-After"]) == ("503", "2")
    assert (json.loads(body)["code"], doors.passed_on) == ("unavailable", 0)
    assert "may or may not have been recorded" in json.loads(body)["detail"]
    assert not ConsentEvent.objects.exists()


def _ended_one_that_waits() -> bool:
    time.sleep(0.05)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND query LIKE '%consent_consentevent%'"
        )
        return bool(cursor.fetchall())


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
