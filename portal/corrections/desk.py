"""Corrections at the desk: which are accepted, which recipients were told; reviewed decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portal.corrections import wrong
from portal.desk.access import Seat, at_desk, only_officers
from portal.desk.case import one_of, shown
from portal.desk.refusals import in_words
from rights import queries, reviewing
from rights.casework.answers import ReasonMissing
from rights.rectifying import changes, notices

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import RightsRequest

REFUSALS = (
    changes.ChangeRefused,
    notices.NoticeUnknown,
    reviewing.ReviewClosed,
    ReasonMissing,
)


@require_POST
@at_desk
def decide(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Accept the ticked changes and refuse the others."""
    only_officers(seat)
    one = one_of(number)
    right = queries.right_of(one, "rectification")
    if right is None:
        raise Http404
    accepted = [int(text) for text in request.POST.getlist("accepted") if text.isdecimal()]
    return _done(request, seat, one, lambda: changes.decide(right.pk, accepted, seat.acting()))


@require_POST
@at_desk
def state(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Take down what a person wrote in a letter, or said, is wrong."""
    one = one_of(number)
    right = queries.right_of(one, "rectification")
    if right is None:
        raise Http404
    told = wrong.changes(request.POST)
    return _done(request, seat, one, lambda: changes.state(right, told, seat.acting()))


@require_POST
@at_desk
def notice(request: HttpRequest, seat: Seat, number: int, notice: int) -> HttpResponse:
    """Record that a recipient was told, or why nobody can tell it."""
    one, by = one_of(number), seat.acting(request.POST.get("words", ""))
    if not notices.of(one).filter(pk=notice).exists():
        raise Http404
    outcome = request.POST.get("outcome", "")
    if outcome != notices.TOLD:
        only_officers(seat)
    return _done(request, seat, one, lambda: notices.settle(notice, outcome, by))


@require_POST
@at_desk
def review(request: HttpRequest, seat: Seat, number: int, review: int) -> HttpResponse:
    """Record what a person found about a decision by machine."""
    only_officers(seat)
    one, by = one_of(number), seat.acting(request.POST.get("words", ""))
    if review not in {found.pk for found in reviewing.of(one)}:
        raise Http404
    outcome = request.POST.get("outcome", "")
    return _done(request, seat, one, lambda: reviewing.decide(review, outcome, by))


def _done(
    request: HttpRequest, seat: Seat, one: RightsRequest, act: Callable[[], object]
) -> HttpResponse:
    try:
        act()
    except REFUSALS as refused:
        return shown(request, seat, one, problem=in_words(refused))
    return redirect("desk:case", number=one.pk)
