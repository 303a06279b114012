"""Names of several words that go on through a particle: "das Graças", "Montes de Oca"."""

from typing import Final

from pseudonymize.freetext.lexicon import index_phrases, phrase_at, word_set
from pseudonymize.freetext.naming import Naming, Strength

_TAILS: Final = tuple(tuple(tail.split("_")) for tail in word_set("given_tails"))
_TAILS_BEGIN: Final = frozenset(tail[0] for tail in _TAILS)
_COMPOUNDS: Final = index_phrases(name.replace("_", " ") for name in word_set("family_compounds"))


def tail_length(naming: Naming, first: int, index: int) -> int:
    """Return how many words continue a given name as in "Maria das Graças", 0 if none."""
    if naming.forms[index] not in _TAILS_BEGIN or index == first or not naming.is_given(index - 1):
        return 0
    for tail in _TAILS:
        last = index + len(tail) - 1
        if naming.forms[index : last + 1] != tail:
            continue
        if naming.words[last].capital == naming.words[index - 1].capital:
            return len(tail)
    return 0


def compound_length(naming: Naming, first: int, index: int) -> int:
    """Return the length of a family name of several words: "Montes de Oca", "St. James"."""
    length = phrase_at(_COMPOUNDS, naming.forms, index)
    if not length or naming.words[index + length - 1].capital != naming.words[first].capital:
        return 0
    is_begun = index == first or naming.strengths[index - 1] >= Strength.WEAK
    return length if is_begun else 0


def is_lone_letter(naming: Naming, index: int) -> bool:
    """Tell whether a given name is cut to a letter without a full stop: "firmado a popescu"."""
    after = index + 1
    if len(naming.forms[index]) > 1 or not naming.forms[index].isalpha():
        return False
    if after >= len(naming.words) or naming.gap(after) != " " or naming.case(index) == "mixed":
        return False
    return naming.is_surname(after) and naming.strengths[after] >= Strength.FAMILY
