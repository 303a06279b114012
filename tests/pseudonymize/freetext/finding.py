"""Short ways to say what the engine found in a text."""

from pseudonymize.freetext.engine import analyse
from pseudonymize.freetext.record import Record


def found(
    text: str, language: str = "es", country: str | None = None, record: Record | None = None
) -> list[tuple[str, str]]:
    """Return type and text of every span."""
    spans = analyse(text, language=language, country=country, record=record)
    return [(span.type, text[span.start : span.end]) for span in spans]


def types(text: str, language: str = "es", country: str | None = None) -> list[str]:
    """Return the type of every span."""
    return [kind for kind, _ in found(text, language, country)]


def finds(text: str, kind: str, language: str = "es", country: str | None = None) -> list[str]:
    """Return the texts of the spans of one type."""
    return [part for type_, part in found(text, language, country) if type_ == kind]
