"""The places whose law we hold, as a person chooses among them."""

from datetime import date

from django.utils.translation import get_language

from jurisdictions.load import laws as packs
from jurisdictions.stack import laws_in_force, places
from jurisdictions.vocabulary import RIGHTS
from portal import words
from rights.words import keys

_USUAL = {"es": "ES", "pt": "BR", "en": "GB"}
_CALIFORNIA = "US-CA"


def choices() -> list[tuple[str, str]]:
    """Return code and name of every place, by name in the language of the page."""
    return sorted(((code, name(code)) for code in places()), key=lambda place: place[1])


def name(code: str) -> str:
    """Return the name of a place."""
    if code == _CALIFORNIA:
        return "California"
    return words.label("countries", code)


def chosen(code: str) -> str:
    """Return `code` when we hold its law, else the usual place of the page's language."""
    return code if code in places() else _USUAL.get((get_language() or "")[:2], "ES")


def country_and_region(code: str) -> tuple[str, str]:
    """Return what a request keeps of a place."""
    country, _, subdivision = code.partition("-")
    return country, code if subdivision else ""


def law_names(code: str, on: date) -> list[str]:
    """Return the names of the laws in force at a place on a day."""
    return [law.name for law in laws_in_force(*_place(code), on)]


def rights(code: str, on: date) -> list[str]:
    """Return the rights that a person at a place has on a day, in the order of the words file."""
    codes = [law.code for law in laws_in_force(*_place(code), on)]
    known = (right for right in keys("rights") if right in RIGHTS)
    return [right for right in known if any(packs()[law].grants(right) for law in codes)]


def _place(code: str) -> tuple[str, str | None]:
    country, region = country_and_region(code)
    return country, region or None
