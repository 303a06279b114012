"""
Records acts ahead of Django's own machinery, as `config.ahead` answers checks.

Only what goes well is answered here, with the functions that serve the view too; whatever is odd,
refused or overtaken goes on to Django, body and all, and is told there.
"""

import io
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from config import ahead, idempotency
from config.ahead import Application, Environ, StartResponse
from config.problems import RETRY_AFTER, UNSURE, problem_body
from consent import door

_PATH = re.compile(r"/api/v1/subjects/(sub_[a-z2-7]{26})/consents")
_LANGUAGE = "en"  # of `config.middleware.english_for_programs`
_ALLOW = "GET, POST, HEAD, OPTIONS"


def acts_ahead_of(django: Application) -> Application:
    """Return `django` with acts recorded before it."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        found = _PATH.fullmatch(environ["PATH_INFO"])
        if found is None or environ.get("QUERY_STRING") or not ahead.is_plain(environ):
            return django(environ, start_response)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        try:
            receipt = door.record(
                body,
                found[1],
                authorization=environ.get("HTTP_AUTHORIZATION", ""),
                retry=_retry(environ, body),
                at=datetime.now(UTC),
            )
        except door.Unsure:
            return _unavailable(environ, start_response)
        except Exception:  # refusals and faults alike: Django tells them, and logs what is a fault
            return django({**environ, "wsgi.input": io.BytesIO(body)}, start_response)
        start_response("201 Created", _headers(environ, len(receipt)))
        return [receipt]

    return application


def _unavailable(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Tell that nobody knows whether it was recorded, without doing the work once more."""
    body = json.dumps(problem_body(503, "unavailable", UNSURE)).encode()
    kind = {"Content-Type": "application/problem+json", **RETRY_AFTER}
    start_response("503 Service Unavailable", _headers(environ, len(body), **kind))
    return [body]


def _headers(environ: Environ, length: int, **others: str) -> list[tuple[str, str]]:
    usual = dict(ahead.headers(environ, length))
    own = {"Allow": _ALLOW, "Content-Language": _LANGUAGE}
    return list((usual | own | others).items())


def _retry(environ: Environ, body: bytes) -> door.Retry | None:
    key = environ.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    if not idempotency.KEY.fullmatch(key):
        raise door.Refused
    return door.Retry(key, idempotency.fingerprint("POST", environ["PATH_INFO"], body))
