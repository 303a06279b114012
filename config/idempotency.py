"""`Idempotency-Key` on writes: a retry gets the first answer, and acts once."""

import hashlib
import re
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit import keys, queries, replies
from config.middleware import is_stream
from config.problems import RETRY_AFTER, UNSURE, problem
from pseudonymize import queries as subjects

Handler = Callable[[HttpRequest], HttpResponse]

KEY = re.compile(r"[\x21-\x7e]{1,128}")
_SUBJECT_ID = re.compile(r"sub_[a-z2-7]{26}")


def idempotency_key(handler: Handler) -> Handler:
    """
    Answer a repeated write from the record of the first.

    The reply is stored in the transaction of the act itself, so either both exist or neither.
    Two at once: the second waits for the first. The same key with another request is refused (422).
    """

    def handle(request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None or not _is_write(request):
            return handler(request)
        if not KEY.fullmatch(key):
            detail = "Idempotency-Key takes 1 to 128 visible ASCII characters."
            return problem(400, "idempotency_key_malformed", detail, field="Idempotency-Key")
        if is_stream(request):  # too long to read twice; they see to it themselves
            return handler(request)
        try:
            caller = _caller(request)
            return _once(handler, request, caller, key) if caller else handler(request)
        except (OperationalError, InterfaceError):
            return _unavailable()

    return handle


def _is_write(request: HttpRequest) -> bool:
    writes = request.method in {"POST", "PUT", "PATCH", "DELETE"}
    return writes and request.path.startswith("/api/v1/")


def _unavailable() -> HttpResponse:
    """The transaction may have been lost at its very end, so nobody knows whether it counts."""
    response = problem(503, "unavailable", UNSURE)
    response["Retry-After"] = RETRY_AFTER["Retry-After"]
    return response


def _caller(request: HttpRequest) -> str | None:
    text = request.headers.get("Authorization", "").partition(" ")[2].strip()
    presented = keys.parse(text)
    return presented.kid if presented and queries.caller(text) else None


def fingerprint(method: str, path: str, body: bytes) -> bytes:
    """Return by what a repeated request is told from another one with the same key."""
    return hashlib.sha256(f"{method} {path}\n".encode() + body).digest()


def _once(handler: Handler, request: HttpRequest, caller: str, key: str) -> HttpResponse:
    asked = fingerprint(request.method or "", request.get_full_path(), request.body)
    with transaction.atomic():
        earlier = replies.claim(caller, key, fingerprint=asked, at=timezone.now())
        if earlier:
            return _repeat(request, earlier, asked)
        response = handler(request)
        if response.status_code >= 300:
            transaction.set_rollback(True)
        else:
            kind = response.headers.get("Content-Type", "")
            replies.keep(caller, key, status=response.status_code, kind=kind, body=response.content)
        return response


def _repeat(request: HttpRequest, earlier: replies.Reply, asked: bytes) -> HttpResponse:
    if earlier.fingerprint != asked:
        detail = "This Idempotency-Key was used for another request. Use a new key."
        return problem(422, "idempotency_key_reused", detail, field="Idempotency-Key")
    if gone := _gone(request.path, earlier):
        return gone
    response = HttpResponse(earlier.body, status=earlier.status, content_type=earlier.kind)
    response["Idempotency-Replayed"] = "true"
    return response


def _gone(path: str, earlier: replies.Reply) -> HttpResponse | None:
    """An old answer tells nothing any more about somebody who was erased or blocked since."""
    if earlier.status is None:
        return problem(404, subjects.SubjectErased.code, str(subjects.SubjectErased()))
    for public_id in set(_SUBJECT_ID.findall(path + earlier.body.decode(errors="replace"))):
        found = subjects.subject_key_of(public_id)
        if found is None and subjects.is_dead(public_id):
            return problem(404, subjects.SubjectErased.code, str(subjects.SubjectErased()))
        if found is not None and subjects.person(found).life != "active":
            return problem(409, subjects.SubjectBlocked.code, str(subjects.SubjectBlocked()))
    return None
