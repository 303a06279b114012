"""What rights, states and acts are called, in the language of a page or a letter."""

import functools
import tomllib
from pathlib import Path

FILE = Path(__file__).parent / "words.toml"


def say(kind: str, key: str, locale: str) -> str:
    """Return the word for `key`, one of a kind such as `states`; the key itself if unknown."""
    entry = _words().get(kind, {}).get(key)
    return entry[locale] if entry else key


def keys(kind: str) -> list[str]:
    """Return the keys of a kind, in the order of the file."""
    return list(_words()[kind])


@functools.cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
