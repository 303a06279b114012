"""Names that are nouns here: the light of a contract, a town that a shop stands in, a kinsman."""

from typing import Final

from pseudonymize.freetext.lexicon import phrase_at, word_set
from pseudonymize.freetext.naming import Naming, Strength

DIGITS: Final = word_set("digits")
_KIN: Final = word_set("kin")
_NOUNS: Final = word_set("noun_names")
_COLOURS: Final = word_set("colours")
_TONES: Final = word_set("tones")
_SHADES: Final = word_set("shades")
_MEASURES: Final = word_set("measures")
_SHIRTS: Final = word_set("shirts")
_BOUGHT: Final = word_set("bought")
_OFFICES: Final = word_set("offices")
_SIGNED_OFF: Final = word_set("signed_off")
_CLOSED_TO_PEOPLE: Final = frozenset({"en", "em", "on", "into", "in", "onto", "via"})
_TITLES: Final = word_set("titles") | word_set("honours")
_STATES: Final = word_set("states")
_AND: Final = frozenset({"y", "e", "o", "ou", "and", "or"})
_OF: Final = frozenset({"de", "del", "do", "da", "of"})
_ARTICLES: Final = frozenset({"el", "la", "los", "las"})
_SUPPLIES: Final = frozenset({"luz", "agua", "gas", "fibra"})
_CLITICS: Final = frozenset({"le", "les", "lo"})
#: The last words of cues that lead to towns as well as to people.
_LEADS: Final = frozenset(
    {"de", "del", "do", "da", "a", "en", "em", "para", "por", "of", "from", "to"}
)


def is_kin_word(naming: Naming, first: int) -> bool:
    """Tell whether whose kin somebody is, and no name, begins here: "aqui é o sobrinho da Ana"."""
    follows = naming.forms[first + 1 : first + 2]
    lower = not naming.words[first].capital
    begins = naming.forms[first] in _KIN and bool(follows) and follows[0] in _OF
    behind = naming.forms[first] in _OF and naming.forms[first - 1] in _KIN
    return lower and (begins or behind)


