"""
Names of people, from the words that announce them and from lists.

A cue such as "me llamo" makes a name of whatever follows. Without one, a name must be listed and
either be unmistakable or stand beside another. Capitals help where the text uses them; transcripts
without any are read by lists and cues alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import regex

from pseudonymize.freetext.evidence import is_inflected, is_team, is_things
from pseudonymize.freetext.extents import Trust, name_end
from pseudonymize.freetext.lexicon import Listed, Phrases, phrase_at
from pseudonymize.freetext.naming import COUNTRIES, PARTICLES, Naming, Strength
from pseudonymize.freetext.reading import Reading
from pseudonymize.freetext.spans import Hit

_SHORT: Final = 3
_LEAST_ALONE: Final = 4
_AND: Final = frozenset({"y", "e", "and"})
_TO_NAME: Final = regex.compile(r"[\s.:,(«\"'¿¡*/=-]{0,4}")
_PARTICIPLE: Final = regex.compile(r"[ai]d[oa]s?$|(?:hech|escrit|vist|abiert)[oa]s?$|feit[oa]$|ed$")
#: What they precede belongs to somebody, and is nobody.
_OWNERS: Final = frozenset(
    "my your our their his her the a an un una um uma mi tu su mis tus sus meu minha seu sua nuestro nuestra".split()
)
_DATIVE: Final = regex.compile(r"l[eo]s?|\w{2,}(?:[aei]r|[aeiou]|ndo)(?:se)?les?")
_CLOCK: Final = regex.compile(r"(?:\[?[\d/.-]{6,10},?\s)?\[?\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?\s?(?:[ap]\.?\s?m\.?)?\]?\s?[-–|]?\s?")
_COMPANY: Final = regex.compile(
    r"[\s,]*(?:s\.?\s?a\.?(?:\s?s\.?)?|s\.?\s?l\.?(?:u\.?)?|s\. ?de r\. ?l\.|ltda\.?|ltd\.?|inc\.?"
    r"|llc|corp\.?|e hijos|y cia|hnos|hermanos|& ?(?:co|sons|hijos)|store|model|hotel|bank"
    r"|hospital|university|college|street|st\.|avenue|road|airport)(?!\w)"
)
_SCORES: Final[dict[Trust, float]] = {
    "sure": 0.85,
    "field": 0.8,
    "soft": 0.72,
    "faint": 0.62,
    "none": 0.6,
}


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue that ends before word `next`."""

    trust: Trust
    next: int
    phrase: str


def find_persons(reading: Reading) -> Iterator[Hit]:
    """Yield names of people."""
    naming = Naming.of(reading)
    index = 0
    while index < len(naming.words):
        cue = _cue_at(naming, index) or _coordinated(naming, index) or _speaker(naming, index)
        end = _announced(naming, cue) if cue else 0
        if cue and end:
            yield _hit(naming, cue.next, end, cue)
            index = end
            continue
        end = _unannounced(naming, index)
        if end and not _is_guarded(naming, index, end):
            yield _hit(naming, index, end, None)
        index = end or index + 1


def _hit(naming: Naming, first: int, end: int, cue: Cue | None) -> Hit:
    if not cue and _is_strange_before(naming, first):
        first -= 1
    while first and naming.gap(first) == "-" and naming.words[first - 1].form.isalpha():
        first -= 1  # "Sac-Nicté"
    start, stop = naming.words[first].start, naming.words[end - 1].end
    if naming.forms[end - 1].endswith(("'s", "’s")):
        stop -= 2
    if cue:
        return Hit(start, stop, "PERSON", _SCORES[cue.trust], "cue", cue.phrase)
    certain = any(s == Strength.GIVEN for s in naming.strengths[first:end])
    score = 0.6 if certain or end - first > 1 else 0.5
    return Hit(start, stop, "PERSON", score, "listed", "name")


