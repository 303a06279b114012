"""
Answers requests that wait at the same time as one group: policy checks here, acts in
`config.acting`.

Most of what one costs is the way to the database and back; a group goes it once. One thread
with a connection of its own answers. While it does, those that come wait, and are the next group:
nobody waits for company. See docs/decisions.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from django.conf import settings
from django.db import close_old_connections

from config import ahead
from config.ahead import Environ
from config.hearing import Application, Receive, Scope, Send, as_if_unread, whole_body
from policies import door

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_MOST = (
    256  # requests in a group; their bodies together are no longer than one may be, and one more
)
_TURNS = 3  # of the loop, in which it reads the requests that have come already; no time passes
_PLAIN = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


class Response(NamedTuple):
    """An answer in full, `headers` without those of the server."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Kind(Generic[Asked, Answer]):
    """
    Requests that are answered in groups, and how.

    `asked` is given the request as WSGI names it, and the body; None: it must be asked alone.
    `answers` is what `Waiting` is made with.
    """

    concerns: Callable[[Scope], bool]
    asked: Callable[[Environ, bytes], Asked | None]
    answers: Callable[[str, Sequence[Asked]], Sequence[Answer | None]]
    told: Callable[[Environ, Answer], Response]


def checks_together(one_by_one: Application) -> Application:
    """Return `one_by_one` with policy checks answered before it, those that wait as one batch."""
    return together(one_by_one, Kind(_is_check, _asked, _checked, _told))


def together(one_by_one: Application, kind: Kind[Asked, Answer]) -> Application:
    """Return `one_by_one` with requests of a kind answered before it, in groups."""
    waiting = Waiting(kind.answers)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        environ = _environ(scope) if scope["type"] == "http" and kind.concerns(scope) else {}
        if not environ or not ahead.is_plain(environ):
            await one_by_one(scope, receive, send)
            return
        body = await whole_body(receive)
        if body is None:
            return
        asked = kind.asked(environ, body)
        key = environ.get("HTTP_AUTHORIZATION", "")
        answer = asked and await waiting.answer(key, asked, size=len(body))
        if not answer:
            await one_by_one(scope, as_if_unread(body, receive), send)
            return
        await _send(kind.told(environ, answer), send)

    return application


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Asked, Answer]):
    asked: Asked
    size: int
    answer: asyncio.Future[Answer | None]


class Waiting(Generic[Asked, Answer]):
    """
    Requests that wait, by the key they came with, and the thread that answers them in groups.

    `answers` is given the Authorization header and what was asked with it, in order; None in its
    place says that a request must be asked alone. When it fails, all must.
    """

    def __init__(self, answers: Callable[[str, Sequence[Asked]], Sequence[Answer | None]]) -> None:
        self._answers = answers
        self._waiting: dict[str, deque[_Entry[Asked, Answer]]] = {}
        self._thread = ThreadPoolExecutor(1, "together")
        self._work: asyncio.Task[None] | None = None

    async def answer(self, authorization: str, asked: Asked, *, size: int) -> Answer | None:
        """Return what `asked`, of `size` bytes, is answered; None: it must be asked alone."""
        loop = asyncio.get_running_loop()
        entry: _Entry[Asked, Answer] = _Entry(asked, size, loop.create_future())
        self._waiting.setdefault(authorization, deque()).append(entry)
        if self._work is None:
            self._work = loop.create_task(self._answer_all())
        return await entry.answer

    async def _answer_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            authorization = next(iter(self._waiting))  # whoever has waited longest
            group = self._taken(authorization)
            asked = [entry.asked for entry in group]
            found = await loop.run_in_executor(self._thread, self._answered, authorization, asked)
            for entry, told in zip(group, found, strict=True):
                if not entry.answer.done():  # the caller has gone
                    entry.answer.set_result(told)
        self._work = None

    def _taken(self, authorization: str) -> Sequence["_Entry[Asked, Answer]"]:
        """Take the next group of a key; what is beyond measure waits for its next turn."""
        waiting, size = self._waiting.pop(authorization), 0
        taken: list[_Entry[Asked, Answer]] = []
        while waiting and len(taken) < _MOST and size < settings.BODY_LIMIT_BYTES:
            taken.append(waiting.popleft())
            size += taken[-1].size
        if waiting:
            self._waiting[authorization] = waiting  # behind the other keys
        return taken

    def _answered(self, authorization: str, asked: Sequence[Asked]) -> Sequence[Answer | None]:
        try:
            return self._answers(authorization, asked)
        except Exception:  # whoever asks alone is told what is wrong, and a fault is logged there
            close_old_connections()
            return [None] * len(asked)


def _is_check(scope: Scope) -> bool:
    return scope["path"] in door.ADDRESSES


def _asked(environ: Environ, body: bytes) -> door.Asked:
    return door.Asked(environ["PATH_INFO"], body)


def _checked(authorization: str, asked: Sequence[door.Asked]) -> Sequence[bytes | None]:
    return door.together(asked, authorization=authorization, at=datetime.now(UTC))


def _told(environ: Environ, answer: bytes) -> Response:
    return Response(200, ahead.headers(environ, len(answer)), answer)


def _environ(scope: Scope) -> Environ:
    """Return what `ahead` looks at, named as WSGI does; what came twice is joined, as there."""
    environ = {"REQUEST_METHOD": scope["method"], "PATH_INFO": scope["path"]}
    for name, value in scope["headers"]:
        known, text = _in_wsgi(name), value.decode("latin-1")
        environ[known] = f"{environ[known]},{text}" if known in environ else text
    return environ


@lru_cache(maxsize=1024)  # callers send the same with each request
def _in_wsgi(name: bytes) -> str:
    return _PLAIN.get(name) or f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"


async def _send(response: Response, send: Send) -> None:
    headers = [_in_bytes(header) for header in response.headers]
    start = {"type": "http.response.start", "status": response.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": response.body})


@lru_cache(maxsize=1024)  # nearly all answers have the same
def _in_bytes(header: tuple[str, str]) -> tuple[bytes, bytes]:
    name, value = header
    return name.lower().encode("latin-1"), value.encode("latin-1")
