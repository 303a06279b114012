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
    key = RightsRequest.objects.filter(pk=request_id).values_list("subject_key", flat=True)
    found = key.first()
    if found is not None:
        subjects.lock(found)
    request = RightsRequest.objects.select_for_update(no_key=True).filter(pk=request_id).first()
    if request is None:
        raise RequestUnknown
    return request


def held_right(right_id: int) -> RequestedRight:
    """Return one right of a request that is held; see `held`."""
    number = RequestedRight.objects.filter(pk=right_id).values_list("request_id", flat=True).first()
    if number is None:
        raise RequestUnknown
    request = held(number)
    right = RequestedRight.objects.get(pk=right_id)
    right.request = request
    return right
