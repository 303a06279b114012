"""Makes, shops and services that are called like one person or town, told by their trade."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import regex

from pseudonymize.freetext.lexicon import sectors, things_of, word_set
from pseudonymize.freetext.naming import Naming, Strength

_VOICES: Final = "assistants"
_PAYMENTS: Final = "payments"
#: Firms that are said to do things themselves: "Delta cancelled the flight".
_DOERS: Final = frozenset({_VOICES, _PAYMENTS, "airlines", "banks", "housewares", "vehicles"})
#: A name that no list holds is a way to pay behind "con", and a person behind "a".
_WITH: Final = frozenset({"con", "com", "with", "por", "via", "pelo", "pela", "through"})
_PAID: Final = word_set("paid")
_IN: Final = frozenset({"na", "no", "nas", "nos"})
_BOUGHT: Final = word_set("bought")
_ARTICLES: Final = frozenset({"el", "la", "los", "las", "o", "a", "os", "as", "the"})
_OF: Final = frozenset({"de", "del", "do", "da"})
_PROMOTED: Final = word_set("promoted")
_TRADES: Final = word_set("trades")
_VIRTUAL: Final = frozenset({"virtual", "digital", "automatico", "automatica", "chat"})
_OWNED: Final = regex.compile(r"['’]s$")
_SENTENCE: Final = 14


@dataclass(frozen=True, slots=True)
class Sector:
    """A trade: what its firms are called, and the words that tell of it."""

    key: str
    near: frozenset[str]


@cache
def _by_name(language: str) -> dict[str, tuple[Sector, ...]]:
    found: dict[str, tuple[Sector, ...]] = {}
    for key, listed in sectors().items():
        kinds = listed.get("kinds", "").split()
        near = frozenset(listed["near"].split()) | things_of(language, *kinds)
        sector = Sector(key, near)
        for name in listed["called"].split():
            found[name] = (*found.get(name, ()), sector)
    return found


def is_make(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a firm is meant by its trade: "el altavoz con Alexa", "comprou na Marisa"."""
    name = _OWNED.sub("", "_".join(naming.forms[first:end]))
    known = _by_name(naming.reading.language).get(name, ())
    return any(_is_of(naming, sector, first, end) for sector in known)


def _is_of(naming: Naming, sector: Sector, first: int, end: int) -> bool:
    """Tell whether a sector is spoken of around a name, and nobody who does something."""
    if not _is_spoken_of(naming, sector, first) or _has_family(naming, end - 1):
        return False
    return sector.key in _DOERS or not _acts(naming, end)


def _is_spoken_of(naming: Naming, sector: Sector, index: int) -> bool:
    sentence = naming.words[index].sentence
    near = range(max(0, index - _SENTENCE), min(len(naming.words), index + _SENTENCE))
    return any(
        naming.forms[i] in sector.near and i != index and naming.words[i].sentence == sentence
        for i in near
    )


def _has_family(naming: Naming, index: int) -> bool:
    """Tell whether a family name follows: "Diana Ruiz"."""
    after = index + 1
    if after >= len(naming.words) or naming.gap(after) != " ":
        return False
    capital = naming.words[after].capital == naming.words[index].capital
    return capital and naming.is_surname(after) and naming.strengths[after] >= Strength.FAMILY


def _acts(naming: Naming, index: int) -> bool:
    """Tell whether what people do stands at `index`."""
    if index >= len(naming.words) or naming.gap(index) != " ":
        return False
    cues = naming.lexicon.cues
    return naming.forms[index] in cues.speaks or naming.forms[index] in cues.deeds


def is_paid_with(naming: Naming, cue: str, first: int) -> bool:
    """Tell whether a way to pay that no list holds stands here: "pagó con Klarna"."""
    if cue.rpartition(" ")[2] not in _WITH or naming.strengths[first] != Strength.UNKNOWN:
        return False
    near = naming.forms[max(0, first - _SENTENCE) : first - 1]
    return not _PAID.isdisjoint(near)


def is_bought_at(naming: Naming, first: int, end: int) -> bool:
    """Tell whether something was bought there: "comprou na Marisa", "comprei na Renner e na Lu"."""
    if not first or naming.forms[first - 1] not in _IN:
        return False
    if end - first > 1 and naming.forms[first + 1] not in _IN:
        return False
    return not _BOUGHT.isdisjoint(naming.forms[max(0, first - _SENTENCE) : first - 1])


def is_firm_of(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a trade with a capital ends a firm's name: "Ana Seguros", "Paz Joyeros"."""
    inside = range(first + 1, min(end + 1, len(naming.words)))
    return any(
        naming.forms[i] in _TRADES and naming.words[i].capital and naming.gap(i) == " "
        for i in inside
        if naming.case(i) == "mixed"
    )


def is_robot(naming: Naming, first: int) -> bool:
    """Tell whether a program answers: "la asistente virtual Aura"."""
    return not _VIRTUAL.isdisjoint(naming.forms[max(0, first - 3) : first])


def is_one_more_product(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a product was named before: "la chamarra Ágata no sale, sólo la Renata"."""
    if end - first > 1 or not first or naming.forms[first - 1] not in _ARTICLES:
        return False
    if not naming.words[first].capital or _acts(naming, end) or naming.words[first - 1].capital:
        return False
    cues = naming.lexicon.cues
    for i in range(max(1, first - _SENTENCE), first - 1):
        thing = naming.forms[i - 1] in cues.things | cues.devices | cues.guards
        named = naming.words[i].capital and naming.gap(i) == " "
        if thing and named and not naming.words[i - 1].capital:
            return True
    return False


def is_promoted(naming: Naming, title: int) -> bool:
    """Tell whether something is sold under a title: "promoción de Doña María"."""
    if title < 2 or naming.forms[title - 1] not in _OF:
        return False
    return naming.forms[title - 2] in _PROMOTED


def is_sold_under_title(naming: Naming, first: int, end: int) -> bool:
    """Tell whether an English product goes on: "Dr. Squatch soap", "Mrs. Meyer's soap"."""
    if naming.reading.language != "en" or end >= len(naming.words) or naming.gap(end) != " ":
        return False
    owned = _OWNED.search(naming.forms[end - 1]) is not None
    used_up = naming.forms[end] in _PROMOTED or naming.forms[end] in naming.lexicon.cues.foods
    return used_up or (not owned and naming.forms[end] in naming.lexicon.cues.things)
