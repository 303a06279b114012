"""The page behind a confirmation mail's link: one sentence, one button."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consent import confirmations, queries
from consent.catalogue import closest_locale
from consent.models import Confirmation
from pseudonymize import queries as subjects


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest, link: str) -> HttpResponse:
    """
    Show what is to be confirmed; confirm it on POST.

    A GET changes nothing, so that a mail scanner that follows links confirms nothing.
    """
    now = timezone.now()
    try:
        row = confirmations.opened(link, at=now)
        if request.method == "POST":
            confirmations.confirm(link, at=now)
            return _page(request, "done", row)
    except confirmations.LinkNotValid:
        return _page(request, "gone", None)
    return _page(request, "ask", row)


def _page(request: HttpRequest, step: str, row: Confirmation | None) -> HttpResponse:
    locale = closest_locale(_locale(request, row))
    shown = row.event.notice if row else None
    notice = shown and queries.notice(shown.purpose, version=shown.version, locale=locale)
    context = {"step": step, "locale": locale, "notice": notice}
    page = f"portal/confirm.{locale}.html"
    return render(request, page, context, status=410 if step == "gone" else 200)


def _locale(request: HttpRequest, row: Confirmation | None) -> str:
    if row is None:
        return request.LANGUAGE_CODE
    return subjects.person(row.event.subject_id).locale or row.event.locale
