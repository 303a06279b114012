"""What is called like a person or a town and is neither, told by how it stands in its clause."""

from typing import Final

import regex

from pseudonymize.freetext.evidence import is_thing
from pseudonymize.freetext.labels import ALL as LABELS
from pseudonymize.freetext.lexicon import LOCAL, sectors, word_set
from pseudonymize.freetext.naming import MONTHS, Naming, Strength

#: In Portuguese "dos" is no number, and stands before family names.
_ONE_OF_MANY: Final = {
    "es": frozenset({"un", "una", "unos", "unas", "dos", "tres", "cuatro", "cinco", "seis"}),
    "pt": frozenset(
        {"um", "uma", "uns", "umas", "dois", "duas", "tres", "quatro", "cinco", "seis"}
    ),
    "en": frozenset[str](),
}
_HEADS: Final = frozenset({"don", "dona", "san", "santa", "x"})
_LETTERS: Final = frozenset({"x", "t", "e", "i"})
_IS: Final = frozenset({"es", "son", "era", "sera", "fue", "e", "sao", "foi", "is", "was", "are"})
_ARTICLES: Final = frozenset(
    {"el", "la", "los", "las", "un", "una", "o", "a", "os", "um", "uma", "the", "an"}
)
_OF: Final = frozenset({"de", "del", "do", "da", "dos", "das", "of"})
_IN: Final = frozenset({"en", "a", "al", "na", "no", "as", "at", "in", "por", "pela", "solemne"})
_WITH: Final = frozenset({"con", "com", "with", "sin", "sem", "without"})
_JOINS: Final = _OF | frozenset({"y", "e", "and", "la", "el", "otros", "tantos", "outros", "more"})
_NUMBERS: Final = word_set("digits")
_COPIES: Final = word_set("copies")
_WORKS: Final = word_set("works")
_MAKES: Final = word_set("makes")
_MODELS: Final = frozenset(sectors()["vehicles"]["called"].split())
_OWNED: Final = word_set("owned")
_HOLY_PLACES: Final = word_set("holy_places")
_FAMILY_WORDS: Final = word_set("family_words")
_HOURS: Final = word_set("hours_of_prayer")
_SAINTS: Final = frozenset({"san", "santa", "santo", "sao", "st", "todos"})
_HONOURS: Final = word_set("honours")
_BED_SIZES: Final = word_set("bed_sizes")
_BEDS: Final = word_set("beds")
_NAMED_THINGS: Final = word_set("named_things")
_CALLED_OFF: Final = word_set("called_off")
_ONWARD: Final = word_set("onward")
_RENAMED: Final = frozenset({"llamarse", "chamarse", "renamed", "denominarse", "rebautizada"})
_OWNS: Final = regex.compile(r"['’]s$")
#: Forms of verbs that no list holds, behind a word of being: "está descatalogado".
_PARTICIPLE: Final = regex.compile(r"\w{4,}(?:ad|id)[oa]s?")
_BEING: Final = frozenset({"esta", "estan", "estao", "estaba", "estava", "era", "es", "fue", "foi"})
_NEAR: Final = 8
_ADJECTIVES: Final = word_set("adjectives")
_CLAUSE: Final = 14
_CAPITALS: Final = 4


def is_namesake(naming: Naming, first: int, end: int) -> bool:
    """Tell whether what no cue announces is a dish, a book, a car, a shop, a room or a service."""
    return (
        is_one_of_many(naming, first, end)
        or _is_shop_of(naming, first, end)
        or _is_joined_to_letter(naming, first)
        or _is_named_room(naming, first, end)
        or _is_car(naming, first, end)
        or _is_said_to_be_thing(naming, end)
        or _is_prayer(naming, first, end)
        or _is_joined_to_thing(naming, first, end)
        or _is_way(naming, first, end)
        or _is_bed(naming, first, end)
        or is_copied(naming, first)
        or is_month_ahead(naming, first)
        or is_flavour(naming, first)
        or (first > 0 and is_renamed(naming, naming.forms[first - 1], first))
        or (first > 0 and naming.forms[first - 1] in _HONOURS and is_titled_dish(naming, first))
    )


