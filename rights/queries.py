"""Reads requests. Never writes, and never opens what is sealed."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from rights.lifecycle import OPEN, State, of_request
from rights.models import (
    Attachment,
    Clock,
    Letter,
    RequestedRight,
    RequestEvent,
    RightsRequest,
)


def request(number: int) -> RightsRequest | None:
    """Return the request with this number, or None."""
    return RightsRequest.objects.filter(pk=number).first()


def right_of(request: RightsRequest, name: str) -> RequestedRight | None:
    """Return one right of a request as it stands now; None when it was not asked."""
    return rights_of(request).filter(right=name).first()


def letters_of(request: RightsRequest) -> QuerySet[Letter]:
    """Return the letters of a request, oldest first, each with the request."""
    return request.letters.select_related("request").order_by("pk")


def files_of(request: RightsRequest) -> QuerySet[Attachment]:
    """Return the files of a request, oldest first, each with the request."""
    return request.files.select_related("request").order_by("pk")


def request_by_public_id(public_id: str) -> RightsRequest | None:
    """Return the request that a caller names, or None."""
    return RightsRequest.objects.filter(public_id=public_id).first()


def rights_of(request: RightsRequest) -> QuerySet[RequestedRight]:
    """Return the rights of a request in the order in which they were asked, with their clocks."""
    rows = RequestedRight.objects.filter(request=request).select_related("request")
    return rows.prefetch_related("clocks").order_by("pk")


def requests_of(subject_key: int) -> QuerySet[RightsRequest]:
    """Return the requests of one proved person, newest first."""
    return RightsRequest.objects.filter(subject_key=subject_key).order_by("-received_at")


def state_of(request: RightsRequest) -> State:
    """Return the one word for a request; see `lifecycle.of_request`."""
    states = request.rights.values_list("state", flat=True)
    return of_request(frozenset(State(state) for state in states))


def related(request: RightsRequest) -> QuerySet[RightsRequest]:
    """Return other requests of the same person, or from the same typed address, newest first."""
    same = Q(pk__in=[])
    if request.subject_key is not None:
        same |= Q(subject_key=request.subject_key)
    if request.address is not None:
        same |= Q(address=bytes(request.address))
    return RightsRequest.objects.filter(same).exclude(pk=request.pk).order_by("-received_at")


def history(request: RightsRequest) -> QuerySet[RequestEvent]:
    """Return what happened to a request, oldest first."""
    return request.events.select_related("right").order_by("pk")


def waiting() -> QuerySet[RequestedRight]:
    """Return the open rights, the one that is due first first; without a date last."""
    rows = RequestedRight.objects.filter(state__in=sorted(OPEN)).select_related("request")
    return rows.order_by("statutory_due", "prudent_due", "pk")


def overdue(*, on: date) -> QuerySet[RequestedRight]:
    """Return the open rights whose statutory date has passed on `on`, the oldest first."""
    return waiting().filter(statutory_due__lt=on)


def due_within(*, on: date, until: date) -> QuerySet[RequestedRight]:
    """Return the open rights whose prudent date lies from `on` to `until`, both included."""
    return waiting().filter(prudent_due__gte=on, prudent_due__lte=until)


def main_clocks(rights: Sequence[RequestedRight]) -> dict[int, Clock]:
    """Return the running clock of each right that runs out first, in one read."""
    rows = Clock.objects.filter(right__in=rights, ended_on=None)
    found: dict[int, Clock] = {}
    for clock in rows.order_by("statutory_due", "pk"):
        found.setdefault(clock.right_id, clock)
    return found


def closed() -> QuerySet[RequestedRight]:
    """Return the rights that have ended, the newest request first."""
    rows = RequestedRight.objects.exclude(state__in=sorted(OPEN)).select_related("request")
    return rows.order_by("-request_id", "pk")


def found(typed: str, holders: Sequence[int]) -> list[RightsRequest]:
    """Return the requests with this number or public id, or of these persons, newest first."""
    wanted = Q(public_id=typed) | Q(subject_key__in=holders)
    if typed.isdecimal() and len(typed) < 10:
        wanted |= Q(pk=int(typed))
    return list(RightsRequest.objects.filter(wanted).order_by("-pk")[:50])
