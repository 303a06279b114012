"""
Answers requests that wait at the same time as one group: policy checks here, acts in
`config.acting`.

Most of what one costs is the way to the database and back; a group goes it once. One thread
with a connection of its own answers. While it does, those that come wait, and are the next group.
Where several met, as many are waited for the next time, a moment at most. See docs/decisions.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from queue import SimpleQueue
from typing import Any, Generic, NamedTuple, TypeVar

from django.conf import settings
from django.db import close_old_connections

from config import ahead
from config.ahead import Environ
from config.hearing import Application, Receive, Scope, Send
from policies import door

_log = logging.getLogger(__name__)

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

# Requests in a group; their bodies together are no longer than one may be, and one more.
_MOST = 256
_TURNS = 3  # of the loop, in which it reads the requests that have come already; no time passes
# Where at least so many met last time, as many are waited for, in seconds: larger groups cost less
# than the wait.
_COMPANY, _PATIENCE = 4, 0.001
_MOST_HEADS, _LONGEST_HEAD = 1024, 4096
_PLAIN = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


Headers = tuple[tuple[bytes, bytes], ...]


class Response(NamedTuple):
    """An answer in full, `headers` without its length and those of the server."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Kind(Generic[Asked, Answer]):
    """
    Requests that are answered in groups, and how.

    `concerns` is given the path. `asked` is given the request as WSGI names it, and the body; None:
    it must be asked alone. `answers` is what `Waiting` is made with.
    """

    def __init__(
        self,
        *,
        concerns: Callable[[str], bool],
        asked: Callable[[Environ, bytes], Asked | None],
        answers: Callable[[str, Sequence[Asked]], Sequence[Answer | None]],
        told: Callable[[Environ, Answer], Response],
    ) -> None:
        self.concerns, self.asked, self.told = concerns, asked, told
        self.waiting = Waiting(answers)


class Plain(NamedTuple, Generic[Asked, Answer]):
    """A request as it should be sent: of which kind it is, its head, and that as WSGI names it."""

    kind: Kind[Asked, Answer]
    headers: Headers
    environ: Environ


class Known(NamedTuple):
    """A head that was read before: what it says, how long a body follows, and what after that."""

    plain: Plain[Any, Any]
    length: int
    keep_alive: bool


class Together:
    """
    An application, and the kinds of requests that `config.protocol` answers before it, in groups.

    Served by any other protocol it answers them too, one by one.
    """

    def __init__(self, one_by_one: Application, kinds: tuple[Kind[Any, Any], ...]) -> None:
        self._one_by_one, self._kinds = one_by_one, kinds
        self.plain = lru_cache(maxsize=_MOST_HEADS)(self._plain)
        self.heads: dict[bytes, Known] = {}
        """By their bytes: a caller sends most heads again."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by itself."""
        await self._one_by_one(scope, receive, send)

    def _plain(self, url: bytes, headers: Headers) -> Plain[Any, Any] | None:
        """Return what is known of a POST that may be put down for a group, by its head."""
        path = url.decode("latin-1")
        kind = next((kind for kind in self._kinds if kind.concerns(path)), None)
        environ = _environ(path, headers) if kind else {}
        return Plain(kind, headers, environ) if kind and ahead.is_plain(environ) else None

    def remember(self, head: bytes, plain: Plain[Any, Any], *, keep_alive: bool) -> None:
        """Know a whole head by its bytes the next time, where its length says how far it goes."""
        if len(head) > _LONGEST_HEAD or "HTTP_TRANSFER_ENCODING" in plain.environ:
            return
        if len(self.heads) >= _MOST_HEADS:
            self.heads.clear()
        self.heads[head] = Known(plain, int(plain.environ["CONTENT_LENGTH"]), keep_alive)


class _Entry(NamedTuple, Generic[Asked, Answer]):
    asked: Asked
    size: int
    told: Callable[[Answer | None], None]


class _Group(NamedTuple, Generic[Asked, Answer]):
    loop: asyncio.AbstractEventLoop
    authorization: str
    entries: Sequence[_Entry[Asked, Answer]]


