"""
Records acts ahead of Django's own machinery, as `config.ahead` and `config.together` answer checks:
those that wait at the same moment as one group, or each by itself.

Only what goes well is answered here, with the functions that serve the view too; whatever is odd,
refused or overtaken goes on to Django, body and all, and is told there.
"""

import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus

from config import ahead, idempotency
from config.ahead import Application, Environ, StartResponse
from config.problems import RETRY_AFTER, UNSURE, problem_body
from config.together import Kind, Response
from consent import door
from consent.door import Asked, Retry, Unsure

_PATH = re.compile(r"/api/v1/subjects/(sub_[a-z2-7]{26})/consents")
_LANGUAGE = "en"  # of `config.middleware.english_for_programs`
_ALLOW = "GET, POST, HEAD, OPTIONS"


def acts() -> Kind[Asked, bytes | Unsure]:
    """Return acts, those that wait recorded as one group."""
    return Kind(concerns=_is_act, asked=_asked, answers=_recorded, told=_told)


def acts_ahead_of(django: Application) -> Application:
    """Return `django` with acts recorded before it, one by one."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        ours = _PATH.fullmatch(environ["PATH_INFO"]) and not environ.get("QUERY_STRING")
        if not ours or not ahead.is_plain(environ):
            return django(environ, start_response)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        answer = _answer(environ, body)
        if answer is None:
            return django({**environ, "wsgi.input": io.BytesIO(body)}, start_response)
        response = _told(environ, answer)
        status = HTTPStatus(response.status)
        whole = f"{status.value} {status.phrase}"
        return ahead.started(start_response, whole, response.headers, response.body)

    return application


def _is_act(path: str) -> bool:
    return bool(_PATH.fullmatch(path))


def _answer(environ: Environ, body: bytes) -> bytes | Unsure | None:
    asked = _asked(environ, body)
    if asked is None:
        return None
    try:
        return _recorded(environ.get("HTTP_AUTHORIZATION", ""), [asked])[0]
    except Exception:  # refusals and faults alike: Django tells them, and logs what is a fault
        return None


def _asked(environ: Environ, body: bytes) -> Asked | None:
    [public_id] = _PATH.findall(environ["PATH_INFO"])
    key = environ.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return Asked(body, public_id)
    if not idempotency.KEY.fullmatch(key):
        return None
    fingerprint = idempotency.fingerprint("POST", environ["PATH_INFO"], body)
    return Asked(body, public_id, Retry(key, fingerprint))


def _recorded(authorization: str, asked: Sequence[Asked]) -> Sequence[bytes | Unsure | None]:
    return door.record_all(asked, authorization=authorization, at=datetime.now(UTC))


def _told(environ: Environ, answer: bytes | Unsure) -> Response:
    if isinstance(answer, bytes):
        return Response(201, _headers(environ), answer)
    body = json.dumps(problem_body(503, "unavailable", UNSURE)).encode()
    kind = {"Content-Type": "application/problem+json", **RETRY_AFTER}
    return Response(503, _headers(environ, **kind), body)


def _headers(environ: Environ, **others: str) -> ahead.Headers:
    own = {"Allow": _ALLOW, "Content-Language": _LANGUAGE}
    return tuple((dict(ahead.headers(environ)) | own | others).items())
