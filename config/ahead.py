"""
Answers policy checks ahead of Django's own machinery, which costs more than the check itself.

Only what goes well is answered here, by the function that serves the views too; whatever is odd
or refused goes on to Django, body and all, and is told there. So both doors say the same.
"""

import functools
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from config.middleware import PAGE_POLICY, is_safe_request_id
from policies import door, wire
from policies.api import LANGUAGES

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers = tuple[tuple[str, str], ...]

_HEADERS = (
    ("Content-Type", "application/json"),
    ("Allow", "POST, OPTIONS"),
    ("Vary", "Accept-Language"),
    ("Content-Language", LANGUAGES),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", settings.X_FRAME_OPTIONS),
    ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
    ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
    ("Content-Security-Policy", PAGE_POLICY),
)
_ACCEPTED = {"*/*", "application/*", "application/json"}


def checks_ahead_of(django: Application) -> Application:
    """Return `django` with policy checks answered before it."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answered = door.ADDRESSES.get(environ["PATH_INFO"])
        if answered is None or not is_plain(environ):
            return django(environ, start_response)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        try:
            at = datetime.now(UTC)
            kid, admit = door.admission(environ.get("HTTP_AUTHORIZATION", ""), at=at)
            answer = answered(body, caller=kid, at=at, admit=admit)
        except Exception:  # refusals and faults alike: Django tells them, and logs what is a fault
            return django({**environ, "wsgi.input": io.BytesIO(body)}, start_response)
        return started(start_response, "200 OK", headers(environ), answer)

    return application


def is_plain(environ: Mapping[str, Any]) -> bool:
    """Whether it is a request as it should be sent, to be answered without a second look."""
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ["REQUEST_METHOD"] == "POST"
        and "HTTP_COOKIE" not in environ
        and length.isdigit()
        and int(length) <= settings.BODY_LIMIT_BYTES
        and _is_usual(
            environ.get("CONTENT_TYPE", ""),
            environ.get("HTTP_HOST", ""),
            environ.get("HTTP_ACCEPT", "*/*"),
            tuple(settings.ALLOWED_HOSTS),
        )
    )


@functools.lru_cache(maxsize=256)  # a caller sends the same with each check
def _is_usual(content_type: str, host: str, accept: str, hosts: tuple[str, ...]) -> bool:
    name, _ = split_domain_port(host)
    return (
        wire.is_json(content_type)
        and bool(name)
        and validate_host(name, hosts)
        and any(kind.partition(";")[0].strip() in _ACCEPTED for kind in accept.split(","))
    )


def headers(environ: Mapping[str, Any]) -> Headers:
    """Return the headers of the answer to a check, but for its length."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    if given and is_safe_request_id(given):
        return (*_HEADERS, ("X-Request-ID", given))
    return _HEADERS


def started(
    start_response: StartResponse, status: str, headers: Headers, body: bytes
) -> list[bytes]:
    """Begin an answer, with its length, and return what WSGI wants of it."""
    start_response(status, [*headers, ("Content-Length", str(len(body)))])
    return [body]
