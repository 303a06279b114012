"""The link at the foot of messages: it stops marketing, and can do nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal import links, saving
from portal.visitor import speak_like
from pseudonymize import queries as subjects


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """
    Ask once, and stop on POST; mail programs POST without asking.

    A GET changes nothing, because scanners follow links. It is exempt from CSRF protection: a
    mail program has no cookie, and all that a forged request could do is to stop marketing.

    Source: RFC 8058 section 3.1.
    """
    now = timezone.now()
    try:
        subject_key = links.stops_for(token, at=now)
    except links.LinkNotValid:
        return _page(request, "gone", status=410)
    person = subjects.person(subject_key)
    if person.life != "active":
        return _page(request, "gone", status=410)
    speak_like(request, person)
    if request.method == "POST":
        saving.stop_marketing(subject_key, at=now)
        return _page(request, "done")
    return _page(request, "ask")


def _page(request: HttpRequest, step: str, *, status: int = 200) -> HttpResponse:
    response = render(request, "portal/stop.html", {"step": step}, status=status)
    links.unlogged(response)
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Language"] = translation.get_language() or ""
    return response
