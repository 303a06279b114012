"""Whether a name needs no announcement: what it is made of, and what stands around it."""

from typing import Final

import regex

from pseudonymize.freetext.brands import (
    is_bought_at,
    is_firm_of,
    is_make,
    is_one_more_product,
    is_promoted,
)
from pseudonymize.freetext.clauses import HONOURS, is_done_to, is_titled_thing, is_whole
from pseudonymize.freetext.evidence import (
    is_called_thing,
    is_drunk,
    is_holy,
    is_inflected,
    is_model,
    is_team,
    is_things,
)
from pseudonymize.freetext.lexicon import Listed, phrase_at, word_set
from pseudonymize.freetext.namesakes import is_in_state, is_namesake
from pseudonymize.freetext.naming import Naming, Strength
from pseudonymize.freetext.nouns import is_elsewhere, is_noun
from pseudonymize.freetext.offers import is_offered, is_performer
from pseudonymize.freetext.products import is_hair, is_product

_SHORT: Final = 3
_LEAST_ALONE: Final = 4
#: What they precede belongs to somebody, and is nobody.
_ARTICLES: Final = frozenset({"el", "la", "los", "las", "o", "a", "os", "as"})
_OWNERS: Final = word_set("owners")
_COMPANY: Final = regex.compile(
    r"[\s,]*(?:s\.?\s?a\.?(?:\s?s\.?)?|s\.?\s?l\.?(?:u\.?)?|s\. ?de r\. ?l\.|ltda\.?|ltd\.?|inc\.?"
    r"|llc|corp\.?|e hijos|y cia|hnos|hermanos|& ?(?:co|sons|hijos)|store|model|hotel|bank"
    r"|hospital|university|college|street"
    r"|st\.(?!\s(?:james|john|clair|pierre|george|louis|germain|cyr|laurent|onge|martin|jean|paul))|avenue|road|airport)(?!\w)"
)
_LED: Final = frozenset(
    {"to", "by", "from", "for", "with", "a", "por", "para", "pra", "con", "com", "de", "do", "da"}
)
_ADJECTIVES: Final = word_set("adjectives")
_TONES: Final = word_set("colours") | word_set("shades")
AND: Final = frozenset({"y", "e", "and"})


def is_strange(naming: Naming, index: int) -> bool:
    """Tell whether a word of a text without capitals is in no list, nor a form of what is."""
    form = naming.forms[index]
    unknown = naming.strengths[index] == Strength.UNKNOWN and len(form) > _SHORT
    return unknown and not is_inflected(naming, form)


def is_shortened(naming: Naming, first: int) -> bool:
    """Tell whether a given name is cut to its first letter: "K. Muñoz"."""
    after = first + 1
    if after >= len(naming.words) or naming.gap(after) not in {". ", "."}:
        return False
    second = after + 1 < len(naming.words) and naming.is_initial(after)
    if second and naming.gap(after + 1) in {". ", "."}:
        after += 1  # "A. R. Quispe"
    if len(naming.forms[after]) <= 2 or naming.words[first].capital != naming.words[after].capital:
        return False
    least = Strength.UNKNOWN if naming.words[after].capital else Strength.WEAK
    if naming.strengths[after] == Strength.UNKNOWN and is_inflected(naming, naming.forms[after]):
        return False  # "3º A. Llamadle"
    is_word = naming.forms[after] in naming.lexicon.words and not naming.is_surname(after)
    return naming.strengths[after] >= least and not is_word


def is_strange_before(naming: Naming, first: int) -> bool:
    """Tell whether an unlisted given name stands before a listed family name: "ludivia uribe"."""
    if not first or naming.gap(first) != " " or naming.strengths[first] == Strength.GIVEN:
        return False
    return naming.case(first) != "mixed" and is_strange(naming, first - 1)


def stands_alone(naming: Naming, first: int, end: int) -> bool:
    """Tell whether the words are a name whatever surrounds them."""
    strengths = naming.strengths[first:end]
    unknown = strengths[0] == Strength.UNKNOWN and naming.opens_sentence(first)
    if unknown and is_inflected(naming, naming.forms[first]):
        return False  # "Monotributista Ariel Ruiz" begins one word on
    if naming.forms[end - 1].endswith(("'s", "’s")) and _owns(naming, first):
        return True
    mixed = naming.case(first) == "mixed"
    capital = naming.words[first].capital
    if Strength.GIVEN in strengths and (len(naming.forms[first]) > 3 or capital or end - first > 1):
        return True
    listed = [s for s in strengths if s >= Strength.WEAK]
    if _is_whole_of_words(naming, first, end):
        return True
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


def _is_whole_of_words(naming: Naming, first: int, end: int) -> bool:
    """Tell whether two words behind "to" or "by" are given and family name: "to grace hunter"."""
    if end - first != 2 or not first or naming.case(first) == "mixed":
        return False
    names = naming.lexicon.names
    given = names.get(naming.forms[first], 0) & Listed.GIVEN
    family = names.get(naming.forms[end - 1], 0) & Listed.SURNAME
    plain = naming.forms[end - 1] in _ADJECTIVES or naming.forms[end - 1] in _TONES
    return bool(given and family) and not plain and naming.forms[first - 1] in _LED


