"""Which countries' numbers, streets and names a text may hold, from its language and a hint."""

from typing import Final

LANGUAGES: Final = ("es", "pt", "en")

#: Where each language's texts come from, likeliest first; the hint goes before all of these.
_COUNTRIES: Final = {
    "es": ("ES", "MX", "CO", "AR", "CL", "PE", "EC", "UY"),
    "pt": ("BR",),
    "en": ("US", "GB"),
}


COUNTRIES: Final = tuple(country for listed in _COUNTRIES.values() for country in listed)


class UnknownLanguage(ValueError):
    """The text is in a language that no recognizer reads."""

    code = "language_not_supported"
    field = "language"


def language_of(tag: str) -> str:
    """
    Return the two-letter language of a tag such as `es`, `es-MX` or `pt_BR`.

    :raises UnknownLanguage: for other languages than Spanish, Portuguese and English.
    """
    language = tag.replace("_", "-").split("-")[0].lower()
    if language not in LANGUAGES:
        raise UnknownLanguage("Send `language` as es, pt or en, with or without a region.")
    return language


def countries_of(tag: str, country: str | None) -> tuple[str, ...]:
    """Return the countries to read for: only the hinted one, or all of the language."""
    region = tag.replace("_", "-").partition("-")[2].upper()
    hinted = (country or "").upper() or region
    if len(hinted) == 2 and hinted.isalpha():
        return (hinted,)
    return _COUNTRIES[language_of(tag)]
