"""How a name goes on through "de la", "von", "e" and the like, and where it does not."""

from typing import Final

from pseudonymize.freetext.lexicon import LOCAL, phrase_at
from pseudonymize.freetext.naming import PARTICLES, Naming, Strength

_ARTICLES: Final = frozenset({"la", "el", "las", "los"})
_AND: Final = frozenset({"y", "e", "i", "and"})
_MOST: Final = 3


def past_particles(naming: Naming, first: int, index: int) -> int:
    """Return the next word that is not "de la", 0 if the name cannot go on through it."""
    if _is_noble_in_print(naming, index):
        return _next_name(naming, index)
    if index > first and _is_joined_by_e(naming, index):
        return index + 1
    if _ends_in_town(naming, first, index):
        return 0
    after = _past(naming, index)
    if not after or (index > first and _is_noble(naming, first, after)):
        return after
    return after if _may_follow(naming, first, after, opens=index == first) else 0


def _ends_in_town(naming: Naming, first: int, index: int) -> bool:
    """Tell whether the name is over, and "de" says where somebody is from."""
    if index > first and _is_from_town(naming, first, index):
        return True
    if naming.forms[index] not in {"de", "d"} or not _is_from_place(naming, index + 1):
        return False
    if index > first and _is_family_with_article(naming, index + 1):
        return False
    is_family = index > first and naming.is_surname(index + 1)
    return not is_family or naming.strengths[index + 1] < Strength.WEAK


def _is_family_with_article(naming: Naming, index: int) -> bool:
    """Tell whether two family names begin with an article: "Pau de las Heras Rubio"."""
    last = index + 2
    if naming.forms[index] not in _ARTICLES or last >= len(naming.words):
        return False
    plain = naming.gap(last) == " " and naming.words[last].capital == naming.words[last - 1].capital
    both = naming.is_surname(last - 1) and naming.is_surname(last)
    return plain and both and naming.strengths[last] >= Strength.WEAK


def _past(naming: Naming, index: int) -> int:
    """Return the word behind up to three particles, 0 if they are none of a name."""
    last = min(index + _MOST, len(naming.words))
    while index < last and naming.forms[index] in PARTICLES:
        if naming.forms[index] in _ARTICLES and naming.forms[index + 1 : index + 2] == ("de",):
            return 0  # "felicidad, la de Lugo"
        if naming.forms[index] in _AND and not _are_two_surnames(naming, index):
            return 0
        index += 1
        if index >= len(naming.words) or naming.gap(index) != " ":
            return 0
    return index


def _may_follow(naming: Naming, first: int, index: int, *, opens: bool) -> bool:
    """Tell whether a word behind particles is listed, or written, as a part of the name."""
    strength = naming.strengths[index]
    if naming.case(index) != "mixed":
        if not opens and naming.forms[index - 1] == "el" and strength == Strength.GIVEN:
            return False  # "no es nerea, el nerea ese"
        return strength >= (Strength.WEAK if naming.is_surname(index) else Strength.FAMILY)
    if not naming.words[index].capital:
        return False
    frequent = naming.strengths[index - 1] == Strength.NEVER and not naming.opens_sentence(index)
    if not opens and frequent and Strength.GIVEN in naming.strengths[first : index - 1]:
        return True  # "Maria das Graças"
    is_part = naming.words[index - 1].capital  # "El Mourabit" as against "el Mercado"
    return strength >= (Strength.UNKNOWN if is_part or not opens else Strength.WEAK)


def _is_noble(naming: Naming, first: int, index: int) -> bool:
    """Tell whether "del olmo" or "de las heras" belongs to the given name before it."""
    if naming.forms[index - 1] in _AND or Strength.GIVEN not in naming.strengths[first:index]:
        return False
    if naming.words[index].capital != naming.words[first].capital:
        return False
    is_local = naming.lexicon.names.get(naming.forms[index], 0) & LOCAL
    return (
        bool(is_local)
        and naming.is_surname(index)
        and naming.forms[index - 1] not in {"de", "a", "la"}
    )


def _is_from_place(naming: Naming, index: int) -> bool:
    """Tell whether "de" says where somebody is from: "paciente de Cuenca", not "de las Heras"."""
    if naming.forms[index : index + 1] and naming.forms[index] in _ARTICLES:
        after = index + 1
        family = after < len(naming.words) and naming.is_surname(after)
        if family and naming.words[index].capital != naming.words[after].capital:
            return False
    return index < len(naming.words) and phrase_at(naming.lexicon.places, naming.forms, index) > 0


def _are_two_surnames(naming: Naming, index: int) -> bool:
    """Tell whether "y" joins the parts of one name: "Ortega y Gasset", not "Ana y Carmen"."""
    after = index + 1
    return (
        naming.is_surname(index - 1)
        and after < len(naming.words)
        and naming.is_surname(after)
        and not naming.is_given(after)
        and naming.strengths[index - 1] != Strength.GIVEN
    )


def _next_name(naming: Naming, index: int) -> int:
    """Return the next word that is no particle, 0 if the text ends before one."""
    while index < len(naming.words) and naming.forms[index] in PARTICLES:
        index += 1
    return index if index < len(naming.words) else 0


def _is_noble_in_print(naming: Naming, index: int) -> bool:
    """Tell whether a particle has a capital inside a sentence: "Pastora De la Espriella"."""
    word = naming.words[index]
    last = _next_name(naming, index)
    if not word.capital or len(word.form) < 2 or naming.opens_sentence(index) or not last:
        return False
    if naming.case(index) != "mixed" or naming.reading.text[word.start : word.end].isupper():
        return False
    plain = all(naming.gap(i) == " " for i in range(index + 1, last + 1))
    return plain and naming.words[last].capital and naming.strengths[last] >= Strength.UNKNOWN


def _is_joined_by_e(naming: Naming, index: int) -> bool:
    """Tell whether a Portuguese "e" is a part of the name: "Dalva e Silva", "Costa e Souza"."""
    after = index + 1
    if naming.reading.language != "pt" or naming.forms[index] != "e" or after >= len(naming.words):
        return False
    if naming.gap(index) != " " or naming.gap(after) != " " or naming.is_given(after):
        return False
    if naming.words[after].capital != naming.words[index - 1].capital:
        return False
    return naming.is_surname(after) and naming.strengths[after] >= Strength.FAMILY


def _is_from_town(naming: Naming, first: int, index: int) -> bool:
    """Tell whether "de" says where somebody with one name is from: "soy Concepción de Oaxaca"."""
    if naming.forms[index] not in {"de", "do", "da"} or index - first > 2:
        return False
    length = (
        phrase_at(naming.lexicon.places, naming.forms, index + 1)
        if index + 1 < len(naming.forms)
        else 0
    )
    if not length or not all(naming.is_given(i) for i in range(first, index)):
        return False
    after = index + 1 + length
    strong = after < len(naming.words) and naming.strengths[after] >= Strength.FAMILY
    goes_on = (
        after < len(naming.words)
        and naming.gap(after) == " "
        and naming.words[after].capital == naming.words[first].capital
        and (strong or _is_family_with_article(naming, index + 1))
    )
    return not goes_on