def _cue_at(naming: Naming, index: int) -> Cue | None:
    cues = naming.lexicon.cues
    levels: tuple[tuple[Trust, Phrases], ...] = (
        ("sure", cues.sure),
        ("soft", cues.soft),
        ("soft", cues.spoken),
        ("faint", cues.faint),
    )
    found: Cue | None = None
    longest = 0
    if index in naming.branded:
        return None
    for trust, phrases in levels:
        length = phrase_at(phrases, naming.forms, index)
        if length > longest and index + length < len(naming.words):
            longest = length
            phrase = " ".join(naming.forms[index : index + length])
            found = Cue(trust, index + length, phrase)
    if found and found.trust == "faint" and _is_agent(naming, index):
        found = Cue("soft", found.next, f"{naming.forms[index - 1]} {found.phrase}")
    elif found and found.trust == "faint" and _is_dative(naming, found):
        found = Cue("soft", found.next, found.phrase)
    return _through_gap(naming, found) if found else None


def _is_agent(naming: Naming, index: int) -> bool:
    """Tell whether a participle stands before "by": "realizada por", "carried out by"."""
    if naming.forms[index] not in {"por", "pelo", "pela", "by"} or not index:
        return False
    before = naming.forms[max(0, index - 2) : index]
    strong = naming.case(index) == "mixed" or naming.strengths[index + 1] >= Strength.FAMILY
    return strong and any(_PARTICIPLE.search(form) for form in before)


def _is_dative(naming: Naming, cue: Cue) -> bool:
    """Tell whether "le" announced whom "a" names: "le devolvimos 20 € a Yoltzin"."""
    first = cue.next
    if cue.phrase != "a" or naming.reading.language != "es":
        return False
    if naming.strengths[first] != Strength.UNKNOWN or is_inflected(naming, naming.forms[first]):
        return False
    if naming.case(first) == "mixed" and not naming.words[first].capital:
        return False
    clause = naming.forms[max(0, first - 9) : first - 1]
    return any(_DATIVE.fullmatch(form) for form in clause)


def _coordinated(naming: Naming, index: int) -> Cue | None:
    """Read "Ana y Xoel" with the trust of Ana: what a name is joined to is a name."""
    if naming.forms[index] not in _AND or not 0 < index < len(naming.words) - 1:
        return None
    if naming.strengths[index - 1] < Strength.FAMILY or naming.gap(index) != " ":
        return None
    mixed = naming.case(index) == "mixed"
    following = index + 1
    is_name = naming.is_unlisted_name(following) or naming.is_given(following)
    is_name = is_name or (not mixed and _is_strange(naming, following))
    if not is_name or (mixed and not naming.words[following].capital):
        return None
    return Cue("soft", following, naming.forms[index])


def _speaker(naming: Naming, index: int) -> Cue | None:
    """Read who speaks in a line of a chat: "[21:45] Filemón: ya pagué"."""
    if not naming.forms[index].isdigit() or index + 1 >= len(naming.words):
        return None
    start = naming.words[index + 1].start
    line = naming.reading.folded.rfind("\n", 0, start) + 1
    if _CLOCK.fullmatch(naming.reading.folded, line, start) is None:
        return None
    end = name_end(naming, index + 1, "sure")
    if not end or not naming.reading.folded.startswith(":", naming.words[end - 1].end):
        return None
    return Cue("sure", index + 1, "hh:mm")


def _is_strange(naming: Naming, index: int) -> bool:
    """Tell whether a word of a text without capitals is in no list, nor a form of what is."""
    form = naming.forms[index]
    unknown = naming.strengths[index] == Strength.UNKNOWN and len(form) > _SHORT
    return unknown and not is_inflected(naming, form)


def _through_gap(naming: Naming, cue: Cue) -> Cue | None:
    gap = naming.gap(cue.next)
    if not _TO_NAME.fullmatch(gap) or "\n" in gap:
        return None
    if cue.trust == "soft" and ":" in gap:
        return Cue("field", cue.next, cue.phrase)
    if gap == "." and len(cue.phrase) == 1 and len(naming.forms[cue.next]) == 1:
        return None  # "D.N.I." is no title
    if "." in gap and (cue.trust == "faint" or len(cue.phrase) > 6):
        return None
    if cue.trust == "sure" and len(cue.phrase) == 1 and "." not in gap:
        return None  # "d" and "c" are titles only when abbreviated
    return cue


