"""
The public form: no account, several rights at once, for oneself or for another.

Whoever sends it gets the same page in the same time: what differs is only in the mail, and the
mail goes to the address that was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.corrections import wrong
from portal.phrases import locale, phrase
from portal.rights import places
from portal.rights.uploads import uploads
from rights import queries
from rights.casework.opening import MADE_BY
from rights.casework.sealed import Typed
from rights.contact import files, letters, links
from rights.contact.files import FileRefused, Upload
from rights.contact.letters import Draft
from rights.operations import Acting, NewRequest, RequestRefused, open_request
from rights.rectifying.changes import ChangeRefused

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import RightsRequest

_FIELDS = ("name", "email", "phone", "postal", "known_as", "words", "on_behalf_of")
_LONGEST = {"words": 4000, "postal": 500}
_SALT = "portal.rights.sent"
_TRAP = "website"  # people do not see it; programs fill it in


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a form, at which field."""

    field: str
    code: str

    @property
    def words(self) -> str:
        try:
            return phrase(f"rights.problem.{self.code}")
        except KeyError:
            return phrase("rights.problem.other")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show the form, or take what it says."""
    if request.method != "POST" or "change" in request.POST:
        told = request.POST if request.method == "POST" else request.GET
        return _form(request, told, [])
    if request.POST.get(_TRAP):
        return redirect("requests:sent")
    problems = _problems(request.POST)
    try:
        mandates = uploads(request, field="files", kind="mandate")
        proofs = uploads(request, field="evidence", kind="other")
        for upload in (*mandates, *proofs):
            files.checked(upload)
        if not mandates and request.POST.get("made_by") in MADE_BY[1:]:
            problems.append(Problem("files", "mandate_missing"))
        if not problems:
            opened = _opened(request.POST, [*mandates, *proofs], at=timezone.now())
            return redirect(reverse("requests:sent") + f"?n={signing.dumps(opened.pk, salt=_SALT)}")
    except (RequestRefused, FileRefused, ChangeRefused) as refused:
        problems.append(Problem(refused.field, refused.code))
    return _form(request, request.POST, problems, status=422)


def _problems(told: QueryDict) -> list[Problem]:
    found = []
    if not told.getlist("rights"):
        found.append(Problem("rights", "rights_missing"))
    reached = any(told.get(name, "").strip() for name in ("email", "phone", "postal"))
    if not told.get("name", "").strip() or not reached:
        found.append(Problem("name", "contact_missing"))
    if told.get("made_by") in MADE_BY[1:] and not told.get("on_behalf_of", "").strip():
        found.append(Problem("on_behalf_of", "person_missing"))
    return found


@transaction.atomic
def _opened(told: QueryDict, kept: list[Upload], *, at: datetime) -> RightsRequest:
    by = Acting("person", at)
    country, region = places.country_and_region(places.chosen(told.get("place", "")))
    request = open_request(
        NewRequest(
            rights=told.getlist("rights"),
            country=country,
            region=region,
            locale=locale(),
            channel="form",
            made_by=told.get("made_by", "self"),
            typed=Typed(**{name: _text(told, name) for name in _FIELDS}),
            changes=wrong.changes(told),
        ),
        by,
    )
    for upload in kept:
        files.add(request, upload, by)
    acknowledge(request, by)
    return request


def acknowledge(request: RightsRequest, by: Acting) -> None:
    """Send the acknowledgement that every request gets, unless its mailbox is being flooded."""
    if not links.is_flooded(request, at=by.at):
        letters.send(Draft("acknowledgement", list(queries.rights_of(request))), by)


def _text(told: QueryDict, name: str) -> str:
    return told.get(name, "").strip()[: _LONGEST.get(name, 200)]


def _form(
    request: HttpRequest, told: QueryDict, problems: list[Problem], *, status: int = 200
) -> HttpResponse:
    place, today = places.chosen(told.get("place", "")), timezone.localdate()
    context: dict[str, Any] = {
        "places": places.choices(),
        "place": place,
        "laws": places.law_names(place, today),
        "rights": places.rights(place, today),
        "chosen": told.getlist("rights"),
        "made_by": told.get("made_by", "self"),
        "who": MADE_BY,
        "told": {name: told.get(name, "") for name in _FIELDS},
        "problems": problems,
        "wrong_lines": wrong.lines(told),
        "wrong_fields": wrong.fields(),
        "wrong_open": bool(wrong.changes(told)),
        "bad": {problem.field for problem in problems},
    }
    return render(request, "rights/new.html", context, status=status)


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that the request is here, and its number."""
    try:
        number = signing.loads(request.GET.get("n", ""), salt=_SALT, max_age=3600)
    except signing.BadSignature:
        number = None
    return render(request, "rights/sent.html", {"number": number})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """Ask for another link; the answer is the same whether or not there is a request."""
    asked = request.method == "POST"
    if asked:
        links.ask_again(request.POST.get("email", "")[:320], at=timezone.now())
    context = {"asked": asked, "gone": "gone" in request.GET}
    return render(request, "rights/again.html", context)
