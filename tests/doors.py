"""Two ways in for a program: ahead of Django's machinery, and through its views."""

import io
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, connection

from audit.operations import issue_key
from tests.builders import AT

Answer = tuple[str, list[tuple[str, str]], bytes]


class TwoDoors:
    """One key, and both ways in."""

    def __init__(self, ahead_of: Callable[[Any], Any], scope: str) -> None:
        self.views = WSGIHandler()
        self.passed_on = 0
        self.front = ahead_of(self._counting)
        key = issue_key("shop", scopes=[scope], actor="system", at=AT)
        self.kid, self.key = key.kid, f"Bearer {key.text}"

    def _counting(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.passed_on += 1
        return self.views(environ, start_response)

    def send(self, door: Any, path: str, body: bytes, **environ: str | None) -> Answer:
        """Send `body` to `path`; `environ` replaces members, None takes one away."""
        usual = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "HTTP_AUTHORIZATION": self.key,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
        }
        sent = {k: v for k, v in {**usual, **environ}.items() if v is not None}
        told: list[Any] = []
        answer = door(sent, lambda status, headers: told.extend([status, headers]))
        whole = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return told[0], told[1], whole


@contextmanager
def connection_kept() -> Iterator[None]:
    """Django's test client does the same: a request must not close the connection of the test."""
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is executed on the wire itself, whoever sends it."""
    sent: list[str] = []
    raw = connection.connection.pgconn
    with tempfile.TemporaryFile("w+") as file:
        raw.trace(file.fileno())
        yield sent
        raw.untrace()
        file.seek(0)
        sent += [line for line in file if re.search(r"\tF\t\d+\t(Execute|Query)\b", line)]


def ended_one_that_waits() -> bool:
    """End a connection that waits for another one while it records acts, if there is any."""
    time.sleep(0.05)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND query LIKE '%consent_consentevent%'"
        )
        return bool(cursor.fetchall())
