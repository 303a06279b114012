"""Hold a request while it changes: the subject first, then the request, then its rights."""

from pseudonymize import operations as subjects
from rights.models import RequestedRight, RightsRequest


class RequestUnknown(Exception):
    """There is no such request."""

    code = "request_unknown"

    def __init__(self) -> None:
        super().__init__("No such request. Use the id that opening it answered.")


def held(request_id: int) -> RightsRequest:
    """
    Return a request, with everybody else who would change it or its person made to wait.

    :raises RequestUnknown: when there is none.
    """
    keys = RightsRequest.objects.filter(pk=request_id).values_list("subject_key", flat=True)
    return _held(request_id, keys.first())


def held_right(right_id: int) -> RequestedRight:
    """Return one right of a request that is held; see `held`."""
    rows = RequestedRight.objects.filter(pk=right_id)
    found = rows.values_list("request_id", "request__subject_key").first()
    if found is None:
        raise RequestUnknown
    request = _held(*found)
    right = rows.get()
    right.request = request
    return right


def _held(request_id: int, subject_key: int | None) -> RightsRequest:
    if subject_key is not None:
        subjects.lock(subject_key)
    request = RightsRequest.objects.select_for_update(no_key=True).filter(pk=request_id).first()
    if request is None:
        raise RequestUnknown
    return request
