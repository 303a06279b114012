"""The person's own page: what they asked, by when, what happens next, and words both ways."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jurisdictions.load import laws as packs
from jurisdictions.zones import time_zones
from portal.phrases import phrase
from portal.rights.uploads import uploads
from rights import queries
from rights.casework import clocks
from rights.contact import doors, files, letters, messages
from rights.contact.files import FileRefused
from rights.lifecycle import CLOSED, UNANSWERED, State
from rights.operations import Acting, redeem
from rights.operations import ask_code as ask_for_code
from rights.operations import withdraw as take_back

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import Clock, RequestedRight, RightsRequest

COOKIE = "venia_request"
_PATH = "/rights/"
_NEXT = {
    State.AWAITING_IDENTITY: "next_identity",
    State.AWAITING_INFORMATION: "next_information",
    State.ANSWERED: "next_execution",
    State.PARTIALLY_GRANTED: "next_execution",
    State.EXECUTING: "next_execution",
}
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, "RightsRequest", P], HttpResponseBase]


def for_owner(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give `view` the request whose cookie the browser holds; send others to ask for a link."""

    @wraps(view)
    def handle(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        mine = doors.inside(request.COOKIES.get(COOKIE, ""), at=timezone.now())
        if mine is None or mine.envelope is None:
            return redirect(reverse("requests:again") + "?gone")
        zones = time_zones(mine.country, mine.region or None)
        with timezone.override(ZoneInfo(zones[0] if zones else "UTC")):
            response: HttpResponseBase = view(request, mine, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return handle


@never_cache
@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange a link for a cookie, so that nothing that opens the page stays in an address."""
    found = doors.enter(token, at=timezone.now())
    if found is None:
        return redirect(reverse("requests:again") + "?gone")
    response = redirect("requests:mine")
    let_in(response, found[1])
    return response


def let_in(response: HttpResponse, cookie: str) -> None:
    """Put the cookie of a request's page on `response`."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=doors.COOKIE_LIVES,
        path=_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@require_safe
@for_owner
def mine(request: HttpRequest, own: RightsRequest) -> HttpResponse:
    """Show the page."""
    return page_of(request, own)


def page_of(
    request: HttpRequest,
    own: RightsRequest,
    *,
    told: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the page of a request, after an act as before it."""
    proved = bool(own.identity)
    messages.mark_read(own, from_person=False, at=timezone.now())
    rights = list(queries.rights_of(own))
    context: dict[str, Any] = {
        "own": own,
        "laws": ", ".join(packs()[law].name for law in own.laws),
        "rights": [(right, _clock(right)) for right in rights],
        "proved": proved,
        "next": _NEXT.get(queries.state_of(own), "next_answer"),
        "closed": own.closed_at is not None,
        "open": any(State(right.state) in UNANSWERED for right in rights),
        "letters": queries.letters_of(own) if proved else [],
        "messages": messages.said(own) if proved else _own_words(own),
        "of_person": clocks.OF_THE_PERSON,
        "told": told,
        "problem": problem,
    }
    return render(request, "rights/mine.html", context, status=422 if problem else 200)


def _own_words(own: RightsRequest) -> list[messages.Said]:
    """Before the proof only questions of the office are shown, and no word of the person."""
    return [said for said in messages.said(own) if not said.from_person]


def _clock(right: RequestedRight) -> Clock | None:
    if State(right.state) in CLOSED:
        return None
    running = [clock for clock in right.clocks.all() if clock.ended_on is None]
    shown = [c for c in running if c.event in (*clocks.MAIN, clocks.OF_THE_PERSON)]
    return min(shown, key=lambda clock: (clock.statutory_due, clock.pk), default=None)


@require_POST
@for_owner
def ask_code(request: HttpRequest, own: RightsRequest) -> HttpResponse:
    """Send a code to the address on file, and say the same whether or not there is one."""
    if not own.identity:
        ask_for_code(own, at=timezone.now())
    return page_of(request, own, told=phrase("rights.mine.code_sent"))


@require_POST
@for_owner
def prove(request: HttpRequest, own: RightsRequest) -> HttpResponse:
    """Take a code; who knows it keeps the page, every other way into it is closed."""
    now = timezone.now()
    if own.identity or not redeem(own, request.POST.get("code", ""), at=now):
        return page_of(request, own, problem=phrase("rights.mine.code_wrong"))
    own.refresh_from_db()
    response = page_of(request, own, told=phrase("rights.mine.proved_now"))
    let_in(response, doors.cookie(own, at=now))
    return response


@require_POST
@for_owner
def add_file(request: HttpRequest, own: RightsRequest) -> HttpResponse:
    """Take a document that proves who asks."""
    try:
        for upload in uploads(request, field="file", kind="identity"):
            files.add(own, upload, Acting("person", timezone.now()))
    except FileRefused as refused:
        return page_of(request, own, problem=phrase(f"rights.problem.{refused.code}"))
    return page_of(request, own, told=phrase("rights.mine.file_sent"))


@require_POST
@for_owner
def write(request: HttpRequest, own: RightsRequest) -> HttpResponse:
    """Take a message of the person."""
    by = Acting("person", timezone.now(), request.POST.get("words", ""))
    written = messages.write(own, from_person=True, by=by)
    return page_of(request, own, told=phrase("rights.mine.message_sent") if written else "")


@require_POST
@for_owner
def withdraw(request: HttpRequest, own: RightsRequest) -> HttpResponse:
    """Take the request back, as far as it is unanswered."""
    take_back(own.pk, Acting("person", timezone.now()))
    own.refresh_from_db()
    if own.envelope is None:
        response = render(request, "rights/gone.html")
        response.delete_cookie(COOKIE, path=_PATH, samesite="Lax")
        return response
    return page_of(request, own, told=phrase("rights.mine.withdrawn"))


@require_safe
@for_owner
def letter(request: HttpRequest, own: RightsRequest, number: int) -> HttpResponse:
    """Return a letter as it was sent; only to who is proved."""
    found = queries.letters_of(own).filter(pk=number).first() if own.identity else None
    if found is None:
        raise Http404
    found.request = own
    response = HttpResponse(letters.pdf_of(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.kind}-{own.pk}.pdf"'
    return response


@require_POST
@for_owner
def leave(request: HttpRequest, own: RightsRequest) -> HttpResponse:
    """End the visit."""
    doors.leave(request.COOKIES.get(COOKIE, ""))
    response = redirect("requests:new")
    response.delete_cookie(COOKIE, path=_PATH, samesite="Lax")
    return response
