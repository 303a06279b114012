"""What happens around every request: its id, its size, what its page may load."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation

from config.problems import problem

Handler = Callable[[HttpRequest], HttpResponse]

_SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_STREAMED = re.compile(r"^/api/v1/(imports|profiles:pseudonymise|exclusion-lists/[\w-]+)$")
_PROGRAMS = ("/api/", "/access/")
_STREAMED_LINES = "/api/v1/text:redact"  # whose JSON is an ordinary body
_UPLOADS = re.compile(r"^/(rights/(new|mine/file)|desk/intake/)$")
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_DOCS_POLICY = PAGE_POLICY + "; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'"


def is_safe_request_id(given: str) -> bool:
    """Return whether an `X-Request-ID` may be repeated: up to 64 characters that do no harm."""
    return _SAFE_REQUEST_ID.fullmatch(given) is not None


def request_id(handler: Handler) -> Handler:
    """Send a caller's `X-Request-ID` back when it is safe to repeat (AuthZEN 1.0, section 10)."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = handler(request)
        given = request.headers.get("X-Request-ID", "")
        if is_safe_request_id(given):
            response["X-Request-ID"] = given
        return response

    return handle


def whole_path(handler: Handler) -> Handler:
    """Find nothing at an address with a NUL, which no database can be asked for."""

    def handle(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            raise Http404
        return handler(request)

    return handle


def is_stream(request: HttpRequest) -> bool:
    """Return whether a view reads the body bit by bit, with a limit of its own."""
    if request.path == _STREAMED_LINES:
        return request.content_type == "application/x-ndjson"
    return _STREAMED.match(request.path) is not None


def body_limit(handler: Handler) -> Handler:
    """Refuse a body over the limit before it is read; streams have limits of their own."""

    def handle(request: HttpRequest) -> HttpResponse:
        announced = request.headers.get("Content-Length", "0")
        uploads = _UPLOADS.match(request.path)
        limit = settings.UPLOAD_LIMIT_BYTES if uploads else settings.BODY_LIMIT_BYTES
        too_large = announced.isdigit() and int(announced) > limit
        if too_large and not is_stream(request):
            detail = f"The body is over {limit >> 20} MiB. Send it in parts."
            return problem(413, "body_too_large", detail)
        return handler(request)

    return handle


def english_for_programs(handler: Handler) -> Handler:
    """
    Speak English to programs: the detail of a problem is for whoever wrote the caller.

    What is for people is in every language, or says by which header it is chosen.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_PROGRAMS):
            translation.activate("en")
        return handler(request)

    return handle


def content_security_policy(handler: Handler) -> Handler:
    """Let pages load nothing but our own files; the API browser alone needs inline styles."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = handler(request)
        docs = request.path.startswith("/api/docs/")
        response.setdefault("Content-Security-Policy", _DOCS_POLICY if docs else PAGE_POLICY)
        return response

    return handle
