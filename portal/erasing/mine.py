"""The person's own word on their erasure while it may be stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.rights.mine import for_owner
from rights.erasure import operations, queries
from rights.operations import Acting

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import RequestedRight, RightsRequest


@require_POST
@for_owner
def decide(request: HttpRequest, own: RightsRequest) -> HttpResponse:
    """Stop the erasure, begin it at once, or choose whether the address is remembered."""
    right = queries.begun_for(own.pk) if own.identity else None
    if right is not None:
        _do(request.POST.get("act", ""), right, remembered="suppress" in request.POST)
    return redirect("requests:mine")


def _do(wanted: str, right: RequestedRight, *, remembered: bool) -> None:
    by = Acting("person", timezone.now())
    try:
        match wanted:
            case "stop":
                operations.take_back(right.pk, by)
            case "hurry":
                operations.hurry(right.erasure.erasure_id, by)
            case "choose":
                operations.choose(right.erasure.erasure_id, by, suppress=remembered)
    except operations.TooLate:
        return  # the page says how far it is
