"""Words that are family names by their place: "mirta coronel manda", "hamza mas pasará"."""

from typing import Final

from pseudonymize.freetext.labels import IDENTITY, NUMBERS
from pseudonymize.freetext.lexicon import Listed, word_set
from pseudonymize.freetext.naming import PARTICLES, Naming, Strength

_FAMILY_WORDS: Final = word_set("family_words")
_FAMILY_ENDS: Final = word_set("family_ends")
_SHORT: Final = 2
_GOES_ON_PLAIN: Final = word_set("behind_more")


def is_family_word(naming: Naming, index: int) -> bool:
    """Tell whether a word such as "calle" is a family name: a given name before, no number."""
    if naming.forms[index] not in _FAMILY_WORDS:
        return False
    if not naming.is_given(index - 1) and not naming.is_initial(index - 1):
        return False
    if naming.strengths[index - 1] < Strength.WEAK and not naming.is_initial(index - 1):
        return False
    if naming.words[index].capital != naming.words[index - 1].capital:
        return False
    following = naming.forms[index + 1 : index + 4]
    return not any(form[0].isdigit() for form in following)


def is_amid_capitals(naming: Naming, index: int) -> bool:
    """Tell whether a frequent word is a family name in print: "Luz Dary Name Char"."""
    after = index + 1
    if after == len(naming.words) or naming.gap(after) != " " or naming.forms[index] in PARTICLES:
        return False
    text = naming.reading.text[naming.words[index].start : naming.words[index].end]
    return text.istitle() and naming.words[after].capital and naming.is_surname(after)


def closes_name(naming: Naming, first: int, index: int) -> bool:
    """Tell whether a frequent word ends a name: "hamza mas pasara", "yasmin nascimento em"."""
    given = Strength.GIVEN in naming.strengths[first:index]
    least = Strength.WEAK if given else Strength.FAMILY
    if naming.forms[index] not in _FAMILY_ENDS or naming.strengths[index - 1] < least:
        return False
    if naming.gap(index) != " " or naming.words[index].capital != naming.words[first].capital:
        return False
    after = index + 1
    if after == len(naming.words) or naming.gap(after) != " ":
        return True
    following = naming.forms[after]
    if following in _GOES_ON_PLAIN or following[0].isdigit():
        return False
    whole = index - first > 1 and Strength.GIVEN in naming.strengths[first:index]
    whole = whole or (naming.is_surname(after) and naming.strengths[after] >= Strength.WEAK)
    acts = following in naming.lexicon.cues.after or following in naming.lexicon.cues.deeds
    return whole or acts or following in NUMBERS or following in IDENTITY


def spells_label(naming: Naming, index: int) -> bool:
    """Tell whether the letters of a label begin here: "yurany gomez c.c. 33619769"."""
    if len(naming.forms[index]) > 1 or not naming.forms[index].isalpha():
        return False
    last = index
    while last + 1 < len(naming.words) and naming.gap(last + 1) == ".":
        last += 1
    return "".join(naming.forms[index : last + 1]) in NUMBERS and last > index


def is_office_as_family(naming: Naming, index: int) -> bool:
    """Tell whether what people are is a family name here: "mirta coronel manda", "ana pastor"."""
    listed = naming.lexicon.names.get(naming.forms[index], 0) & Listed.SURNAME
    if not listed or len(naming.forms[index]) <= _SHORT:
        return False  # "ligue para a jaciara no (19) …"
    if naming.strengths[index - 1] != Strength.GIVEN or naming.gap(index) != " ":
        return False
    after = index + 1
    alone = after >= len(naming.words) or naming.gap(after) != " "
    return alone or naming.strengths[after] < Strength.FAMILY


def is_amid_family(naming: Naming, first: int, index: int) -> bool:
    """Tell whether a word stands between given and family name: "Blanca Abadía Barrios"."""
    if index != first + 1 or index + 1 >= len(naming.words) or not naming.is_given(first):
        return False
    local = naming.lexicon.names.get(naming.forms[index + 1], 0) & Listed.SURNAME
    given = naming.strengths[first] >= Strength.WEAK
    return given and bool(local) and is_amid_capitals(naming, index)