def is_one_of_many(naming: Naming, first: int, end: int) -> bool:
    """Tell whether an article or a count makes it a thing: "un Don Pedro", "dois Bauru"."""
    at = first
    while at and naming.forms[at - 1] in _HEADS:
        at -= 1
    if not at or end - first > 1 or naming.gap(at) != " ":
        return False
    counts = _ONE_OF_MANY[naming.reading.language]
    if naming.forms[at - 1] not in counts or not naming.words[first].capital:
        return False
    small = not naming.words[at - 1].capital or naming.opens_sentence(at - 1)
    return naming.case(first) == "mixed" and small


def _is_shop_of(naming: Naming, first: int, end: int) -> bool:
    """Tell whether what somebody owns is written as a name: "Laura's Cakes", "Angel's Share"."""
    if end >= len(naming.words) or not _OWNS.search(naming.forms[end - 1]):
        return False
    if naming.gap(end) != " " or naming.case(first) != "mixed" or end - first > 1:
        return False
    after = naming.forms[end]
    foreign = naming.reading.language != "en"
    plain = (foreign or after in naming.lexicon.words) and after not in _OWNED | LABELS
    return plain and naming.words[end].capital and not naming.is_given(end)


def _is_joined_to_letter(naming: Naming, first: int) -> bool:
    """Tell whether a letter is joined to it, as dishes and models have it: "X-Maria"."""
    return first > 0 and naming.gap(first) == "-" and naming.forms[first - 1] in _LETTERS


def _is_named_room(naming: Naming, first: int, end: int) -> bool:
    """Tell whether an English article stands before, a thing at the end: "the Roosevelt Room"."""
    if naming.reading.language != "en" or not first or naming.forms[first - 1] != "the":
        return False
    last = end - 1
    follows = end < len(naming.words) and naming.gap(end) == " " and naming.words[end].capital
    last = end if follows else last
    return last > first and is_thing(naming, naming.forms[last])


