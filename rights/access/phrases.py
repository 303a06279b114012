"""Words of the catalogue and of packages in a language that is named, not the page's."""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from consent import queries as consents
from consent.catalogue import FOLDER

FILE = Path(__file__).parent / "words.toml"
_LONG = {"es": r"j \d\e F \d\e Y", "pt-BR": r"j \d\e F \d\e Y", "en": "j F Y"}
_AND = {"es": "y", "pt-BR": "e", "en": "and"}


def say(key: str, locale: str, **values: object) -> str:
    """Return the sentence `section.key` of `words.toml`, with `{values}` put in."""
    section, _, name = key.partition(".")
    text: str = _sentences()[section][name][locale]
    return text.format(**values) if values else text


def label(kind: str, key: str, locale: str) -> str:
    """Return the name of `key` among the catalogue's words of `kind`; the key if unknown."""
    return _said(kind, key, "label", locale)


def phrase(kind: str, key: str, locale: str) -> str:
    """Return `key` as it reads inside a sentence; the key if unknown."""
    return _said(kind, key, "phrase", locale)


def title(purpose: str, locale: str, version: int | None = None) -> str:
    """Return what a purpose is called, in that version or now; its key if it is not on record."""
    found = consents.purposes().get(purpose) if version is None else None
    found = found or consents.purpose_on_record(purpose, version)
    return found.notices[-1].words[locale].title if found else purpose


def sentence(answer: Mapping[str, Any], locale: str) -> str:
    """Return a decision in words; where its own words would tell of others, what came of it."""
    texts = answer.get("reason_user") or {}
    if locale in texts:
        return str(texts[locale])
    return say(f"effects.{answer.get('effect', 'deny')}", locale)


def listed(words: Sequence[str], locale: str) -> str:
    """Return words as one enumeration: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {_AND[locale]} {words[-1]}"


def day(value: date | datetime, locale: str) -> str:
    """Return a day as the language writes it in full."""
    with translation.override(locale.lower()):
        written = date_format(value, _LONG[locale])
    return written if locale == "en" else written.lower()


def beginning(text: str) -> str:
    """Return `text` with a capital first letter."""
    return text[:1].upper() + text[1:]


def _said(kind: str, key: str, form: str, locale: str) -> str:
    entry = _words(kind).get(key)
    return key if entry is None else str(entry.get(form, entry)[locale])


@functools.cache
def _words(kind: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / "words" / f"{kind}.toml").read_text(encoding="utf-8"))


@functools.cache
def _sentences() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
