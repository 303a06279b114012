"""
Hears a caller out: a connection is not closed while somebody still sends what nobody will read.

Closed at once, it is reset, and the answer that says why (413, 401) is lost on its way.
Source: RFC 9112, section 9.6.
"""

from collections.abc import MutableMapping
from typing import Any

from django.conf import settings

from config.together import Application, Receive, Scope, Send


def heard_out(application: Application) -> Application:
    """Return `application` that ends no answer before the request ends, within reason."""

    async def heard(scope: Scope, receive: Receive, send: Send) -> None:
        rest = _Rest(receive)

        async def sent(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                await rest.heard()
            await send(message)

        # Who waits to be asked for the body sends none once there is an answer.
        waits = any(name == b"expect" for name, _ in scope.get("headers", ()))
        await application(scope, rest.receive, send if waits else sent)

    return heard


class _Rest:
    """What of a request was not read yet."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._more = True

    async def receive(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        self._more = message.get("more_body", False)
        return message

    async def heard(self) -> None:
        """Read what is left, and keep nothing."""
        left = settings.UPLOAD_LIMIT_BYTES
        while self._more and left > 0:
            left -= len((await self.receive()).get("body", b""))