def _is_local_family(naming: Naming, index: int) -> bool:
    """Tell whether a capital word inside a sentence is a known family name and no town."""
    form = naming.forms[index]
    local = naming.lexicon.names.get(form, 0) & Listed.SURNAME
    is_place = (form,) in naming.lexicon.places.known
    return bool(local) and len(form) > _SHORT and not is_place


def _owns(naming: Naming, first: int) -> bool:
    """Tell whether a name with "'s" is a person's: "Cian's guardian"."""
    listed = naming.is_given(first) or naming.is_surname(first)
    capital = naming.case(first) == "mixed" and naming.words[first].capital
    return listed and capital and naming.strengths[first] >= Strength.UNKNOWN


def _is_family_alone(naming: Naming, index: int) -> bool:
    """Tell whether a family name that is no word and no town needs no cue: "schneider"."""
    form = naming.forms[index]
    local = naming.lexicon.names.get(form, 0) & Listed.SURNAME
    is_place = (form,) in naming.lexicon.places.known
    is_brand = (form,) in naming.lexicon.brands.known
    strong = naming.strengths[index] >= Strength.FAMILY
    return bool(local) and strong and len(form) > _LEAST_ALONE and not is_place and not is_brand


def _is_one_of_two(naming: Naming, first: int, end: int) -> bool:
    """Tell whether "and" and a name follow: "Candela y Sira comparten la cuenta"."""
    other = end + 1
    if end - first > 1 or other >= len(naming.words) or naming.forms[end] not in AND:
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


def acts(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a listed name is followed by what only people do: "Rosa dice"."""
    if end >= len(naming.words) or naming.forms[end] not in naming.lexicon.cues.after:
        return False
    if naming.gap(end).strip() or _is_and(naming, end):
        return False
    strong = naming.strengths[first] >= Strength.FAMILY
    if naming.strengths[first] == Strength.UNKNOWN:
        owned = first > 0 and naming.forms[first - 1] in _OWNERS
        speaks = naming.forms[end] in naming.lexicon.cues.speaks | {"me", "nos"}
        called = first > 0 and naming.forms[first - 1] in _ARTICLES
        is_name = naming.is_unlisted_name(first) and not naming.opens_sentence(first)
        speaks = speaks or (is_name and not called)
        return speaks and naming.words[first].capital and not owned
    if naming.forms[end] in naming.lexicon.cues.speaks and naming.opens_sentence(first):
        strong = strong or naming.is_given(first)
    if naming.case(first) == "mixed":
        return naming.words[first].capital and (strong or naming.is_given(first))
    return strong and naming.opens_sentence(first)


def _is_and(naming: Naming, index: int) -> bool:
    """Tell whether "e" is "and" here and no "é": "o curso da Alura e o da Udemy"."""
    word = naming.words[index]
    return word.form == "e" and naming.reading.text[word.start : word.end] not in {"é", "É"}


def is_guarded(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a brand, street or company is meant: "modelo Rosa", "Pérez S.L."."""
    before = naming.forms[first - 1] if first and not naming.gap(first).strip() else ""
    if before == "the" and end - first == 1:
        return True
    if is_holy(naming, first, end) or is_model(naming, first, end):
        return True
    if is_titled_thing(naming, first - 1) or _is_drunk(naming, first):
        return True
    if first and is_called_thing(naming, naming.forms[first - 1], first):
        return True
    if is_noun(naming, first, end) or is_elsewhere(naming, first, end):
        return True
    if is_namesake(naming, first, end) or is_product(naming, first, end):
        return True
    if before in HONOURS and (is_promoted(naming, first - 1) or is_make(naming, first - 1, end)):
        return True
    if is_in_state(naming, before, first) or is_hair(naming, first, end):
        return True
    if is_make(naming, first, end) or _is_behind_brand(naming, first, end):
        return True
    if is_bought_at(naming, first, end) or is_firm_of(naming, first, end):
        return True
    if is_one_more_product(naming, first, end) or is_performer(naming, first, end):
        return True
    if is_offered(naming, first, end):
        return True
    return (
        (is_things(naming, first, end) and not _is_met(naming, first, end))
        or is_company_in(naming, first, end)
        or is_team(naming, first, end)
    )


def _is_drunk(naming: Naming, first: int) -> bool:
    """Tell whether one more bottle is meant, and nobody: "dos botellas de …, una de Marqués …"."""
    return (
        first > 1
        and naming.forms[first - 2] not in naming.lexicon.cues.foods
        and is_drunk(naming, first)
    )


def _is_behind_brand(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a make stands before one more word in print: "Nokia Blanco"."""
    alone = end - first == 1 and first - 1 in naming.branded and naming.gap(first) == " "
    return alone and naming.words[first].capital and naming.words[first - 1].capital


def _is_met(naming: Naming, first: int, end: int) -> bool:
    """Tell whether somebody with a whole name did what stands before: "abrió la puerta Ana Gil"."""
    return is_whole(naming, first, end) and is_done_to(naming, first)


def is_company(naming: Naming, end: int) -> bool:
    after = naming.words[end - 1].end
    return _COMPANY.match(naming.reading.folded[after : after + 20]) is not None


def is_company_in(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a company is named, its form of law within or behind: "Pérez Hermanos S.A."."""
    return any(is_company(naming, index) for index in range(first + 1, end + 1))
