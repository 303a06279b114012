"""Requests as tests need them, opened through the application's own door."""

from datetime import UTC, date, datetime
from typing import Any

from rights import operations
from rights.models import RequestedRight, RightsRequest
from rights.operations import Acting, NewRequest

OFFICER = "user:1"


def at(day: str, hour: int = 10) -> datetime:
    """Return a moment on a day, in UTC."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def by(day: str, words: str = "") -> Acting:
    """Return an officer who acts on a day."""
    return Acting(OFFICER, at(day), words)


def a_request(day: str, *rights: str, country: str = "ES", **fields: Any) -> RightsRequest:
    """Open a request of a proved stranger, received on `day`."""
    known = {"identity": "document"} | fields
    new = NewRequest(rights=rights or ("access",), country=country, **known)
    return operations.open_request(new, by(day))


def the(request: RightsRequest, right: str) -> RequestedRight:
    """Return one right of a request as it stands."""
    return RequestedRight.objects.select_related("request").get(request=request, right=right)


def due(request: RightsRequest, right: str) -> date | None:
    """Return the statutory date of what is due next."""
    return the(request, right).statutory_due
