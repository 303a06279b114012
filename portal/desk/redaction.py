"""A page to try how personal data are found and taken out of a text. Nothing of it is kept."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from portal.desk.access import Seat, at_desk, page
from portal.desk.refusals import in_words
from portal.phrases import locale

_LANGUAGES = ("es", "pt", "en")
_MODES = ("label", "mask")
_MOST = 20_000


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def redaction(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show a text before and after."""
    told = request.POST
    context: dict[str, Any] = {
        "here": "redaction",
        "languages": _LANGUAGES,
        "modes": _MODES,
        "text": told.get("text", "")[:_MOST],
        "language": told.get("language") or locale()[:2],
        "mode": told.get("mode", _MODES[0]),
    }
    if request.method == "POST":
        try:
            context["redacted"] = _redacted(**{n: context[n] for n in ("text", "language", "mode")})
        except (ImportError, RuntimeError, ValueError) as refused:
            context["problem"] = in_words(refused)
    return page(request, seat, "redaction.html", context)


def _redacted(*, text: str, language: str, mode: str) -> Any:
    from pseudonymize.freetext import engine  # heavy, and an installation may do without it

    way: Literal["mask", "label"] = "mask" if mode == "mask" else "label"
    return engine.redact(text, language=language, mode=way)
