"""The way in: a one-time code by e-mail, or a link that is exchanged for a cookie at once."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent import queries as consent
from portal import codes, links, visits
from portal.clients import client
from portal.models import Kind
from portal.visitor import COOKIE, Visitor, for_visitor, let_in, let_out, visitor_of
from pseudonymize import queries as subjects

_CODE_COOKIE = "venia_code"
_PATH = "/preferences/"


@never_cache
@require_safe
def entry(request: HttpRequest) -> HttpResponse:
    """Ask for an e-mail address; who is in already goes on to where they wanted."""
    if visitor_of(request, at=timezone.now()):
        return redirect(_wanted(request.GET.get("next", "")))
    return _form(request, "entry")


@never_cache
@require_POST
def ask_code(request: HttpRequest) -> HttpResponse:
    """Send a code, and say the same whether or not anybody has the address."""
    locale = request.LANGUAGE_CODE
    try:
        browser = codes.ask(
            request.POST.get("email", ""),
            locale=locale,
            at=timezone.now(),
            client=client(request),
        )
    except codes.NoAddress:
        return _form(request, "entry", problem="address")
    response = redirect(_with_next("portal:code", request.POST.get("next", "")))
    response.set_cookie(
        _CODE_COOKIE,
        browser,
        max_age=codes.LIVES,
        path=_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code that was sent, and let in who knows it."""
    browser = request.COOKIES.get(_CODE_COOKIE, "")
    if request.method != "POST":
        return _form(request, "code")
    found = codes.redeem(browser, request.POST.get("code", ""), at=timezone.now())
    if not found:
        return _form(request, "code", problem="code")
    if len(found) > 1:
        return redirect(_with_next("portal:who", request.POST.get("next", "")))
    return _let_in(request, found[0])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest) -> HttpResponse:
    """Let a person choose between the profiles that share their address."""
    browser = request.COOKIES.get(_CODE_COOKIE, "")
    found = codes.opened(browser, at=timezone.now()) if browser else []
    chosen = request.POST.get("profile", "")
    if request.method == "POST" and chosen.isdigit() and 1 <= int(chosen) <= len(found):
        return _let_in(request, found[int(chosen) - 1])
    if not found:
        return redirect("portal:entry")
    return _form(request, "who", profiles=_profiles(found))


@never_cache
@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """
    Exchange a link for a cookie, and leave its address at once.

    A link that this very browser has already used leads on quietly, so that going back in the
    browser is no dead end.
    """
    now = timezone.now()
    current = visitor_of(request, at=now)
    if current and links.subject_of(token, at=now) == current.subject_key:
        return redirect(_wanted(request.GET.get("next", "")))
    if request.method == "HEAD":  # scanners look first; they do not use the link up
        return HttpResponse()
    try:
        link = links.spend(token, at=now)
    except links.LinkNotValid:
        return _form(request, "entry", problem="link", status=410)
    response = redirect(_wanted(request.GET.get("next", "")))
    let_in(response, request, subject_key=link.subject_id, kind=link.kind)
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
@for_visitor
def leave(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """End the visit: here, or in every browser."""
    visits.end(request.COOKIES.get(COOKIE, ""), at=visitor.at)
    if request.POST.get("everywhere"):
        visits.end_all(visitor.subject_key, at=visitor.at)
    response = redirect("portal:entry")
    let_out(response)
    return response


def _let_in(request: HttpRequest, subject_key: int) -> HttpResponse:
    response = redirect(_wanted(request.POST.get("next", "")))
    let_in(response, request, subject_key=subject_key, kind=Kind.FULL)
    response.delete_cookie(_CODE_COOKIE, path=_PATH, samesite="Lax")
    return response


def _form(
    request: HttpRequest, step: str, *, problem: str = "", status: int = 200, **more: object
) -> HttpResponse:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    minutes = int(codes.LIVES.total_seconds() // 60)
    context = {"step": step, "problem": problem, "next": wanted, "minutes": minutes, **more}
    return links.unlogged(render(request, f"portal/{step}.html", context, status=status))


def _profiles(keys: Sequence[int]) -> list[dict[str, object]]:
    """What tells profiles apart without naming anybody: the country, and the last change."""
    return [
        {
            "country": subjects.person(key).country,
            "changed_at": consent.history(key).values_list("acted_at", flat=True).last(),
        }
        for key in keys
    ]


def _wanted(path: str) -> str:
    """Return where to go on: a page of the preference center, never another site."""
    safe = url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if safe and path.startswith(_PATH) else reverse("portal:choices")


def _with_next(name: str, wanted: str) -> str:
    query = f"?{urlencode({'next': wanted})}" if _wanted(wanted) == wanted else ""
    return reverse(name) + query