def _is_car(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a maker stands before a model: "Chevrolet Spark", "Lincoln Navigator"."""
    before = naming.forms[first - 1] if first else ""
    only_maker = before in _MAKES and not naming.lexicon.names.get(before, 0) & LOCAL
    if only_maker and end - first == 1 and naming.gap(first) == " ":
        return naming.words[first].capital and before not in naming.lexicon.words
    if naming.forms[first] not in _MAKES:
        return bool(first) and naming.forms[first - 1] in _MAKES and _is_model_name(naming, first)
    return end - first == 2 and _is_model_name(naming, first + 1)


def _is_model_name(naming: Naming, index: int) -> bool:
    if naming.forms[index] in _MODELS and naming.gap(index) == " ":
        return True
    listed = naming.lexicon.names.get(naming.forms[index], 0) & LOCAL
    return naming.gap(index) == " " and naming.strengths[index] <= Strength.WEAK and not listed


def _is_said_to_be_thing(naming: Naming, end: int) -> bool:
    """Tell whether the clause says that it is a thing: "Dino Rex es el show contratado"."""
    following = naming.forms[end : end + 3]
    if len(following) < 3 or following[0] not in _IS or following[1] not in _ARTICLES:
        return False
    return naming.gap(end) == " " and (following[2] in _WORKS or is_thing(naming, following[2]))


def _is_joined_to_thing(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a thing's name goes on through "y": "aula Ramón y Cajal"."""
    if first < 3 or end - first > 1 or naming.forms[first - 1] not in {"y", "e", "and"}:
        return False
    plain = naming.gap(first - 1) == naming.gap(first - 2) == " "
    return plain and naming.words[first - 2].capital and is_thing(naming, naming.forms[first - 3])


def _is_way(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a word for a way ends a name that is none: "closes Main Street at noon"."""
    alone = end - first == 1 and naming.forms[first] in _FAMILY_WORDS
    return alone and first > 0 and naming.words[first - 1].capital and naming.gap(first) == " "


def _is_bed(naming: Naming, first: int, end: int) -> bool:
    """Tell whether the size of a bed is meant: "pedimos king size", "una cama queen"."""
    if naming.forms[first] not in _BED_SIZES or end - first > 2:
        return False
    beside = (*naming.forms[max(0, first - 1) : first], *naming.forms[first + 1 : first + 2])
    return not _BEDS.isdisjoint(beside)


def _is_prayer(naming: Naming, first: int, end: int) -> bool:
    """Tell whether people pray here, and nobody is called so: "Rosario en la capilla"."""
    if end - first > 1 or naming.forms[first] not in _HOURS or end >= len(naming.words):
        return False
    if naming.forms[end] not in _IN:
        return False
    sentence = naming.words[first].sentence
    near = range(max(0, first - _NEAR), min(len(naming.words), end + _NEAR))
    here = (i for i in near if naming.words[i].sentence == sentence)
    return any(naming.forms[i] in _HOLY_PLACES for i in here)


def is_copied(naming: Naming, first: int) -> bool:
    """Tell whether copies of a work are counted: "20 copies of Jane Eyre and Huckleberry Finn"."""
    lower = not naming.words[first].capital
    for at in range(first - 1, max(0, first - _CLAUSE), -1):
        if naming.forms[at] in _COPIES:
            number = naming.forms[at - 1]
            return naming.forms[at + 1] in _OF and (number.isdigit() or number in _NUMBERS)
        joins = lower or naming.words[at].capital or naming.forms[at] in _JOINS
        if not joins or naming.gap(at + 1) != " ":
            return False
    return False


def is_day_off(naming: Naming, first: int) -> bool:
    """Tell whether a saint's day is why something is closed: "sin clases por San Isidro"."""
    if not first or naming.forms[first] not in _SAINTS:
        return False
    if naming.forms[first - 1] not in {"por", "pelo", "for"}:
        return False
    sentence = naming.words[first].sentence
    near = range(max(0, first - _CLAUSE), min(len(naming.words), first + _CLAUSE))
    here = (i for i in near if naming.words[i].sentence == sentence)
    return any(naming.forms[i] in _CALLED_OFF for i in here)


def is_served(naming: Naming, cue: str, first: int) -> bool:
    """Tell whether "con" leads to one more thing to eat: "uno con mojarra", in lower case."""
    if cue not in _WITH or naming.words[first].capital or naming.is_given(first):
        return False
    foods = naming.lexicon.cues.foods
    return not foods.isdisjoint(naming.forms[max(0, first - _NEAR) : first])


def is_flavour(naming: Naming, first: int) -> bool:
    """Tell whether what is eaten is made of it: "limonada de coco", in small letters."""
    foods = naming.lexicon.cues.foods
    if first < 2 or naming.words[first].capital or naming.forms[first - 1] not in _OF:
        return False
    return naming.forms[first] in foods and naming.forms[first - 2] in foods


def is_titled_dish(naming: Naming, first: int) -> bool:
    """Tell whether a title is a part of what is eaten: "Doña Lechona Tolimense"."""
    is_name = naming.lexicon.names.get(naming.forms[first], 0) & LOCAL
    return naming.forms[first] in naming.lexicon.cues.foods and not is_name


def is_renamed(naming: Naming, cue: str, first: int) -> bool:
    """Tell whether a thing gets another name: "la tarifa Estrella pasa a llamarse Paloma"."""
    if cue.rpartition(" ")[2] not in _RENAMED:
        return False
    clause = naming.forms[max(0, first - _NEAR) : first - 1]
    return any(form in _NAMED_THINGS or is_thing(naming, form) for form in clause)


def is_in_state(naming: Naming, cue: str, first: int) -> bool:
    """Tell whether a thing is in some state, and nobody is there: "está descatalogado"."""
    if cue.rpartition(" ")[2] not in _BEING or naming.words[first].capital:
        return False
    if naming.forms[first] in _ADJECTIVES:
        return True
    unknown = naming.strengths[first] <= Strength.UNKNOWN
    return unknown and _PARTICIPLE.fullmatch(naming.forms[first]) is not None


def is_month_ahead(naming: Naming, index: int) -> bool:
    """Tell whether something is moved or carried to a month: "credits carry over to April"."""
    if naming.forms[index] not in MONTHS or index < 2 or naming.gap(index) != " ":
        return False
    if naming.reading.language != "en" and naming.words[index].capital:
        return False
    leads = naming.forms[index - 1] in {"to", "into", "a", "para", "hasta", "ate", "till", "until"}
    before = naming.forms[max(0, index - _CAPITALS) : index - 1]
    return leads and not _ONWARD.isdisjoint(before)


def is_dish_in(naming: Naming, index: int) -> bool:
    """Tell whether "en" or "a la" says how a dish is made: "Chiles en Nogada"."""
    return index > 1 and is_thing(naming, naming.forms[index - 2])


def is_in_style(naming: Naming, index: int) -> bool:
    """Tell whether a dish is made as somewhere: "tres milanesas a la Maryland"."""
    if index < 3 or naming.forms[index - 2 : index] not in {("a", "la"), ("a", "lo")}:
        return False
    return naming.forms[index - 3] in naming.lexicon.cues.foods
