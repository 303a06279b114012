"""The word lists, loaded once: which words are names, places, brands, cues, or just words."""

import gzip
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

import regex

from pseudonymize.freetext.reading import fold

_LISTS: Final = resources.files("pseudonymize.freetext") / "lists"
_ARTICLES: Final = frozenset({"el", "la", "o", "a"})

Phrase = tuple[str, ...]


class Phrases(NamedTuple):
    """Phrases, with the lengths in words, longest first, of those that begin with a word."""

    known: frozenset[Phrase]
    lengths: dict[str, tuple[int, ...]]


class Listed:
    """
    In which lists a word stands, as bits. `WORLD` lists are long and hold many rare names.

    Plain numbers, for every word of every text asks for them: an `IntFlag` made up a tenth of it.
    """

    GIVEN: Final = 1
    SURNAME: Final = 2
    WORLD_GIVEN: Final = 4
    WORLD_SURNAME: Final = 8
    NAME_FIRST: Final = 16


GIVEN: Final = Listed.GIVEN | Listed.WORLD_GIVEN
SURNAME: Final = Listed.SURNAME | Listed.WORLD_SURNAME
LOCAL: Final = Listed.GIVEN | Listed.SURNAME


@dataclass(frozen=True, slots=True)
class Cues:
    """The words of one language that announce a name or a place, or rule one out."""

    sure: Phrases
    soft: Phrases
    spoken: Phrases
    place_firm: Phrases
    faint: Phrases
    place: Phrases
    place_faint: Phrases
    place_sure: Phrases
    first_words: frozenset[str]
    after: frozenset[str]
    speaks: frozenset[str]
    deeds: frozenset[str]
    openers: frozenset[str]
    guards: frozenset[str]
    things: frozenset[str]
    foods: frozenset[str]
    devices: frozenset[str]
    sports: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All lists of one language. Forms are folded."""

    names: dict[str, int]
    names_first: frozenset[str]
    words: frozenset[str]
    frequent: frozenset[str]
    places: Phrases
    places_first: frozenset[str]
    brands: Phrases
    cues: Cues


@cache
def lexicon(language: str) -> Lexicon:
    """Return the lists of `es`, `pt` or `en`, read from the package on first use."""
    return Lexicon(
        _names(),
        frozenset(_tokens(f"names_first_{language}.txt")),
        frozenset(_lines(f"words_{language}.txt.gz")),
        frozenset(_tokens(f"frequent_{language}.txt")),
        _places(),
        frozenset(_tokens("places_first.txt")),
        _brands(),
        _cues(language),
    )


@cache
def _word_sets() -> dict[str, str]:
    return tomllib.loads((_LISTS / "words.toml").read_text(encoding="utf-8"))


def word_set(name: str) -> frozenset[str]:
    """Return one of the sets of `lists/words.toml`."""
    return frozenset(_word_sets()[name].split())


@cache
def stem_pattern(name: str) -> "regex.Pattern[str]":
    """Return what matches every word that begins like one of a set of `lists/words.toml`."""
    return regex.compile("(?:" + "|".join(sorted(word_set(name))) + r")\w*")


def phrase_at(phrases: Phrases, forms: "tuple[str, ...]", index: int) -> int:
    """Return the length in words of the longest phrase at `index`, 0 if none."""
    for length in phrases.lengths.get(forms[index], ()):
        phrase = forms[index : index + length]  # shorter at the end of a text
        if phrase in phrases.known:
            return len(phrase)
    return 0


def ends_phrase(phrases: Phrases, forms: "tuple[str, ...]", index: int, longest: int) -> bool:
    """Tell whether a phrase of at most `longest` words ends right before `index`."""
    return any(
        forms[start:index] in phrases.known for start in range(max(0, index - longest), index)
    )


def _lines(name: str) -> Iterator[str]:
    raw = (_LISTS / name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _tokens(name: str) -> Iterator[str]:
    for line in _lines(name):
        for token in fold(line).replace("-", " ").replace("·", " ").split():
            if len(token) > 1:
                yield token


@cache
def _names() -> dict[str, int]:
    names: dict[str, int] = {}
    for name, flag in (
        ("given_regional.txt", Listed.GIVEN),
        ("given.txt.gz", Listed.GIVEN),
        ("given_world.txt.gz", Listed.WORLD_GIVEN),
        ("surnames_regional.txt", Listed.SURNAME),
        ("surnames.txt.gz", Listed.SURNAME),
        ("surnames_world.txt.gz", Listed.WORLD_SURNAME),
        ("names_first.txt", Listed.NAME_FIRST),
    ):
        for token in _tokens(name):
            names[token] = names.get(token, 0) | flag
    return names


@cache
def _places() -> Phrases:
    return index_phrases(
        line for name in ("places.txt.gz", "places_regional.txt") for line in _lines(name)
    )


@cache
def _brands() -> Phrases:
    return index_phrases(_lines("brands.txt"))


@cache
def _cues(language: str) -> Cues:
    table = _table("cues.toml")[language]
    keys = ("sure", "soft", "faint", "place", "place_faint", "place_firm", "place_sure")
    listed = {key: table[key].replace("\n", "|").split("|") for key in keys}
    announcing = {fold(cue).split()[0] for key in ("sure", "soft") for cue in listed[key] if cue}
    listed["soft"] += _kinship(language)
    phrases = {key: index_phrases(listed[key]) for key in keys}
    speaks = frozenset(table["speaks"].split("|"))
    # Spanish and Portuguese put the verb first too: "llamó Ana".
    spoken = index_phrases(() if language == "en" else speaks)
    return Cues(
        **phrases,
        spoken=spoken,
        first_words=frozenset().union(
            *(cues.lengths for cues in (phrases["sure"], phrases["soft"], phrases["faint"], spoken))
        ),
        after=frozenset(table["after"].split("|")),
        speaks=speaks,
        deeds=frozenset(table["deeds"].split("|")),
        openers=frozenset(announcing - phrases["faint"].lengths.keys()),
        guards=frozenset(table["guards"].replace("\n", "|").split("|"))
        | _things(language, "places"),
        things=_things(language, "food", "home", "wear"),
        foods=_things(language, "food"),
        devices=_things(language, "tech"),
        sports=_things(language, "sports"),
    )


def _kinship(language: str) -> Iterator[str]:
    """Yield "su nieto", "neta da" and the like, for all kin and all whose they may be."""
    table = _word_sets()
    for kin in table["kin"].split():
        yield from (f"{whose} {kin}" for whose in table[f"whose_kin_{language}"].split())
        yield from (f"{kin} {of}" for of in table[f"of_{language}"].split())
    for familiar in table[f"familiars_{language}"].split():
        yield from (
            f"{whose} {familiar}"
            for whose in table[f"whose_kin_{language}"].split()
            if whose not in _ARTICLES
        )


def teams() -> frozenset[str]:
    """Return the words of towns and saints that clubs are called after."""
    return frozenset(_table("things.toml")["teams"]["names"].split())


def _things(language: str, *kinds: str) -> frozenset[str]:
    """Return words for things, with their plurals."""
    table = _table("things.toml")[language]
    singular = [fold(word) for kind in kinds for word in table[kind].split()]
    return frozenset(form for word in singular for form in (word, word + "s", word + "es"))


def things_of(language: str, *kinds: str) -> frozenset[str]:
    """Return the words for some kinds of things in `lists/things.toml`, with their plurals."""
    return _things(language, *kinds)


def sectors() -> dict[str, dict[str, str]]:
    """Return, by trade, what firms are called and what tells of the trade."""
    return _table("sectors.toml")


@cache
def _table(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((_LISTS / name).read_text(encoding="utf-8"))


def index_phrases(lines: Iterable[str]) -> Phrases:
    """Index phrases by their first word."""
    known: set[Phrase] = set()
    lengths: dict[str, tuple[int, ...]] = {}
    for line in lines:
        separated = "".join(c if c.isalnum() or c in "'’" else " " for c in fold(line))
        phrase = tuple(separated.split())
        if phrase and phrase not in known:
            known.add(phrase)
            others = lengths.get(phrase[0], ())
            if len(phrase) not in others:
                lengths[phrase[0]] = tuple(sorted((*others, len(phrase)), reverse=True))
    return Phrases(frozenset(known), lengths)
