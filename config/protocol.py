"""
uvicorn's HTTP/1.1, where requests that are answered in groups are put down once they are read.

Such a request needs no task, no queue of messages and no application of its own: what it costs is
to read it and to write its answer, head and body at once. All others, and those of the group that
must be asked alone, are uvicorn's. See docs/decisions.
"""

import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

if TYPE_CHECKING:  # uvicorn loads this before the application, which loads Django
    from uvicorn._types import HTTPScope

    from config.together import Plain, Together


class Protocol(HttpToolsProtocol):
    """What uvicorn speaks on one connection; it serves a `config.together.Together`."""

    _is_within = False  # a request that has begun to come, and not ended
    _arriving = b""  # the head at the beginning of what is being read, when it came in one piece
    _idle_since = 0.0  # by the loop's clock: when the last exchange ended

    def data_received(self, data: bytes) -> None:
        """Read what came; a whole request with a head that was read before is known at once."""
        if self._is_within or not self._is_idle():
            super().data_received(data)
            return
        end = data.find(b"\r\n\r\n") + 4
        head = data[:end]
        known = self._together.heads.get(head)
        if known is not None and len(data) == end + known.length:
            exchange = self._exchanged(known.plain, known.keep_alive)
            exchange.ask(data[end:])
        else:
            self._arriving = head
            super().data_received(data)
            self._arriving = b""

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._is_within = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """End a request."""
        self._is_within = False
        super().on_message_complete()

    def on_headers_complete(self) -> None:
        """Begin a request: one of ours where the caller waits for nothing else, or uvicorn's."""
        head, self._arriving = self._arriving, b""
        plain = None
        if self._is_idle() and self._is_usual():
            plain = self._together.plain(self.url, tuple(self.headers))
        if plain is None:
            super().on_headers_complete()
            return
        keep_alive = self.parser.should_keep_alive()
        if head.count(b"\n") == len(self.headers) + 2:  # it is the head, and nothing but it
            self._together.remember(head, plain, keep_alive=keep_alive)
        self._exchanged(plain, keep_alive)

    def on_exchange_complete(self) -> None:
        """End an exchange as uvicorn does; the clock that closes an idle connection runs on."""
        if self.pipeline or self.transport.is_closing():
            self.on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._close_after(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, unless there was an exchange since the clock was set."""
        self.timeout_keep_alive_task = None
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if not self._has_answered():
            return  # the end of what is under way sets it again
        if left > 0:
            self._close_after(left)
        else:
            super().timeout_keep_alive_handler()

    def _close_after(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )

    @property
    def _together(self) -> "Together":
        return cast("Together", self.app)

    def _exchanged(self, plain: "Plain[Any, Any]", keep_alive: bool) -> "Exchange":
        exchange = Exchange(self, plain, keep_alive)
        self.cycle = cast(RequestResponseCycle, exchange)
        return exchange

    def _is_idle(self) -> bool:
        return self._has_answered() and not self.flow.write_paused

    def _has_answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _is_usual(self) -> bool:
        parser = self.parser
        return (
            parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and not self.expect_100_continue
            and not parser.should_upgrade()
        )


class Exchange:
    """
    A request that is answered in a group, and its answer.

    Stands where uvicorn keeps a cycle of its own, with what the protocol looks at there; the
    protocol tells by `message_event.set()` that there is news.
    """

    def __init__(self, protocol: Protocol, plain: "Plain[Any, Any]", keep_alive: bool) -> None:
        self._protocol, self._plain, self.keep_alive = protocol, plain, keep_alive
        self.body, self.more_body = bytearray(), True
        self.disconnected = self.response_complete = False
        self._asked: bytes | None = None

    @property
    def message_event(self) -> "Exchange":
        """What is told that there is news: itself, and not kept, which would be a circle."""
        return self

    def set(self) -> None:
        """Go on: there is more of the body, or all of it; or the caller has gone."""
        if self.disconnected or self._asked is not None:
            return
        if self.more_body:
            self._protocol.flow.resume_reading()
        else:
            self.ask(bytes(self.body))

    def ask(self, body: bytes) -> None:
        """Put the request down for its group; its body is all there."""
        kind, environ = self._plain.kind, self._plain.environ
        self._asked = body
        asked = kind.asked(environ, body)
        if asked is None:
            self._ask_alone()
        else:
            key = environ.get("HTTP_AUTHORIZATION", "")
            kind.waiting.put(key, asked, size=len(body), told=self.told)

    def told(self, answer: Any) -> None:
        """Hand the answer over; None: the request must be asked alone."""
        if self.disconnected:
            return
        if answer is None:
            self._ask_alone()
            return
        response = self._plain.kind.told(self._plain.environ, answer)
        protocol, body = self._protocol, response.body
        head = _head(response.status, response.headers)
        now = [b"%s: %s\r\n" % header for header in protocol.server_state.default_headers]
        last = b"" if self.keep_alive else b"connection: close\r\n"
        length = b"content-length: %d\r\n\r\n" % len(body)
        protocol.transport.write(b"".join((head, *now, last, length, body)))
        self.response_complete = True
        if not self.keep_alive:
            protocol.transport.close()
        protocol.on_exchange_complete()

    def _ask_alone(self) -> None:
        """Go uvicorn's way, with the whole body."""
        protocol = self._protocol
        cycle = RequestResponseCycle(
            scope=self._scope(),
            transport=protocol.transport,
            flow=protocol.flow,
            logger=protocol.logger,
            access_logger=protocol.access_logger,
            access_log=protocol.access_log,
            default_headers=protocol.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=self.keep_alive,
            on_response=protocol.on_response_complete,
        )
        cycle.body, cycle.more_body = bytearray(self._asked or b""), False
        cycle.message_event.set()
        self.response_complete = True
        if protocol.cycle is cast(object, self):
            protocol.cycle = cycle
        protocol._start_asgi_task(cycle, protocol.app)

    def _scope(self) -> "HTTPScope":
        """Return what ASGI says of the request, as uvicorn would."""
        protocol, path = self._protocol, self._plain.environ["PATH_INFO"]
        return {
            "type": "http",
            "asgi": {"version": protocol.asgi_version, "spec_version": "2.3"},
            "http_version": "1.1",
            "server": protocol.server,
            "client": protocol.client,
            "scheme": protocol.scheme or "http",
            "root_path": protocol.root_path,
            "headers": list(self._plain.headers),
            "state": protocol.app_state.copy(),
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
        }


@lru_cache(maxsize=1024)  # nearly all answers have the same
def _head(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = [f"{name.lower()}: {value}\r\n".encode("latin-1") for name, value in headers]
    return b"".join([STATUS_LINE[status], *lines])
