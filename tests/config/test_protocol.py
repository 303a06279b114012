"""What a connection says and does around the checks on it, as uvicorn serves them."""

import gc
import json
import re
import socket
import time
from collections.abc import Iterator

import pytest
from django.db import connections

from config.protocol import Exchange
from policies.models import DecisionRecord
from tests.journeys.checks import EVALUATION, EVALUATIONS
from tests.policies.test_door import Doors, a_check
from tests.served import served

JSON = b"Accept: application/vnd.oai.openapi+json\r\n"
PAGE = b"GET /api/schema/ HTTP/1.1\r\nHost: localhost\r\n" + JSON + b"\r\n"


@pytest.fixture
def doors(committed_db: None) -> Iterator[Doors]:
    yield Doors()
    connections.close_all()


def a_request(
    doors: Doors,
    body: bytes | None = None,
    *,
    path: str = EVALUATION,
    version: str = "1.1",
    **more: str,
) -> bytes:
    sent = json.dumps(a_check()).replace("SUBJECT", doors.person).encode() if body is None else body
    headers = {"Host": "localhost", "Content-Type": "application/json", "Authorization": doors.key}
    headers |= {"Content-Length": str(len(sent))} | {
        k.replace("_", "-"): v for k, v in more.items()
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/{version}\r\n{lines}\r\n".encode() + sent


class Line:
    """A connection, and the answers that come over it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.heard = self.socket.makefile("rb")

    def send(self, *parts: bytes) -> "Line":
        for part in parts:
            self.socket.sendall(part)
        return self

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        status = int(self.heard.readline().split()[1])
        headers = {}
        while line := self.heard.readline().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        if status == 100:
            return self.answer()
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, self._chunks()
        return status, headers, self.heard.read(int(headers["content-length"]))

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self.heard.readline(), 16):
            parts.append(self.heard.read(size))
            self.heard.readline()
        self.heard.readline()
        return b"".join(parts)

    def is_closed(self) -> bool:
        return self.heard.read(1) == b""


@pytest.fixture
def line(port: int) -> Iterator[Line]:
    line = Line(port)
    yield line
    line.heard.close()
    line.socket.close()


def test_a_connection_stays_open_from_check_to_check(doors: Doors, line: Line) -> None:
    answers = [line.send(a_request(doors)).answer() for _ in range(3)]
    assert [(status, json.loads(body)["decision"]) for status, _, body in answers] == [
        (200, True)
    ] * 3
    for _, headers, _ in answers:
        assert "connection" not in headers
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", headers["date"])


def test_a_connection_is_closed_once_it_was_idle_for_its_time_and_not_before(doors: Doors) -> None:
    with served(idle=1) as port:
        line = Line(port)
        for pause in (0.6, 0.6, 0.0):  # the first check known by its head comes second
            assert line.send(a_request(doors)).answer()[0] == 200
            begun = time.monotonic()
            time.sleep(pause)
        assert line.is_closed()
        assert 0.9 < time.monotonic() - begun < 10


@pytest.mark.parametrize("answers", [2, 3, 4, 5])  # the one that fills what a socket holds
def test_a_caller_who_did_not_read_for_long_is_closed_once_idle(doors: Doors, answers: int) -> None:
    """The clock rings while what was written waits to be read, and must not stop for good."""
    many = json.dumps(a_check(evaluations=[{}] * 1000)).replace("SUBJECT", doors.person).encode()
    with served(idle=1) as port, socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # or all of it would fit
        slow.connect(("127.0.0.1", port))
        for _ in range(answers):
            slow.sendall(a_request(doors, many, path=EVALUATIONS))
            time.sleep(0.3)
        time.sleep(1.5)
        slow.settimeout(10)
        while slow.recv(1 << 20):
            pass  # to the end: whoever is kept open runs into the time limit


def test_a_check_after_a_page_keeps_its_connection_open(doors: Doors) -> None:
    with served(idle=1) as port:
        line = Line(port)
        line.send(a_request(doors)).answer()
        for asked in (PAGE, a_request(doors), PAGE, a_request(doors)):
            time.sleep(0.5)
            assert line.send(asked).answer()[0] == 200
        assert line.is_closed()


def test_a_check_that_was_answered_leaves_nothing_for_the_collector(
    doors: Doors, line: Line
) -> None:
    """What only the collector of garbage can free would wait for it, body and all."""

    def exchanges() -> int:
        return sum(type(one) is Exchange for one in gc.get_objects())

    line.send(a_request(doors)).answer()
    gc.collect()
    gc.disable()
    try:
        before = exchanges()
        for _ in range(20):
            line.send(a_request(doors)).answer()
        assert exchanges() == before  # the last one of each connection
    finally:
        gc.enable()


def test_requests_sent_without_waiting_are_answered_in_their_order(
    doors: Doors, line: Line
) -> None:
    both = json.dumps(a_check(evaluations=[{}, {}])).replace("SUBJECT", doors.person).encode()
    line.send(
        a_request(doors) + PAGE + a_request(doors, both, path=EVALUATIONS) + a_request(doors, b"{"),
    )
    statuses, bodies = [], []
    for _ in range(4):
        status, _, body = line.answer()
        statuses.append(status)
        bodies.append(json.loads(body))
    assert statuses == [200, 200, 200, 400]
    assert bodies[0]["decision"] is True
    assert bodies[1]["openapi"].startswith("3.")
    assert len(bodies[2]["evaluations"]) == 2
    assert line.send(a_request(doors)).answer()[0] == 200


def test_a_check_that_comes_byte_by_byte_is_answered(doors: Doors, line: Line) -> None:
    whole = a_request(doors)
    line.send(*(whole[n : n + 1] for n in range(len(whole))))
    assert line.answer()[0] == 200


def test_a_head_that_was_sent_before_says_the_same_again(doors: Doors, line: Line) -> None:
    first, other = a_request(doors), a_request(doors, b"{" + b" " * 300)
    head, body = first[: first.index(b"{")], first[first.index(b"{") :]
    assert [line.send(first).answer()[0] for _ in range(2)] == [200, 200]
    assert line.send(head, body[:9], body[9:]).answer()[0] == 200
    assert line.send(head[:30], head[30:] + body).answer()[0] == 200
    line.send(first + first + first[:40], first[40:])
    assert [line.answer()[0] for _ in range(3)] == [200] * 3
    assert [line.send(other).answer()[0] for _ in range(2)] == [400, 400]
    assert line.send(first).answer()[0] == 200


def test_what_is_wrong_behind_a_known_head_is_told_as_the_first_time(
    doors: Doors, line: Line
) -> None:
    whole = a_request(doors)
    assert line.send(whole).answer()[0] == 200
    broken = whole[:-1] + b"]"
    [first, again] = [line.send(broken).answer() for _ in range(2)]
    assert (first[0], again[0]) == (400, 400)
    assert json.loads(first[2])["detail"] == json.loads(again[2])["detail"]
    statuses = [line.send(sent).answer()[0] for sent in (whole, b"NONSENSE\r\n\r\n")]
    assert statuses == [200, 400]
    assert line.is_closed()


def test_a_head_whose_lines_end_otherwise_is_never_taken_for_a_known_one(
    doors: Doors, line: Line, port: int
) -> None:
    body = json.dumps(a_check()).replace("SUBJECT", doors.person).encode()
    odd = a_request(doors, b"\r\n\r\n" + body).split(b"\r\n\r\n", 1)
    sent = odd[0].replace(b"\r\n", b"\n") + b"\n\n" + odd[1]
    statuses = [Line(port).send(sent).answer()[0] for _ in range(2)]
    assert statuses[0] == statuses[1]
    assert line.send(a_request(doors)).answer()[0] == 200


def test_two_callers_with_their_own_keys_are_told_apart(doors: Doors, line: Line) -> None:
    strange = a_request(doors, Authorization=doors.key[:-1] + "_")
    for _ in range(3):
        assert line.send(a_request(doors)).answer()[0] == 200
        assert line.send(strange).answer()[0] == 401


def test_a_body_of_several_hundred_kilobytes_is_answered(doors: Doors, line: Line) -> None:
    body = json.dumps(a_check()).replace("SUBJECT", doors.person).encode()
    assert line.send(a_request(doors, body + b" " * 700_000)).answer()[0] == 200
    assert line.send(a_request(doors)).answer()[0] == 200


@pytest.mark.parametrize(("version", "connection"), [("1.1", "close"), ("1.0", "")])
def test_the_connection_is_closed_where_the_caller_wants_it(
    doors: Doors, line: Line, version: str, connection: str
) -> None:
    sent = a_request(doors, version=version, Connection=connection)
    status, headers, body = line.send(sent).answer()
    assert (status, headers["connection"]) == (200, "close")
    assert json.loads(body)["decision"] is True
    assert line.is_closed()


def test_a_caller_that_waits_to_be_asked_for_the_body_is_answered(doors: Doors, line: Line) -> None:
    assert line.send(a_request(doors, Expect="100-continue")).answer()[0] == 200


def test_a_caller_that_left_in_the_middle_leaves_no_decision(doors: Doors, port: int) -> None:
    before, whole = DecisionRecord.objects.count(), a_request(doors)
    left = Line(port).send(whole[:-5])
    left.heard.close()
    left.socket.close()
    assert Line(port).send(whole).answer()[0] == 200
    assert DecisionRecord.objects.count() == before + 1


def test_a_caller_that_left_before_its_answer_spoils_nobody_elses(doors: Doors, port: int) -> None:
    for _ in range(5):
        gone = Line(port).send(a_request(doors))
        gone.heard.close()
        gone.socket.close()
    assert Line(port).send(a_request(doors)).answer()[0] == 200


def test_what_must_be_asked_alone_is_answered_on_the_same_connection(
    doors: Doors, line: Line
) -> None:
    odd = [a_request(doors, Authorization="Bearer nonsense"), a_request(doors, b"{}")]
    expected = [401, 400, 200]
    assert [line.send(sent).answer()[0] for sent in [*odd, a_request(doors)]] == expected


def test_the_server_finishes_what_it_is_asked_before_it_stops(doors: Doors) -> None:
    with served() as port:
        line = Line(port)
        assert line.send(a_request(doors)).answer()[0] == 200
        line.send(a_request(doors))
        assert line.answer()[0] == 200
    assert line.is_closed()
