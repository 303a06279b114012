"""Errors as the world sees them: RFC 9457 problem documents with a stable code."""

from typing import Any

from django.http import HttpResponse, JsonResponse

TITLES = {
    400: "The request cannot be read",
    401: "A valid service key is needed",
    403: "The service key does not allow this",
    404: "Not found",
    405: "This method is not offered here",
    409: "It conflicts with what is on record",
    413: "The body is too large",
    415: "This content type is not accepted",
    422: "The content cannot be accepted",
    429: "Too many requests",
    503: "Not possible right now",
}


UNAVAILABLE = "The database did not answer. Nothing was decided or changed; try again."
UNSURE = (
    "The database went away while this was written: it may or may not have been recorded. "
    "Send it again with the same Idempotency-Key, or look first whether it is on record."
)
RETRY_AFTER = {"Retry-After": "2"}


def problem_body(status: int, code: str, detail: str, **members: Any) -> dict[str, Any]:
    """Return the members of a problem document; `members` such as `field` are extensions."""
    title = TITLES.get(status, "Error")
    body = {"type": f"urn:venia:problem:{code}", "title": title, "status": status, "code": code}
    return body | {"detail": detail} | {k: v for k, v in members.items() if v is not None}


def problem(status: int, code: str, detail: str, **members: Any) -> HttpResponse:
    """Return a problem document as a response outside the REST framework."""
    return JsonResponse(
        problem_body(status, code, detail, **members),
        status=status,
        content_type="application/problem+json",
    )
