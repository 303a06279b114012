"""What waits for a named person beside requests: reviews, registers, switches, feelings."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from consent import queries as consents
from consent.act import CHANNELS
from jurisdictions.load import laws
from policies import queries as policies
from policies import registers as kept
from policies import reviews as waiting
from portal import feelings as told_feelings
from portal import words
from portal.desk.access import Seat, at_desk, only_officers, page
from portal.desk.refusals import in_words

ROLES = ("processor", "controller", "joint_controller")
RISKS = ("low", "medium", "high")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def reviews(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the decisions that wait for a person, and take a named person's own."""
    problem, now = "", timezone.now()
    if request.method == "POST":
        only_officers(seat)
        try:
            waiting.decide_review(
                request.POST.get("review", ""),
                approve=request.POST.get("verdict") == "approve",
                reason=request.POST.get("words", "")[:500],
                person=seat.actor,
                at=now,
                hours=policies.active_policy(at=now).bundle.review.approval_hours,
            )
            return redirect("desk:reviews")
        except (waiting.ReviewUnknown, waiting.ReviewClosed, waiting.SecondPersonNeeded) as refused:
            problem = in_words(refused)
    context = {"here": "reviews", "waiting": waiting.waiting(at=now), "problem": problem}
    return page(request, seat, "reviews.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def registers(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show recipients, assessments and suspensions, and change them."""
    problem = ""
    if request.method == "POST":
        only_officers(seat)
        try:
            _CHANGES[request.POST.get("change", "")](request.POST, seat)
            return redirect("desk:registers")
        except (kept.SuspensionUnknown, kept.SecondPersonNeeded) as refused:
            problem = in_words(refused)
        except (KeyError, ValueError):
            problem = in_words(ValueError())
    context: dict[str, Any] = {
        "here": "registers",
        "recipients": kept.newest_recipients(),
        "assessments": kept.newest_assessments(),
        "suspensions": kept.suspensions_in_force(),
        "kinds": kept.SUSPENDABLE,
        "roles": ROLES,
        "risks": RISKS,
        "purposes": sorted(consents.purposes()),
        "actions": words.keys("actions"),
        "channels": CHANNELS,
        "laws": list(laws()),
        "problem": problem,
    }
    return page(request, seat, "registers.html", context, status=422 if problem else 200)


def _suspend(told: QueryDict, seat: Seat) -> None:
    kind, value = _text(told, "kind", 8), _text(told, "value", 64)
    if kind not in kept.SUSPENDABLE:
        raise ValueError(kind)
    reason = _text(told, "words", 500)
    kept.suspend(kind, value, reason=reason, actor=seat.actor, at=timezone.now())


def _lift(told: QueryDict, seat: Seat) -> None:
    number = int(_text(told, "suspension", 20))
    kept.lift(number, actor=seat.actor, at=timezone.now())


def _recipient(told: QueryDict, seat: Seat) -> None:
    until = told.get("safeguard_until", "")
    entry = kept.RecipientEntry(
        key=_text(told, "key", 64),
        name=_text(told, "name", 120),
        country=_text(told, "country", 2).upper(),
        role=_text(told, "role", 16),
        purposes=told.getlist("purposes"),
        safeguard=told.get("safeguard", "").strip()[:32],
        safeguard_until=date.fromisoformat(until) if until else None,
        ended="ended" in told,
    )
    kept.record_recipient(entry, actor=seat.actor, at=timezone.now())


def _assessment(told: QueryDict, seat: Seat) -> None:
    approved = "approved" in told
    entry = kept.AssessmentEntry(
        purpose=_text(told, "purpose", 64),
        risk=_text(told, "risk", 500),
        measures=_text(told, "measures", 1000),
        residual_risk=_text(told, "residual_risk", 8),
        expires_on=date.fromisoformat(_text(told, "expires_on", 10)),
        approved_by=seat.actor if approved else "",
        approved_on=seat.today if approved else None,
    )
    if entry.purpose not in consents.purposes():
        raise ValueError(entry.purpose)
    kept.record_assessment(entry, actor=seat.actor, at=timezone.now())


def _text(told: QueryDict, name: str, most: int) -> str:
    """:raises ValueError: when a field that is needed is empty."""
    text = told.get(name, "").strip()[:most]
    if not text:
        raise ValueError(name)
    return text


_CHANGES = {
    "suspend": _suspend,
    "lift": _lift,
    "recipient": _recipient,
    "assessment": _assessment,
}


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def feelings(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show what felt invasive to people, answer them, and settle the alarms."""
    written = request.POST.get("words", "").strip()
    if request.method == "POST" and written:
        now = timezone.now()
        if request.POST.get("alarm", "").isdecimal():
            only_officers(seat)
            told_feelings.settle(int(request.POST["alarm"]), written, by=seat.actor, at=now)
        else:
            told_feelings.answer(UUID(request.POST["case"]), written, by=seat.actor, at=now)
        return redirect("desk:feelings")
    said = told_feelings.words_of if seat.may_act else lambda case: ""
    context = {
        "here": "feelings",
        "cases": [(case, said(case)) for case in told_feelings.waiting()],
        "alarms": told_feelings.alarms(),
        "now": timezone.now(),
    }
    return page(request, seat, "feelings.html", context)