def _announced(naming: Naming, cue: Cue) -> int:
    """Return where the announced name ends, 0 if none is announced."""
    first = cue.next
    end = name_end(naming, first, cue.trust)
    if not end or (naming.forms[first] in PARTICLES and end - first < 2):
        return 0
    best = max(naming.strengths[first:end])
    if cue.trust in {"soft", "faint"} and (
        naming.branded & set(range(first, end))
        or _is_company(naming, end)
        or is_team(naming, first, end)
    ):
        return 0
    if cue.trust == "faint" and not _stands_alone(naming, first, end):
        return 0
    if cue.trust == "faint" and is_things(naming, first, end):
        return 0
    if cue.trust == "soft" and best == Strength.WEAK and naming.case(first) != "mixed":
        is_word = naming.forms[first] in naming.lexicon.words
        return end if end - first > 1 or naming.is_given(first) or not is_word else 0
    return end if best >= Strength.UNKNOWN or cue.trust in {"sure", "field"} else 0


def _unannounced(naming: Naming, first: int) -> int:
    """Return where a name without a cue ends, 0 if there is none."""
    if first in naming.branded or naming.forms[first] in COUNTRIES:
        return 0
    if naming.is_initial(first) and _is_shortened(naming, first):
        return name_end(naming, first, "soft")
    if naming.strengths[first] < Strength.UNKNOWN:
        return 0
    if naming.strengths[first] == Strength.UNKNOWN and not _may_open(naming, first):
        return 0
    end = name_end(naming, first, "none")
    if not end:
        return 0
    if _stands_alone(naming, first, end) or _acts(naming, first, end):
        return end
    return 0


def _is_shortened(naming: Naming, first: int) -> bool:
    """Tell whether a given name is cut to its first letter: "K. Muñoz"."""
    after = first + 1
    if after >= len(naming.words) or naming.gap(after) not in {". ", "."}:
        return False
    if len(naming.forms[after]) <= 2 or naming.words[first].capital != naming.words[after].capital:
        return False
    least = Strength.UNKNOWN if naming.words[after].capital else Strength.WEAK
    is_word = naming.forms[after] in naming.lexicon.words and not naming.is_surname(after)
    return naming.strengths[after] >= least and not is_word


def _is_strange_before(naming: Naming, first: int) -> bool:
    """Tell whether an unlisted given name stands before a listed family name: "ludivia uribe"."""
    if not first or naming.gap(first) != " " or naming.strengths[first] == Strength.GIVEN:
        return False
    return naming.case(first) != "mixed" and _is_strange(naming, first - 1)


def _may_open(naming: Naming, first: int) -> bool:
    """Tell whether an unlisted word may begin a name that no cue announces."""
    if naming.case(first) == "mixed":
        return naming.is_unlisted_name(first)
    return len(naming.forms[first]) > _SHORT and naming.opens_sentence(first)


def _stands_alone(naming: Naming, first: int, end: int) -> bool:
    """Tell whether the words are a name whatever surrounds them."""
    strengths = naming.strengths[first:end]
    if naming.forms[end - 1].endswith(("'s", "’s")) and _owns(naming, first):
        return True
    mixed = naming.case(first) == "mixed"
    capital = naming.words[first].capital
    if Strength.GIVEN in strengths and (len(naming.forms[first]) > 3 or capital or end - first > 1):
        return True
    listed = [s for s in strengths if s >= Strength.WEAK]
    if len(listed) > 1 and (capital or not mixed):
        return max(listed) >= Strength.FAMILY or (mixed and naming.is_given(first))
    if _is_one_of_two(naming, first, end):
        return True
    if strengths[0] == Strength.UNKNOWN:
        return _is_unlisted_person(naming, first, end)
    if not mixed:
        return end - first == 1 and _is_family_alone(naming, first)
    if not capital or naming.opens_sentence(first):
        return False
    if end - first == 1 and _is_family_alone(naming, first):
        return True
    return strengths[0] == Strength.FAMILY or (
        strengths[0] == Strength.WEAK
        and (naming.is_given(first) or _is_local_family(naming, first))
        and end - first == 1
        and not phrase_at(naming.lexicon.brands, naming.forms, first)
    )