class Waiting(Generic[Asked, Answer]):
    """
    Requests that wait, by the key they came with, and the thread that answers them in groups.

    `answers` is given the Authorization header and what was asked with it, in order; None in its
    place says that a request must be asked alone. When it fails, all must.
    """

    def __init__(self, answers: Callable[[str, Sequence[Asked]], Sequence[Answer | None]]) -> None:
        self._answers = answers
        self._waiting: dict[str, deque[_Entry[Asked, Answer]]] = {}
        self._groups: SimpleQueue[_Group[Asked, Answer]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_working = False
        self._count = 0  # of those that wait
        self._company = 0  # how many met last time
        self._patience: asyncio.TimerHandle | None = None

    def put(
        self,
        authorization: str,
        asked: Asked,
        *,
        size: int,
        told: Callable[[Answer | None], None],
    ) -> None:
        """
        Put down what was `asked`, of `size` bytes; `told` is given its answer, on this event loop.

        None in its place: it must be asked alone.
        """
        self._waiting.setdefault(authorization, deque()).append(_Entry(asked, size, told))
        self._count += 1
        if not self._is_working:
            self._is_working = True
            self._gather(asyncio.get_running_loop())
        elif self._patience and self._are_together:
            self._begin(asyncio.get_running_loop())

    @property
    def _are_together(self) -> bool:
        """Whether as many are here as met last time, or as a group may hold."""
        return self._count >= min(self._company, _MOST)

    def _gather(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for those who met last time, if they were some, and hand the next group over."""
        if self._company < _COMPANY or self._are_together:
            self._soon(loop, _TURNS)
        else:
            self._patience = loop.call_later(_PATIENCE, self._begin, loop)

    def _soon(self, loop: asyncio.AbstractEventLoop, turns: int) -> None:
        """Hand the next group over, some turns from now."""
        if turns:
            loop.call_soon(self._soon, loop, turns - 1)
        else:
            self._begin(loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand the next group over."""
        if self._patience:
            self._patience.cancel()
            self._patience = None
        authorization = next(iter(self._waiting))  # whoever has waited longest
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="together", daemon=True)
            self._thread.start()
        self._groups.put(_Group(loop, authorization, self._taken(authorization)))

    def _work(self) -> None:
        """Answer group after group, in a thread and with a connection of its own."""
        while True:
            group = self._groups.get()
            asked = [entry.asked for entry in group.entries]
            answers = self._answered(group.authorization, asked)
            group.loop.call_soon_threadsafe(self._tell_all, group, answers)

    def _tell_all(self, group: "_Group[Asked, Answer]", answers: Sequence[Answer | None]) -> None:
        for entry, answer in zip(group.entries, answers, strict=True):
            self._tell(entry, answer)
        self._company = len(group.entries) + self._count
        self._is_working = bool(self._waiting)
        if self._is_working:
            self._gather(group.loop)

    def _tell(self, entry: _Entry[Asked, Answer], answer: Answer | None) -> None:
        try:
            entry.told(answer)
        except Exception:  # what goes wrong with one must not keep the others waiting
            _log.exception("An answer could not be handed over; its caller should ask again.")

    def _taken(self, authorization: str) -> Sequence["_Entry[Asked, Answer]"]:
        """Take the next group of a key; what is beyond measure waits for its next turn."""
        waiting, size, limit = self._waiting.pop(authorization), 0, settings.BODY_LIMIT_BYTES
        taken: list[_Entry[Asked, Answer]] = []
        while waiting and len(taken) < _MOST and size < limit:
            taken.append(waiting.popleft())
            size += taken[-1].size
        self._count -= len(taken)
        if waiting:
            self._waiting[authorization] = waiting  # behind the other keys
        return taken

    def _answered(self, authorization: str, asked: Sequence[Asked]) -> Sequence[Answer | None]:
        try:
            answers = self._answers(authorization, asked)
            if len(answers) != len(asked):
                raise ValueError(f"{len(asked)} were asked and {len(answers)} answered")
            return answers
        except Exception:  # whoever asks alone is told what is wrong, and a fault is logged there
            with suppress(Exception):  # the thread must outlast whatever ails its connection
                close_old_connections()
            return [None] * len(asked)


def checks() -> Kind[door.Asked, bytes]:
    """Return policy checks, those that wait answered as one batch."""
    return Kind(concerns=door.ADDRESSES.__contains__, asked=_asked, answers=_checked, told=_told)


def _asked(environ: Environ, body: bytes) -> door.Asked:
    return door.Asked(environ["PATH_INFO"], body)


def _checked(authorization: str, asked: Sequence[door.Asked]) -> Sequence[bytes | None]:
    return door.together(asked, authorization=authorization, at=datetime.now(UTC))


def _told(environ: Environ, answer: bytes) -> Response:
    return Response(200, ahead.headers(environ), answer)


def _environ(path: str, headers: Headers) -> Environ:
    """Return what `ahead` looks at, named as WSGI does; what came twice is joined, as there."""
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path}
    for name, value in headers:
        known, text = _in_wsgi(name), value.decode("latin-1")
        environ[known] = f"{environ[known]},{text}" if known in environ else text
    return environ


@lru_cache(maxsize=1024)  # callers send the same with each request
def _in_wsgi(name: bytes) -> str:
    return _PLAIN.get(name) or f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
