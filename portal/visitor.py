"""The person in front of the page: found by the visit's cookie, never by anything in an address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from consent.act import Actor
from consent.catalogue import closest_locale
from jurisdictions.zones import time_zones
from portal import gpc, visits
from portal.models import Kind, Visit
from pseudonymize import queries as subjects
from pseudonymize.ages import age_class_at
from pseudonymize.queries import Person
from pseudonymize.thresholds import thresholds

COOKIE = "venia_visit"
_PATH = "/preferences/"
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, "Visitor", P], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who decides here, for whom, and when. `at` is aware; `zone` is the person's own."""

    subject_key: int
    person: Person
    actor: Actor
    age_class: int | None
    at: datetime
    zone: ZoneInfo
    gpc: bool  # the browser says Sec-GPC: 1

    @property
    def today(self) -> date:
        return self.at.astimezone(self.zone).date()

    @property
    def is_guardian(self) -> bool:
        return self.actor is Actor.GUARDIAN

    @property
    def locale(self) -> str:
        """The catalogue's locale for the language that the page is shown in."""
        return closest_locale(translation.get_language() or "")


def for_visitor(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """
    Give `view` its visitor, in their language and time zone; send strangers to the entry.

    What the page shows is nobody else's, so that it is kept in no cache.
    """

    @wraps(view)
    def handle(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        visitor = visitor_of(request, at=timezone.now())
        if visitor is None:
            return to_entry(request)
        speak_like(request, visitor.person)
        if visitor.gpc:
            gpc.honour(visitor.subject_key, actor=visitor.actor, at=visitor.at)
        with timezone.override(visitor.zone):
            response = view(request, visitor, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return handle


def visitor_of(request: HttpRequest, *, at: datetime) -> Visitor | None:
    """Return who visits; None for a stranger, and when nothing may be shown of the person."""
    cookie = request.COOKIES.get(COOKIE, "")
    visit = visits.current(cookie, browser=browser_of(request), at=at) if cookie else None
    if visit is None:
        return None
    person = subjects.person(visit.subject_id)
    return _visitor(request, visit, person, at) if person.life == "active" else None


def _visitor(request: HttpRequest, visit: Visit, person: Person, at: datetime) -> Visitor:
    names = (person.time_zone,) if person.time_zone else time_zones(person.country, person.region)
    zone = ZoneInfo(names[0] if names else "UTC")
    day = at.astimezone(zone).date()
    return Visitor(
        subject_key=visit.subject_id,
        person=person,
        actor=Actor.GUARDIAN if visit.kind == Kind.GUARDIAN else Actor.SUBJECT,
        age_class=age_class_at(person.age_class, person.age_changes_on, day, thresholds()),
        at=at,
        zone=zone,
        gpc=request.headers.get("Sec-GPC") == "1",
    )


def let_in(response: HttpResponse, request: HttpRequest, *, subject_key: int, kind: str) -> None:
    """Begin a visit and put its cookie on `response`."""
    token = visits.begin(subject_key, kind=kind, browser=browser_of(request), at=timezone.now())
    response.set_cookie(
        COOKIE,
        token,
        max_age=visits.LONGEST,
        path=_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def let_out(response: HttpResponse) -> None:
    """Take the visit's cookie off the browser."""
    response.delete_cookie(COOKIE, path=_PATH, samesite="Lax")


def browser_of(request: HttpRequest) -> str:
    """Return what a browser says of itself: a stolen cookie alone opens nothing elsewhere."""
    return request.headers.get("User-Agent", "")


def to_entry(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the entry, and remember the page they wanted."""
    wanted = request.path if request.method == "GET" else ""
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    return redirect(reverse("portal:entry") + query)


def speak_like(request: HttpRequest, person: Person) -> None:
    """Use the person's language, unless they chose another one on the page."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and person.locale:
        translation.activate(closest_locale(person.locale).lower())
    request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE


def page(
    request: HttpRequest,
    visitor: Visitor,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render a page of the preference center."""
    return render(request, f"portal/{template}", {"visitor": visitor, **context}, status=status)
