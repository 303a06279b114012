"""Letters, calls and what is said in a shop: recorded on the day on which it came."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from portal.desk.access import Seat, at_desk, page
from portal.desk.refusals import in_words
from portal.phrases import locale
from portal.rights import places
from portal.rights.uploads import uploads
from pseudonymize import queries as subjects
from pseudonymize.identifiers import MalformedIdentifier
from rights import queries
from rights.casework.opening import MADE_BY
from rights.casework.sealed import Typed
from rights.contact import files, letters
from rights.contact.files import FileRefused
from rights.contact.letters import Draft
from rights.operations import NewRequest, RequestRefused, open_request
from rights.words import keys

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import RightsRequest

CHANNELS = ("letter", "phone", "email", "in_store")
_FIELDS = ("name", "email", "phone", "postal", "known_as", "words", "on_behalf_of")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def intake(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the form for what did not come through the page, or take it."""
    problem = ""
    if request.method == "POST":
        try:
            opened = _opened(request, seat)
            return redirect("desk:case", number=opened.pk)
        except (RequestRefused, FileRefused, subjects.SubjectUnknown) as refused:
            problem = in_words(refused)
    context: dict[str, Any] = {
        "here": "intake",
        "places": places.choices(),
        "rights": keys("rights"),
        "channels": CHANNELS,
        "who": MADE_BY,
        "told": request.POST,
        "locale": request.POST.get("locale") or locale(),
        "chosen": request.POST.getlist("rights"),
        "place": places.chosen(request.POST.get("place", "")),
        "today": seat.today.isoformat(),
        "problem": problem,
    }
    return page(request, seat, "intake.html", context, status=422 if problem else 200)


@transaction.atomic
def _opened(request: HttpRequest, seat: Seat) -> RightsRequest:
    told, by = request.POST, seat.acting()
    key = _subject(told.get("identifier", "").strip())
    country, region = places.country_and_region(places.chosen(told.get("place", "")))
    if key is not None:
        person = subjects.person(key)
        country, region = person.country, region or person.region
    opened = open_request(
        NewRequest(
            rights=told.getlist("rights"),
            country=country,
            region=told.get("region", "").strip().upper() or region,
            locale=told.get("locale", "") or locale(),
            channel=told.get("channel", "letter"),
            made_by=told.get("made_by", "self"),
            received_on=_day(told.get("received_on", "")),
            subject_key=key,
            identity="recognised" if key is not None else "",
            typed=Typed(**{name: told.get(name, "").strip()[:4000] for name in _FIELDS}),
        ),
        by,
    )
    for upload in uploads(request, field="files", kind="other"):
        files.add(opened, upload, by)
    if "letter" in told:
        letters.send(Draft("acknowledgement", list(queries.rights_of(opened))), by)
    return opened


def _subject(identifier: str) -> int | None:
    """Return the one subject an officer names. :raises SubjectUnknown: when it is nobody's."""
    if not identifier:
        return None
    for kind in ("public", "external_id", "email"):
        try:
            found = subjects.find(kind, identifier)
        except MalformedIdentifier:
            continue
        if found is not None:
            return found
    raise subjects.SubjectUnknown


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        sentence = "Write the day of receipt as YYYY-MM-DD."
        raise RequestRefused("received_on_malformed", "received_on", sentence) from None
