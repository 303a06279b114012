"""Erasures at the desk: how far they are, legal holds, retention, and the legal role's own look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal.desk.access import Seat, at_desk, only_officers, page
from portal.desk.accounts import colleagues, may_look_at_blocked
from portal.desk.refusals import in_words
from portal.erasing.showing import words_of
from pseudonymize import holds, legal
from pseudonymize import queries as subjects
from pseudonymize.identifiers import MalformedIdentifier
from rights.casework.answers import ReasonMissing
from rights.erasure import operations, queries, retention
from rights.grounds import GroundUnknown

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import RequestedRight

_KINDS = ("public", "external_id", "email", "phone")
_MOST = 200
_LATELY = timedelta(days=90)
REFUSALS = (
    holds.HoldRefused,
    holds.UnderLegalHold,
    subjects.SubjectUnknown,
    subjects.SubjectErased,
    operations.TooLate,
    retention.ProposalClosed,
    GroundUnknown,
    ReasonMissing,
    legal.ReasonUnknown,
)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def erasures(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the erasures that run, the held ones first, and go on with one that a hold stopped."""
    problem = ""
    if request.method == "POST":
        only_officers(seat)
        try:
            operations.resume(_number(request.POST, "erasure"), seat.acting())
            return redirect("desk:erasures")
        except REFUSALS as refused:
            problem = in_words(refused)
    context = {
        "here": "erasures",
        "rows": [(one, words_of(one)) for one in queries.running()[:_MOST]],
        "problem": problem,
        "reasons": legal.REASONS[:4],
        "may_look": may_look_at_blocked(seat.user),
    }
    return page(request, seat, "erasures.html", context, status=422 if problem else 200)


@require_POST
@at_desk
def act(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Do to the erasure of a request what the form of its page asks."""
    from portal.desk.case import shown

    only_officers(seat)
    right = queries.begun_for(number)
    if right is None:
        raise Http404
    wanted = _ACTS.get(request.POST.get("act", ""))
    try:
        if wanted:
            wanted(right, seat, request.POST)
    except REFUSALS as refused:
        return shown(request, seat, right.request, problem=in_words(refused))
    return redirect("desk:case", number=number)


def _hurry(right: RequestedRight, seat: Seat, told: QueryDict) -> None:
    operations.hurry(right.erasure.erasure_id, seat.acting(told.get("words", "")))


def _decline(right: RequestedRight, seat: Seat, told: QueryDict) -> None:
    by = seat.acting(told.get("words", ""))
    operations.decline(right.pk, told.get("ground", ""), by)


def _choose(right: RequestedRight, seat: Seat, told: QueryDict) -> None:
    operations.choose(
        right.erasure.erasure_id,
        seat.acting(),
        suppress="suppress" in told,
        spared=told.getlist("spared") if right.outcome == "partial" else None,
    )


def _resume(right: RequestedRight, seat: Seat, told: QueryDict) -> None:
    operations.resume(right.erasure.erasure_id, seat.acting(told.get("words", "")))


_ACTS: Mapping[str, Callable[[RequestedRight, Seat, QueryDict], None]] = {
    "hurry": _hurry,
    "decline": _decline,
    "choose": _choose,
    "resume": _resume,
}


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def legal_holds(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show legal holds; place one on whom an identifier names, and end one."""
    problem = ""
    if request.method == "POST":
        only_officers(seat)
        try:
            if "hold" in request.POST:
                holds.end(_number(request.POST, "hold"), actor=seat.actor, at=timezone.now())
            else:
                _place(request.POST, seat)
            return redirect("desk:holds")
        except REFUSALS as refused:
            problem = in_words(refused)
    shown = [(one, holds.reason_of(one) if seat.may_act else "") for one in holds.listed()[:_MOST]]
    context = {
        "here": "erasures",
        "holds": shown,
        "today": seat.today,
        "colleagues": colleagues(),
        "problem": problem,
    }
    return page(request, seat, "holds.html", context, status=422 if problem else 200)


def _place(told: QueryDict, seat: Seat) -> None:
    owner, until = told.get("owner", ""), told.get("ends_on", "")
    hold = holds.place(
        _named(told.get("identifier", "").strip()),
        reason=told.get("words", "")[:2000],
        owner=f"user:{owner}" if owner in colleagues() else "",
        ends_on=date.fromisoformat(until) if until else date.min,
        actor=seat.actor,
        at=timezone.now(),
    )
    if hold.subject_key is not None:
        operations.halt(hold.subject_key, seat.acting())


def _named(identifier: str) -> int:
    """Return the one subject that an identifier of any kind names. :raises SubjectUnknown:"""
    for kind in _KINDS:
        try:
            found = subjects.holders(kind, identifier)
        except MalformedIdentifier:
            continue
        if len(found) == 1:
            return found[0]
    raise subjects.SubjectUnknown


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def proposals(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show what retention proposes, and take an officer's decision."""
    problem = ""
    if request.method == "POST":
        only_officers(seat)
        decide = retention.approve if "approve" in request.POST else retention.decline
        try:
            decide(_number(request.POST, "proposal"), seat.acting())
            return redirect("desk:retention")
        except REFUSALS as refused:
            problem = in_words(refused)
    found = retention.listed(since=_LATELY, at=timezone.now())[:_MOST]
    context = {
        "here": "erasures",
        "proposals": [(one, retention.progress(one)) for one in found],
        "problem": problem,
    }
    return page(request, seat, "retention.html", context, status=422 if problem else 200)


@require_POST
@at_desk
def identifiers(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Open the identifiers of a blocked person for the legal role; the audit trail says who did."""
    if not may_look_at_blocked(seat.user):
        raise PermissionDenied
    erasure = queries.one_running(number)
    if erasure is None:
        raise Http404
    reason, found = request.POST.get("reason", ""), []
    problem = ""
    try:
        found = legal.every_identifier(
            erasure.subject_key, reason=reason, actor=seat.actor, at=timezone.now()
        )
    except REFUSALS as refused:
        problem = in_words(refused)
    context = {"here": "erasures", "one": erasure, "found": found, "problem": problem}
    return page(request, seat, "identifiers.html", context, status=422 if problem else 200)


def _number(told: QueryDict, name: str) -> int:
    text = told.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
