"""Packages at the desk: how far they are, what is left out, a code told in person, an early end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.desk.access import Seat, at_desk, only_officers, page
from portal.desk.case import one_of, shown
from portal.desk.refusals import in_words
from portal.phrases import phrase
from rights import queries as requests
from rights.access import destruction, proving, queries, withholding
from rights.casework.answers import ReasonMissing
from rights.grounds import GroundUnknown

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import Package, RequestedRight, RightsRequest

_PAGE = 50
REFUSALS = (withholding.WithholdingRefused, proving.NotReady, ReasonMissing, GroundUnknown)


@require_safe
@at_desk
def packages(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show every package, the newest first: how far it is, and until when it can be fetched."""
    listed = Paginator(queries.newest(), _PAGE).get_page(request.GET.get("page"))
    context = {"here": "packages", "page": listed, "now": timezone.now()}
    return page(request, seat, "packages.html", context)


@require_POST
@at_desk
def withhold(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Leave a table out of a package, or put it back."""
    only_officers(seat)
    one = one_of(number)
    right = _right(one, request.POST.get("right", ""))
    system, _, table = request.POST.get("table", "").partition("/")
    try:
        if "include" in request.POST:
            withholding.include(right.pk, system, table, seat.acting())
        else:
            ground = request.POST.get("ground", "")
            withholding.withhold(right.pk, system, table, ground, seat.acting())
    except REFUSALS as refused:
        return shown(request, seat, one, problem=in_words(refused))
    return redirect("desk:case", number=number)


@require_POST
@at_desk
def tell_code(request: HttpRequest, seat: Seat, number: int, package: int) -> HttpResponse:
    """Show a code once, for an officer to tell somebody whose identity they proved otherwise."""
    only_officers(seat)
    one, by = one_of(number), seat.acting(request.POST.get("words", ""))
    try:
        if not by.words:
            raise ReasonMissing
        code = proving.tell(_package(one, package), by)
    except REFUSALS as refused:
        return shown(request, seat, one, problem=in_words(refused))
    return shown(request, seat, one, told=phrase("packages.desk.code_is", code=code))


@require_POST
@at_desk
def destroy(request: HttpRequest, seat: Seat, number: int, package: int) -> HttpResponse:
    """Destroy a package before its term."""
    only_officers(seat)
    one = one_of(number)
    destruction.destroy_now(_package(one, package), seat.acting())
    return redirect("desk:case", number=number)


def _right(one: RightsRequest, name: str) -> RequestedRight:
    right = requests.right_of(one, name) if name in queries.RIGHTS else None
    if right is None:
        raise Http404
    return right


def _package(one: RightsRequest, number: int) -> Package:
    found = queries.package(one, number)
    if found is None:
        raise Http404
    return found
