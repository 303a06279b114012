"""Load in a closed loop: each connection asks again as soon as it was answered."""

import random
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass


class Unexpected(Exception):
    """The server answered something that is no success; its figures would mean nothing."""


def require(right: bool, name: str) -> None:
    """
    Stop what answers otherwise than it should.

    :raises Unexpected: it is not measured.
    """
    if not right:
        raise Unexpected(f"{name} answers otherwise than it should; it is not measured.")


@dataclass(frozen=True, slots=True)
class Load:
    """What one round showed: answers, seconds, and each answer's time in seconds, ascending."""

    answers: int
    seconds: float
    times: list[float]

    def quantile(self, part: float) -> float:
        """Return the time within which `part` of the answers came."""
        return self.times[min(int(len(self.times) * part), len(self.times) - 1)]


def request(path: str, body: bytes, *, authorization: str = "") -> bytes:
    """Return a whole HTTP request."""
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    if authorization:
        head.append(f"Authorization: {authorization}")
    head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def ask(port: int, sent: bytes) -> bytes:
    """Return the body of one answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(sent)
        return _whole(line)


def load(
    port: int, requests: Sequence[bytes], *, seconds: float, connections: int, seed: int = 1
) -> Load:
    """Ask at random among `requests` on `connections` connections for some seconds."""
    dice = random.Random(seed)  # noqa: S311  the same load each time
    times: list[float] = []
    lines = selectors.DefaultSelector()
    opened = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(connections)]
    begun = now = time.perf_counter()
    asked = dict.fromkeys(opened, begun)
    for line in opened:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines.register(line, selectors.EVENT_READ, line)
        line.sendall(dice.choice(requests))
    while now - begun < seconds:
        for ready, _ in lines.select(timeout=10):
            line = ready.data
            _whole(line)
            now = time.perf_counter()
            times.append(now - asked[line])
            asked[line] = now
            line.sendall(dice.choice(requests))
    for line in opened:
        line.close()
    return Load(len(times), now - begun, sorted(times))


def _whole(line: socket.socket) -> bytes:
    got = line.recv(65536)
    while b"\r\n\r\n" not in got:
        got += _more(line)
    head, _, body = got.partition(b"\r\n\r\n")
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
        raise Unexpected(got[:300].decode("utf-8", "replace"))
    if b"transfer-encoding: chunked" in head.lower():
        while not body.endswith(b"0\r\n\r\n"):
            body += _more(line)
        return _unchunked(body)
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += _more(line)
    return body


def _unchunked(body: bytes) -> bytes:
    whole = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            return whole
        whole, body = whole + body[:length], body[length + 2 :]


def _more(line: socket.socket) -> bytes:
    if got := line.recv(65536):
        return got
    raise Unexpected("The server closed the connection.")
