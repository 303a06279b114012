"""
A page to try what personal data are found in a text, and why, before they are taken out.

Nothing of it is kept.
"""

from typing import Any, Literal, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from portal import words
from portal.desk.access import Seat, at_desk, page
from portal.desk.refusals import in_words
from portal.phrases import locale, phrases
from pseudonymize.freetext.locales import COUNTRIES, LANGUAGES
from pseudonymize.freetext.spans import Redaction, Span
from pseudonymize.freetext.why import explain

_MODES = ("label", "mask")
_MOST = 20_000
_ASKED = ("text", "language", "country", "mode")


class Part(NamedTuple):
    """A stretch of the text that was tried; one that would be hidden says what it is, and why."""

    text: str
    kind: str = ""
    type: str = ""
    why: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def redaction(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show a text, what of it would be hidden and why, and the text without it."""
    told = request.POST
    context: dict[str, Any] = {
        "here": "redaction",
        "languages": LANGUAGES,
        "countries": sorted((words.label("countries", code), code) for code in COUNTRIES),
        "modes": _MODES,
        # A browser sends \r\n where the text it was given had \n: places are counted in the latter.
        "text": told.get("text", "").replace("\r\n", "\n")[:_MOST],
        "language": told.get("language") or locale()[:2],
        "country": told.get("country", ""),
        "mode": told.get("mode", _MODES[0]),
    }
    if request.method == "POST":
        try:
            redacted = _redacted(**{name: context[name] for name in _ASKED})
            context |= {"redacted": redacted, "parts": _parts(context["text"], redacted.spans)}
        except (ImportError, RuntimeError, ValueError) as refused:
            context["problem"] = in_words(refused)
    return page(request, seat, "redaction.html", context)


def _redacted(*, text: str, language: str, country: str, mode: str) -> Redaction:
    from pseudonymize.freetext import engine  # heavy, and an installation may do without it

    way: Literal["mask", "label"] = "mask" if mode == "mask" else "label"
    known = country if country in COUNTRIES else None
    return engine.redact(text, language=language, country=known, mode=way)


def _parts(text: str, spans: tuple[Span, ...]) -> list[Part]:
    parts, done = [], 0
    for span in spans:
        if span.start > done:
            parts.append(Part(text[done : span.start]))
        why = words.beginning(explain(span, locale()))
        parts.append(Part(text[span.start : span.end], _kind(span.type), span.type, why))
        done = span.end
    return [*parts, Part(text[done:])] if done < len(text) else parts


def _kind(type: str) -> str:
    """Return under which word a type is told; what has none of its own is an official number."""
    return type if f"findings.{type}" in phrases("desk") else "number"