def _is_local_family(naming: Naming, index: int) -> bool:
    """Tell whether a capital word inside a sentence is a family name of these countries and no town."""
    form = naming.forms[index]
    local = naming.lexicon.names.get(form, 0) & Listed.SURNAME
    return bool(local) and (form,) not in naming.lexicon.places.get(form, ())


def _owns(naming: Naming, first: int) -> bool:
    """Tell whether a name with "'s" is a person's: "Cian's guardian"."""
    listed = naming.is_given(first) or naming.is_surname(first)
    capital = naming.case(first) == "mixed" and naming.words[first].capital
    return listed and capital and naming.strengths[first] >= Strength.UNKNOWN


def _is_family_alone(naming: Naming, index: int) -> bool:
    """Tell whether a family name that is no word and no town needs nothing beside it: "schneider"."""
    form = naming.forms[index]
    local = naming.lexicon.names.get(form, 0) & Listed.SURNAME
    is_place = (form,) in naming.lexicon.places.get(form, ())
    is_brand = (form,) in naming.lexicon.brands.get(form, ())
    strong = naming.strengths[index] >= Strength.FAMILY
    return bool(local) and strong and len(form) > _LEAST_ALONE and not is_place and not is_brand


def _is_one_of_two(naming: Naming, first: int, end: int) -> bool:
    """Tell whether "and" and a name follow: "Candela y Sira comparten la cuenta"."""
    other = end + 1
    if end - first > 1 or other >= len(naming.words) or naming.forms[end] not in _AND:
        return False
    if naming.gap(end) != " " or naming.gap(other) != " ":
        return False
    unlisted = naming.is_unlisted_name(first) and naming.is_unlisted_name(other)
    if naming.case(first) == "mixed" and not naming.words[other].capital:
        return False
    one_is_sure = Strength.GIVEN in {naming.strengths[first], naming.strengths[other]}
    both = naming.is_given(other) and (naming.is_given(first) or naming.is_unlisted_name(first))
    return (both and (one_is_sure or naming.case(first) == "mixed")) or unlisted


def _is_unlisted_person(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a word in no list begins a name: "Arcadi Espriu", "Mayumi Nakazone"."""
    last = end - 1
    if last == first:
        return False
    if naming.strengths[last] >= Strength.FAMILY and naming.is_surname(last):
        return True
    listed = naming.strengths[last] == Strength.WEAK and naming.is_surname(last)
    return naming.case(first) == "mixed" and (listed or naming.is_unlisted_name(last))


def _acts(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a listed name is followed by what only people do: "Rosa dice"."""
    if end >= len(naming.words) or naming.forms[end] not in naming.lexicon.cues.after:
        return False
    if naming.gap(end).strip():
        return False
    strong = naming.strengths[first] >= Strength.FAMILY
    if naming.strengths[first] == Strength.UNKNOWN:
        owned = first > 0 and naming.forms[first - 1] in _OWNERS
        speaks = naming.forms[end] in naming.lexicon.cues.speaks | {"me", "nos"}
        speaks = speaks or (naming.is_unlisted_name(first) and not naming.opens_sentence(first))
        return speaks and naming.words[first].capital and not owned
    if naming.forms[end] in naming.lexicon.cues.speaks and naming.opens_sentence(first):
        strong = strong or naming.is_given(first)
    if naming.case(first) == "mixed":
        return naming.words[first].capital and (strong or naming.is_given(first))
    return strong and naming.opens_sentence(first)


def _is_guarded(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a brand, street or company is meant: "modelo Rosa", "Pérez S.L."."""
    before = naming.forms[first - 1] if first and not naming.gap(first).strip() else ""
    if before == "the" and end - first == 1 and not _acts(naming, first, end):
        return True
    return is_things(naming, first, end) or _is_company(naming, end) or is_team(naming, first, end)


def _is_company(naming: Naming, end: int) -> bool:
    after = naming.words[end - 1].end
    return _COMPANY.match(naming.reading.folded[after : after + 20]) is not None
