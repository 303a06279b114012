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
    from config.together import Plain, Together


class Protocol(HttpToolsProtocol):
    """What uvicorn speaks on one connection; it serves a `config.together.Together`."""

    def on_headers_complete(self) -> None:
        """Begin a request: one of ours where the caller waits for nothing else, or uvicorn's."""
        plain = None
        if self._is_idle() and self._is_usual():
            plain = cast("Together", self.app).plain(self.url, tuple(self.headers))
        if plain is None:
            super().on_headers_complete()
        else:
            self.cycle = cast(RequestResponseCycle, Exchange(self, plain))

    def _is_idle(self) -> bool:
        answered = self.cycle is None or self.cycle.response_complete
        return answered and not self.flow.write_paused

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

    def __init__(self, protocol: Protocol, plain: "Plain[Any, Any]") -> None:
        self._protocol, self._plain, self._scope = protocol, plain, protocol.scope
        self.body, self.more_body = bytearray(), True
        self.disconnected = self.response_complete = False
        self.keep_alive = protocol.parser.should_keep_alive()
        self.message_event = self
        self._is_asked = False

    def set(self) -> None:
        """Go on: there is more of the body, or all of it; or the caller has gone."""
        if self.disconnected or self._is_asked:
            return
        if self.more_body:
            self._protocol.flow.resume_reading()
            return
        self._is_asked = True
        kind, environ = self._plain
        body = bytes(self.body)
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
        protocol.on_response_complete()

    def _ask_alone(self) -> None:
        """Go uvicorn's way, with the whole body."""
        protocol = self._protocol
        cycle = RequestResponseCycle(
            scope=self._scope,
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
        path = self._plain.environ["PATH_INFO"]
        raw = {"raw_path": path.encode(), "query_string": b""}
        cycle.scope.update({"method": "POST", "path": path, **raw})  # type: ignore[typeddict-item]
        cycle.body, cycle.more_body = self.body, False
        cycle.message_event.set()
        self.response_complete = True
        if protocol.cycle is cast(object, self):
            protocol.cycle = cycle
        protocol._start_asgi_task(cycle, protocol.app)


@lru_cache(maxsize=1024)  # nearly all answers have the same
def _head(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = [f"{name.lower()}: {value}\r\n".encode("latin-1") for name, value in headers]
    return b"".join([STATUS_LINE[status], *lines])