def is_bare_noun(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a word that is a name too is but a noun: "de la luz", "con luz gratis"."""
    last = end - 1
    noun = naming.forms[first + 1 : first + 2]
    if naming.forms[first] in _ARTICLES and end - first > 2 and naming.forms[first + 2] in _OF:
        lower = not naming.words[first + 1].capital and naming.strengths[first + 1] <= Strength.WEAK
        return lower and noun[0] in naming.lexicon.words
    if naming.forms[first] in _OF and end - first == 2 and not naming.words[last].capital:
        return _is_no_name(naming, last)
    weak = max(naming.strengths[first:end]) <= Strength.WEAK
    if not weak or naming.forms[last] not in naming.lexicon.words:
        return False
    if naming.forms[first] in _ARTICLES | _CLITICS and end - first == 2:
        return not naming.words[last].capital or _is_named_plan(naming, first, end)
    if end - first > 1:
        return naming.strengths[first] == Strength.WEAK and naming.strengths[last] == Strength.WORD
    return naming.forms[first - 1] in {"con", "com"} and _is_qualified(naming, end)


def _is_no_name(naming: Naming, index: int) -> bool:
    return naming.strengths[index] <= Strength.WEAK and naming.forms[index] in naming.lexicon.words


def _is_named_plan(naming: Naming, first: int, end: int) -> bool:
    """Tell whether an offer's name goes on in capitals: "con el Amigo Sin Límite"."""
    small = not naming.words[first].capital
    follows = end < len(naming.words) and naming.gap(end) == " " and naming.words[end].capital
    return small and follows and naming.strengths[end] <= Strength.WORD


def _is_qualified(naming: Naming, index: int) -> bool:
    """Tell whether an ordinary word goes on right behind a noun: "gratis", "natural"."""
    if index >= len(naming.words) or naming.gap(index) != " ":
        return False
    form = naming.forms[index]
    is_plain = naming.strengths[index] == Strength.WORD and not naming.words[index].capital
    return is_plain and form not in naming.lexicon.cues.speaks | naming.lexicon.cues.deeds


def is_supply(naming: Naming, cue: str, first: int, end: int) -> bool:
    """Tell whether what is supplied to a house is meant: "alta de luz", "contrato de luz"."""
    small = not naming.words[first].capital or naming.case(first) == "upper"
    alone = end - first == 1 and small and naming.forms[first] in _SUPPLIES
    return alone and cue.rpartition(" ")[2] in _OF


def is_town_of(naming: Naming, cue: str, first: int, end: int) -> bool:
    """Tell whether a cue leads to a town, and nobody: "el piso de Mieres", "va a Lugo"."""
    if cue.rpartition(" ")[2] not in _LEADS:
        return False
    if phrase_at(naming.lexicon.places, naming.forms, first) != end - first:
        return False
    if end - first > 1:
        return not naming.is_given(first)
    return not naming.is_given(first) and naming.strengths[first] <= Strength.FAMILY


def is_counted(naming: Naming, first: int) -> bool:
    """Tell whether so many of a product are meant: "21 pallets de Doña Petrona", "dos quilmes"."""
    if not first or naming.gap(first) != " ":
        return False
    before = first - 1
    if naming.forms[before] in _TITLES:
        return is_counted(naming, before)
    if naming.forms[before] not in _OF or not before:
        return False
    if naming.forms[before - 1] in _MEASURES:
        return True
    sentence = naming.words[first].sentence
    more = naming.forms[before - 1] in DIGITS or naming.forms[before - 1].isdigit()
    near = range(max(0, before - 12), before - 1)
    return more and any(
        naming.forms[i] in _MEASURES and naming.words[i].sentence == sentence for i in near
    )


def is_fanned(naming: Naming, first: int) -> bool:
    """Tell whether a club's shirt is meant: "camiseta de Santa Fe", "camisa do Vasco"."""
    before = naming.forms[max(0, first - 2) : first]
    return len(before) == 2 and before[0] in _SHIRTS and before[1] in _OF


def is_shop(naming: Naming, index: int) -> bool:
    """Tell whether something is bought, or a program runs, in what "en" leads to."""
    near = naming.forms[max(0, index - 7) : index - 1]
    devices = naming.lexicon.cues.devices
    return not _BOUGHT.isdisjoint(near) or not devices.isdisjoint(near)


def is_colour(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a shade is named: "Azul Marino", "Verde Oliva", "Nokia Blanco"."""
    rest = [i for i in range(first + 1, end + 1) if i < len(naming.words) and naming.gap(i) == " "]
    rest = [i for i in rest if i < end or naming.words[i].capital]
    if naming.forms[first] in _TONES:
        person = rest and naming.is_given(first) and naming.is_surname(rest[-1])
        known = _SHADES if person else naming.lexicon.words
        return bool(rest) and all(naming.forms[i] in known for i in rest)
    if naming.case(first) != "mixed" or end - first > 2:
        return False
    if first and naming.forms[first - 1] in _COLOURS and naming.gap(first) == " ":
        return end - first == 1
    last = naming.forms[rest[-1]] if rest else ""
    if end - first == 1 and last in _TONES:
        return True
    given = naming.is_given(first) or naming.is_surname(first) or naming.is_initial(first)
    return end - first == 2 and last in _COLOURS and not given


def is_plain_opening(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a noun opens a sentence: "Dolores de cabeza", "Mercedes compatible"."""
    if end - first > 1 or naming.forms[first] not in _NOUNS or end >= len(naming.words):
        return False
    if naming.gap(end) != " " or naming.words[end].capital:
        return False
    after = naming.forms[end]
    if after in _OF:
        return _is_plain(naming, end + 1)
    frequent = naming.lexicon.frequent
    if after in _AND:
        return _is_plain(naming, end + 1) and naming.forms[end + 1] not in frequent
    return naming.opens_sentence(first) and _is_plain(naming, end) and after not in frequent


def _is_plain(naming: Naming, index: int) -> bool:
    """Tell whether an ordinary small word stands here, and no verb of people."""
    if index >= len(naming.words) or naming.words[index].capital:
        return False
    form = naming.forms[index]
    cues = naming.lexicon.cues
    acts = form in cues.speaks or form in cues.deeds or form in cues.after or form in _OFFICES
    named = naming.is_given(index) or phrase_at(naming.lexicon.places, naming.forms, index) > 0
    return form in naming.lexicon.words and not acts and not named


def is_elsewhere(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a preposition that no person follows stands before: "error on Atlas"."""
    if not first or end - first > 1 or naming.gap(first) != " ":
        return False
    if naming.case(first) == "lower":
        return False
    return naming.forms[first - 1] in _CLOSED_TO_PEOPLE


def is_office(naming: Naming, cue: str, first: int, end: int) -> bool:
    """Tell whether a department signs: "Atentamente, Tesorería", "Regards, Billing Department"."""
    english = naming.reading.language == "en" and naming.forms[end - 1] in _OFFICES
    if naming.forms[first] in _OFFICES or english:
        return not any(s == Strength.GIVEN for s in naming.strengths[first:end])
    only_words = max(naming.strengths[first:end]) <= Strength.WORD
    return only_words and not _SIGNED_OFF.isdisjoint(cue.split())


def is_noun(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a shade, a product or a plain noun is meant by what could be a name."""
    office = end - first == 1 and naming.forms[first] in _OFFICES
    return (
        office
        or is_colour(naming, first, end)
        or is_counted(naming, first)
        or is_fanned(naming, first)
        or is_plain_opening(naming, first, end)
        or _goes_on_as_product(naming, first, end)
    )


def is_state(naming: Naming, index: int) -> bool:
    """Tell whether a lower-case word says how things stand, and not where: "en mora"."""
    before = naming.forms[index - 1] if index else ""
    lower = not naming.words[index].capital or naming.case(index) == "upper"
    return lower and before in _CLOSED_TO_PEOPLE and naming.forms[index] in _STATES


def is_shade(naming: Naming, index: int) -> bool:
    """Tell whether a town's name is a colour here: "Azul Marinho"."""
    after = index + 1
    if naming.forms[index] not in _TONES or after >= len(naming.words) or naming.gap(after) != " ":
        return False
    return naming.words[after].capital and naming.forms[after] in naming.lexicon.words


def is_branch_of(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a firm stands behind "del", and nobody: "el cajero del santander"."""
    if naming.forms[first] not in {"del", "do"} or end - first > 2:
        return False
    firm = naming.forms[first + 1]
    return (firm,) in naming.lexicon.brands.known


def _goes_on_as_product(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a thing's name goes on: "a Summer Breeze diffuser", "con Luz Gratis"."""
    if end - first > 1 or end >= len(naming.words) or naming.gap(end) != " ":
        return False
    if not naming.words[end].capital or naming.case(first) != "mixed":
        return False
    article = first > 0 and naming.forms[first - 1] in {"a", "an"}
    counted = article and naming.reading.language == "en"
    plain = naming.forms[first] in _NOUNS and naming.strengths[end] == Strength.WORD
    return (counted or plain) and naming.forms[end] in naming.lexicon.words
