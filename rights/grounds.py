"""On which grounds a right may be refused: law as data, read from `grounds.toml`."""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jurisdictions.load import laws as packs

FILE = Path(__file__).parent / "grounds.toml"
FOR_CLAIMS = ("legal_claims", "legal_duty")  # by which a legal hold keeps data


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground of refusal with the articles that know it."""

    key: str
    source: str  # as "EU-GDPR art. 17.3.b"
    words: Mapping[str, str]  # by locale


class GroundUnknown(Exception):
    """No law of the person knows this ground for this right."""

    code, field = "ground_unknown", "ground"

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(f"Choose a ground of the person's law: {', '.join(known)}.")


def grounds(laws: Sequence[str], right: str) -> dict[str, Ground]:
    """
    Return the grounds that every one of `laws` accepts for a right, by key.

    A law that has no list of its own takes that of its parent.
    """
    lists = [_of(law, right) for law in laws]
    shared = set.intersection(*map(set, lists)) if lists else set()
    found = {}
    for key, words in _file()["words"].items():
        if key in shared:
            sources = dict.fromkeys(listed[key] for listed in lists)
            found[key] = Ground(key, "; ".join(sources), words)
    return found


def in_words(key: str, locale: str) -> str:
    """Return a ground in a language, whatever its law; the key itself if unknown."""
    words: dict[str, str] = _file()["words"].get(key, {})
    return words.get(locale, key)


def require(laws: Sequence[str], right: str, key: str) -> Ground:
    """Return one ground. :raises GroundUnknown: when the person's laws have no such one here."""
    known = grounds(laws, right)
    if key not in known:
        raise GroundUnknown(list(known))
    return known[key]


def first_of(keys: Sequence[str], known: Mapping[str, Ground]) -> Ground | None:
    """Return the first of some grounds that the laws know; None where they know none."""
    return next((known[key] for key in keys if key in known), None)


def _of(law: str, right: str) -> dict[str, str]:
    tables = _file()["laws"]
    source = law if law in tables else packs()[law].parent or law
    listed = tables.get(source, {})
    return {
        key: f"{source} {entry['source']}"
        for key, entry in listed.items()
        if not entry["rights"] or right in entry["rights"]
    }


@functools.cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
