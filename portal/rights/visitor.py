"""Requests from inside the preference center: who is in is proved already."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from consent.act import Actor
from portal.corrections import wrong
from portal.phrases import locale
from portal.rights import places
from portal.rights.form import Problem, acknowledge
from portal.rights.mine import let_in
from portal.rights.uploads import uploads
from portal.visitor import Visitor, for_visitor
from rights import queries
from rights.casework.sealed import Typed
from rights.contact import doors, files
from rights.contact.files import FileRefused, Upload
from rights.operations import Acting, NewRequest, RequestRefused, open_request
from rights.rectifying.changes import ChangeRefused, Told


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
                changes=wrong.changes(request.POST),
                proofs=uploads(request, field="evidence", kind="other"),
            )
            return redirect("requests:requests")
        except (RequestRefused, ChangeRefused, FileRefused) as refused:
            problems.append(Problem(refused.field, refused.code))
    place = visitor.person.region or visitor.person.country
    asked = queries.requests_of(visitor.subject_key)
    context: dict[str, Any] = {
        "here": "rights",
        "asked": [(one, queries.state_of(one), list(queries.rights_of(one))) for one in asked],
        "rights": places.rights(place, visitor.today),
        "problems": problems,
        "wrong_lines": wrong.lines(request.POST),
        "wrong_fields": wrong.fields(),
        "wrong_open": bool(wrong.changes(request.POST)),
    }
    status = 422 if problems else 200
    return render(request, "rights/visitor.html", {"visitor": visitor} | context, status=status)


@transaction.atomic
def open_for(
    visitor: Visitor,
    *,
    rights: Sequence[str],
    words: str,
    changes: Sequence[Told] = (),
    proofs: Sequence[Upload] = (),
) -> None:
    """
    Open a request of the visitor's own with what is wrong and its proofs, and acknowledge it.

    :raises RequestRefused: when it cannot be opened, such as a right that their law lacks.
    :raises ChangeRefused, FileRefused: when something with it cannot be kept.
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
            changes=changes,
        ),
        by,
    )
    for proof in proofs:
        files.add(opened, proof, by)
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
