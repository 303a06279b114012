"""Who sends more than we read is still told why, whatever their way of sending."""

import socket
import time
import urllib.error
import urllib.request

import pytest

from audit.operations import issue_key
from consent.models import Import
from tests.builders import AT

CHECK = "/access/v1/evaluation"
MEGABYTE = 1024 * 1024


def refusal(port: int, body: bytes, *, to: str = CHECK) -> int:
    """Send everything, then listen; the connection is closed after it, as `urllib` does."""
    request = urllib.request.Request(f"http://localhost:{port}{to}", body, method="POST")
    request.add_header("Content-Type", "application/json")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    return refused.value.code


@pytest.mark.parametrize("megabytes", [2, 12])
def test_a_body_that_is_too_large_is_refused_in_words(
    committed_db: None, port: int, megabytes: int
) -> None:
    for _ in range(3):  # lost now and then is lost
        assert refusal(port, b"x" * megabytes * MEGABYTE) == 413


def test_who_sends_slowly_keeps_nobody_else_waiting(committed_db: None, port: int) -> None:
    head = f"POST {CHECK} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"
    slow = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(8)]
    for line in slow:
        line.sendall(head.encode() + b"{")
    page = urllib.request.urlopen(f"http://localhost:{port}/api/schema/", timeout=30)
    assert page.status == 200
    for line in slow:
        line.close()


def test_who_waits_to_be_asked_for_the_body_is_told_without_it(
    committed_db: None, port: int
) -> None:
    head = f"POST {CHECK} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {2 * MEGABYTE}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(head.encode())
        told = b"".join(iter(lambda: line.recv(65536), b""))
    assert told.startswith(b"HTTP/1.1 413")
    assert b'"code": "body_too_large"' in told


@pytest.mark.parametrize("length", ["Content-Length: 3000000", "Transfer-Encoding: chunked"])
def test_half_an_import_is_none(committed_db: None, port: int, length: str) -> None:
    key = issue_key("shop", scopes=["consents:write"], actor="system", at=AT).text
    head = f"POST /api/v1/imports HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
    head += f"Content-Type: application/x-ndjson\r\nIdempotency-Key: half\r\n{length}\r\n\r\n"
    line = b'{"a whole": "line"}\n'
    assert refusal(port, b"", to="/api/v1/imports") == 401  # the service is awake
    with socket.create_connection(("127.0.0.1", port), timeout=30) as caller:
        caller.sendall(head.encode() + (b"14\r\n" if "chunked" in length else b"") + line)
        time.sleep(0.5)  # what was sent is being read
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        assert not Import.objects.exists()
        time.sleep(0.1)
