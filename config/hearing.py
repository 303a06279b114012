"""
Hears callers out, however they send: who sends slowly keeps no thread from others, and who sends
more than anybody will read is still told why.

A connection that is closed while somebody sends is reset, and the answer (413, 401) is lost on
its way. Source: RFC 9112, section 9.6.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

from django.conf import settings

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def heard_out(application: Application) -> Application:
    """Return `application` that begins with a whole body, but for files, and ends after it."""

    async def heard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_short(scope):
            body = await whole_body(receive)
            if body is None:
                return
            receive = as_if_unread(body, receive)
        rest = _Rest(receive)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                await rest.heard()
            await send(message)

        # Who waits to be asked for the body sends none once there is an answer.
        waits = _header(scope, b"expect") is not None
        await application(scope, rest.receive, send if waits else sent)

    return heard


async def whole_body(receive: Receive) -> bytes | None:
    """Return the whole body; None: the caller went away while it sent, and nobody is answered."""
    parts, more = [], True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def as_if_unread(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the whole body once more, then what comes after it."""
    whole: list[Message] = [{"type": "http.request", "body": body}]

    async def again() -> Message:
        return whole.pop() if whole else await receive()

    return again


class _Rest:
    """What of a request was not read yet."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._more = True

    async def receive(self) -> Message:
        """
        Return the next part.

        :raises ConnectionResetError: the caller went away while it sent. Half a body is none, even
            where it can be read.
        """
        message, awaited = await self._receive(), self._more
        self._more = message.get("more_body", False)
        if awaited and message["type"] == "http.disconnect":
            raise ConnectionResetError("The caller went away while it sent.")
        return message

    async def heard(self) -> None:
        """Read what is left, and keep nothing."""
        left = settings.UPLOAD_LIMIT_BYTES
        with suppress(ConnectionResetError):
            while self._more and left > 0:
                left -= len((await self.receive()).get("body", b""))


def _is_short(scope: Scope) -> bool:
    length = _header(scope, b"content-length")
    return length is not None and length.isdigit() and int(length) <= settings.BODY_LIMIT_BYTES


def _header(scope: Mapping[str, Any], wanted: bytes) -> bytes | None:
    return next((value for name, value in scope.get("headers", ()) if name == wanted), None)
