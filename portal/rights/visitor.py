"""Requests from inside the preference center: who is in is proved already."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from consent.act import Actor
from portal.phrases import locale
from portal.rights import places
from portal.rights.form import Problem, acknowledge
from portal.rights.mine import let_in
from portal.visitor import Visitor, for_visitor
from rights import queries
from rights.casework.sealed import Typed
from rights.contact import doors
from rights.operations import Acting, NewRequest, RequestRefused, open_request


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitor
def requests(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Show what the person asked so far, and take what they ask now."""
    problems = []
    if request.method == "POST":
        try:
            open_for(
                visitor,
                rights=request.POST.getlist("rights"),
                words=request.POST.get("words", ""),
            )
            return redirect("requests:requests")
        except RequestRefused as refused:
            problems.append(Problem(refused.field, refused.code))
    place = visitor.person.region or visitor.person.country
    asked = queries.requests_of(visitor.subject_key)
    context: dict[str, Any] = {
        "here": "rights",
        "asked": [(one, queries.state_of(one), list(queries.rights_of(one))) for one in asked],
        "rights": places.rights(place, visitor.today),
        "problems": problems,
    }
    status = 422 if problems else 200
    return render(request, "rights/visitor.html", {"visitor": visitor} | context, status=status)


def open_for(visitor: Visitor, *, rights: Sequence[str], words: str) -> None:
    """
    Open a request of the visitor's own, and acknowledge it.

    :raises RequestRefused: when it cannot be opened, such as a right that their law lacks.
    """
    by = Acting("person", visitor.at)
    opened = open_request(
        NewRequest(
            rights=rights,
            country=visitor.person.country,
            region=visitor.person.region,
            locale=locale(),
            channel="portal",
            made_by="guardian" if visitor.actor is Actor.GUARDIAN else "self",
            subject_key=visitor.subject_key,
            identity="visit",
            typed=Typed(words=words[:4000]),
        ),
        by,
    )
    acknowledge(opened, by)


@require_POST
@for_visitor
def enter(request: HttpRequest, visitor: Visitor, number: int) -> HttpResponse:
    """Open the page of one request of the visitor's own."""
    own = queries.requests_of(visitor.subject_key).filter(pk=number).first()
    if own is None:
        raise Http404
    response = redirect("requests:mine")
    let_in(response, doors.cookie(own, at=timezone.now()))
    return response
