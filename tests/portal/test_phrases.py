"""Every phrase that a page asks for exists, in three languages, and nothing is left over."""

import re
from pathlib import Path

import pytest

from consent.catalogue import LOCALES
from portal.phrases import phrases

ROOT = Path(__file__).parents[2]
PARTS = ("rights", "desk", "erasing", "systems", "packages", "corrections")
_PART = "|".join(PARTS)
_ASKED = re.compile(rf"""["']({_PART})\.([a-z_]+\.[a-z_]+)["']""")
_MADE = re.compile(rf"""["']({_PART})\.([a-z_]+)\.([a-z_]*)["']\|add""")
_BUILT = re.compile(rf"""f["']({_PART})\.([a-z_]+\.[a-z_]*)\{{""")

_TOLD = re.compile(r"""\|told:["']([a-z_]+)["']""")


def texts() -> list[str]:
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "portal").rglob("*.py")]
    return [path.read_text(encoding="utf-8") for path in pages]


@pytest.mark.parametrize("part", PARTS)
def test_every_phrase_asked_for_exists(part: str) -> None:
    asked = {name for text in texts() for p, name in _ASKED.findall(text) if p == part}
    known = set(phrases(part))
    assert {name for name in asked if not name.endswith(("_", "."))} - known == set()


@pytest.mark.parametrize("part", PARTS)
def test_every_phrase_is_used_somewhere(part: str) -> None:
    whole = texts()
    asked = {name for text in whole for p, name in _ASKED.findall(text) if p == part}
    starts = {f"{s}.{k}" for text in whole for p, s, k in _MADE.findall(text) if p == part}
    starts |= {name for text in whole for p, name in _BUILT.findall(text) if p == part}
    starts |= {f"{name}." for text in whole for name in _TOLD.findall(text) if part == "desk"}
    dynamic = (*starts, "mine.next_", "problem.")
    unused = [name for name in phrases(part) if name not in asked and not name.startswith(dynamic)]
    assert unused == []


@pytest.mark.parametrize("part", PARTS)
def test_every_phrase_stands_in_three_languages_with_the_same_values(part: str) -> None:
    for name, words in phrases(part).items():
        assert set(words) == set(LOCALES), name
        values = [sorted(re.findall(r"\{(\w+)\}", words[locale])) for locale in LOCALES]
        assert values[0] == values[1] == values[2], name
