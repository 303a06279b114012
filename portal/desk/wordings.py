"""The wording of letters: shown, edited, previewed on an example; what was sent stays as it was."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from consent.catalogue import LOCALES
from jurisdictions.load import laws
from portal.desk.access import Seat, at_desk, only_officers, page
from portal.desk.refusals import in_words
from portal.phrases import locale as spoken
from rights.contact import letters, wording
from rights.contact.wording import VARIABLES, LetterRejected
from rights.words import say


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def wordings(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show one wording with its variables; keep a new version of it, or only preview it."""
    told = request.POST if request.method == "POST" else request.GET
    kind = _one_of(told.get("kind", ""), letters.KINDS)
    law = told.get("law", "") if told.get("law", "") in laws() else ""
    locale = _one_of(told.get("locale", ""), LOCALES)
    text = told.get("text") or letters.template_of(kind, law=law, locale=locale)
    context: dict[str, Any] = {
        "here": "wordings",
        "kinds": letters.KINDS,
        "laws": list(laws()),
        "locales": LOCALES,
        "asked": {"kind": kind, "law": law, "locale": locale},
        "text": text,
        "variables": [(name, say("letter_variables", name, spoken())) for name in VARIABLES],
    }
    if request.method == "POST":
        only_officers(seat)
        try:
            if "preview" not in told:
                letters.edit_template(kind, law=law, locale=locale, text=text, by=seat.acting())
                query = f"?kind={kind}&law={law}&locale={locale}"
                return redirect(reverse("desk:wordings") + query)
            context["example"] = wording.rendered(text, _example())
        except LetterRejected as refused:
            context["problem"] = in_words(refused)
    return page(request, seat, "wordings.html", context)


def _one_of(asked: str, known: Any) -> str:
    return asked if asked in known else known[0]


def _example() -> dict[str, str]:
    return {name: f"[{name}]" for name in VARIABLES}
