"""A system that is called over HTTP: signed, with an idempotency key, within limits."""

import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import urllib3
from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection

from rights.systems import guard, signing, wire
from rights.systems.declaration import Http, System
from rights.systems.protocol import Answer, Call, Failed, Pending
from rights.systems.secrets import secret_of

_AGAIN = frozenset({408, 409, 423, 425, 429})  # and every 5xx: worth another try
_PIECE = 64 * 1024
_LONGEST_WAIT = timedelta(days=1)
_CONNECT_SECONDS = 10


class AnswerTooLong(Exception):
    """The answer is over the limit of the declaration."""

    code = "answer_too_long"


class TooSlow(Exception):
    """The answer was not there in time."""

    code = "too_slow"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def call(system: System, call: Call) -> Answer:
    """Tell a system over HTTP; a connector. A repeated call carries the same key."""
    key = secret_of(system.key)
    if not key or system.http is None:
        return Failed("secret_missing", lasting=True)
    body = wire.call_body(call, callback=callback_of(call.task))
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": "Venia",
        "Idempotency-Key": call.task,
        signing.HEADER: signing.signature(key, task=call.task, body=body, at=call.at),
    }
    try:
        reply = post(system.http, body, headers)
    except (guard.AddressRefused, AnswerTooLong) as wrong:
        return Failed(wrong.code, lasting=True)
    except TooSlow as wrong:
        return Failed(wrong.code)
    except (ssl.SSLError, urllib3.exceptions.SSLError):
        return Failed("certificate_refused", lasting=True)
    except (OSError, urllib3.exceptions.HTTPError):
        return Failed("unreachable")
    return _understood(reply, system, system.http)


def callback_of(task: str) -> str:
    """Return where a system may answer later."""
    return f"{settings.PUBLIC_URL}/api/v1/system-tasks/{task}"


def _understood(reply: Reply, system: System, http: Http) -> Answer:
    wait = _retry_after(reply.headers.get("retry-after", ""))
    if reply.status == 200:
        try:
            return wire.read_answer(reply.body, system)
        except wire.AnswerMalformed as wrong:
            return Failed(wrong.code, lasting=True)
    if reply.status == 202:
        ask_after = wait or timedelta(minutes=http.ask_after_minutes)
        return Pending(_reference(reply.body), ask_after)
    if reply.status in _AGAIN or reply.status >= 500:
        return Failed(f"http_{reply.status}", wait=wait)
    return Failed(f"http_{reply.status}", lasting=True)


def _retry_after(text: str) -> timedelta | None:
    """Return the wait that a system asks for, in seconds; dates and nonsense are not heeded."""
    if not re.fullmatch(r"[1-9]\d{0,8}", text):
        return None
    return min(timedelta(seconds=int(text)), _LONGEST_WAIT)


def _reference(body: bytes) -> str:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return ""
    reference = found.get("reference", "") if isinstance(found, dict) else ""
    return reference.replace("\0", "")[:120] if isinstance(reference, str) else ""


def post(http: Http, body: bytes, headers: Mapping[str, str]) -> Reply:
    """
    Send one request to the address that the guard looked at, follow no redirect, and return it.

    :raises guard.AddressRefused: see there.
    :raises TooSlow: when all of it took longer than `http.seconds`.
    :raises AnswerTooLong: over `http.answer_limit_bytes`.
    :raises OSError: or an error of urllib3, when it cannot be reached.
    """
    target = guard.target(http)
    connection = _connection(target, http)
    ends, held = time.monotonic() + http.seconds, list[socket.socket]()
    watch = threading.Timer(http.seconds, _cut, [connection, held])
    watch.daemon = True
    watch.start()
    try:
        connection.connect()
        if connection.sock is not None:
            held.append(connection.sock)
        reply = _exchanged(connection, target, http, body, headers)
    except (OSError, urllib3.exceptions.HTTPError):
        if time.monotonic() >= ends:
            raise TooSlow from None
        raise
    finally:
        watch.cancel()
        connection.close()
    if time.monotonic() >= ends:  # cut where the answer has no announced end
        raise TooSlow
    return reply


def _exchanged(
    connection: HTTPConnection,
    target: guard.Target,
    http: Http,
    body: bytes,
    headers: Mapping[str, str],
) -> Reply:
    if connection.sock is not None:
        connection.sock.settimeout(http.seconds)
    named = {"Host": _host(target), **headers}
    connection.request("POST", target.path, body, named, preload_content=False)
    response = connection.getresponse()
    pieces, size = [], 0
    while piece := response.read(_PIECE, decode_content=False):
        pieces.append(piece)
        size += len(piece)
        if size > http.answer_limit_bytes:
            raise AnswerTooLong
    told = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status, told, b"".join(pieces))


def _connection(target: guard.Target, http: Http) -> HTTPConnection:
    limit = min(_CONNECT_SECONDS, http.seconds)
    if not target.is_secure:
        return HTTPConnection(target.address, target.port, timeout=limit)
    return HTTPSConnection(
        target.address,
        target.port,
        timeout=limit,
        server_hostname=target.host,
        ssl_context=ssl.create_default_context(cafile=http.ca_file or None),
    )


def _host(target: guard.Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port in {80, 443} else f"{host}:{target.port}"


def _cut(connection: HTTPConnection, held: Sequence[socket.socket]) -> None:
    """
    End a connection from outside: a peer that sends a byte a second never runs out of time.

    `held` is the socket once it is connected: the connection lets go of it when the answer has no
    announced end.
    """
    for line in (connection.sock, *held):
        if line is not None:
            with suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(line, socket.SHUT_RDWR)
