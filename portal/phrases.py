"""Phrases of pages in three languages, from one file each: `words.toml` beside the pages."""

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import get_language

from consent.catalogue import closest_locale

_FOLDER = Path(__file__).parent


class PhraseUnknown(KeyError):
    """A page asks for a phrase that no file has: a bug, found by the first test of that page."""


def phrase(key: str, /, **values: object) -> str:
    """Return the phrase `part.section.key` in the language of the page, with `{values}` put in."""
    part, _, name = key.partition(".")
    try:
        text = phrases(part)[name][locale()]
    except KeyError:
        raise PhraseUnknown(key) from None
    return text.format(**values) if values else text


def locale() -> str:
    """Return the locale of the page: es, pt-BR or en."""
    return closest_locale(get_language() or "")


@functools.cache
def phrases(part: str) -> Mapping[str, Mapping[str, str]]:
    """Return the phrases of one part of the pages, `rights` or `desk`, by their dotted names."""
    text = (_FOLDER / part / "words.toml").read_text(encoding="utf-8")
    sections: dict[str, dict[str, dict[str, str]]] = tomllib.loads(text)
    return {
        f"{section}.{key}": words
        for section, entries in sections.items()
        for key, words in entries.items()
    }
