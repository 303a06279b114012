"""The catalogue's words for things, in the language of the page."""

import functools
import tomllib
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language

from consent import queries as consent
from consent.catalogue import FOLDER, closest_locale

_AND = {"es": "y", "pt-BR": "e", "en": "and"}


def label(kind: str, key: str) -> str:
    """Return the name of `key` among the words of `kind`, such as channels; the key if unknown."""
    return _said(kind, key, "label")


def phrase(kind: str, key: str) -> str:
    """Return `key` as it reads inside a sentence; the key if unknown."""
    return _said(kind, key, "phrase")


def purpose(key: str) -> str:
    """Return the title of a purpose, offered or of the past; its key when nobody knows it."""
    found = consent.purposes().get(key) or consent.purpose_on_record(key)
    return found.notices[-1].words[locale()].title if found and found.notices else key


def keys(kind: str) -> list[str]:
    """Return the keys of a kind, in the order of the catalogue."""
    return list(_words(kind))


def themes() -> list[str]:
    """Return the keys of the themes, in the order in which pages show them."""
    return list(_words("themes"))


def listed(phrases: list[str]) -> str:
    """Return phrases as one enumeration: a, b and c."""
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} {_AND[locale()]} {phrases[-1]}"


def beginning(text: str) -> str:
    """Return `text` with a capital first letter, as it begins a line."""
    return text[:1].upper() + text[1:]


def day(moment: Any) -> str:
    """Return a day as the language writes it."""
    return date_format(moment, "DATE_FORMAT")


def locale() -> str:
    """Return the catalogue's locale for the language of the page."""
    return closest_locale(get_language() or "")


def _said(kind: str, key: str, form: str) -> str:
    entry = _words(kind).get(key)
    if entry is None:
        return key
    return str(entry.get(form, entry)[locale()])


@functools.cache
def _words(kind: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / "words" / f"{kind}.toml").read_text(encoding="utf-8"))
