"""Products that are called like a person: "juego de living Olivia B0869XQ36", "sandalia Paola"."""

from typing import Final

import regex

from pseudonymize.freetext.evidence import is_thing
from pseudonymize.freetext.lexicon import LOCAL, word_set
from pseudonymize.freetext.naming import Naming

#: Codes of a catalogue. Documents of people have other forms: "X1234567L", "AB123456".
_CODE: Final = regex.compile(
    r",?\s(?:b0\d{2,4}[a-z]{2}\d{2,4}|[a-z]{2}\s\d{3}/\d{2}|[a-z]{2}\d{4}-[a-z]"
    r"|(?:sku|ref|mod|art)\b[ .:-]{0,2}[a-z]{0,3}\d[\w-]*)(?![\w/])"
)
_STOCK: Final = regex.compile(
    r",?\s(?:\w+\s){0,2}(?:sin stock|sem estoque|out of stock|back in stock|in stock)(?!\w)"
)
_CODE_LENGTH: Final = 24
_STOCK_LENGTH: Final = 40
#: The size of clothes: "las botas Martina del 38", "o vestido Bruna no M".
_SIZE: Final = regex.compile(
    r",?\s(?:(?:en|del?|da|do|no|na|in)\s)?(?:la\s)?"
    r"(?:(?:talla|talle|tamano|tamanho|size)\s(?:\d{1,2}|[a-z]{1,3})(?!\w)|(?<=\sdel?\s)[34]\d(?![\d.,/-])"
    r"|(?<=\sno\s)(?:pp|p|m|g|gg)(?!\w))"
)
_SIZE_LENGTH: Final = 20
_MONEY: Final = regex.compile(r"[$€£]")
_SALES: Final = word_set("sales")
_HAIR: Final = word_set("hair")
_HAIR_KINDS: Final = word_set("hair_kinds")
_OF: Final = frozenset({"de", "del", "do", "da", "para", "y", "e"})
_BEFORE_PRODUCTS: Final = frozenset({"our", "a", "an", "this", "that", "these", "those"})
#: Papers of a purchase that are called like a family.
_SLIPS: Final = frozenset({"tique", "tiques"})
#: How many words may stand between the product's noun and its name.
_BETWEEN: Final = 3


def is_product(naming: Naming, first: int, end: int) -> bool:
    """Tell whether what no cue announces is called so as a product of a catalogue."""
    if _is_headed(naming, first, end) or _is_before_noun(naming, first, end):
        return True
    if _follows(naming, end, _SIZE, _SIZE_LENGTH):
        return end - first == 1 or is_thing(naming, naming.forms[first])
    if end - first > 1:
        return False
    if naming.forms[first] in _SLIPS and _is_numbered(naming, end):
        return True
    return _is_coded(naming, end) or _is_in_stock(naming, end) or _is_of_noun(naming, first)


def is_hair(naming: Naming, first: int, end: int) -> bool:
    """Tell whether hair or skin is spoken of: "champú para cabello moreno"."""
    if not naming.words[first].capital and naming.forms[first] in _HAIR:
        return end - first > 1 and naming.forms[first + 1] in _HAIR_KINDS
    before = naming.forms[first - 1] if first else ""
    is_kind = naming.forms[first] in _HAIR_KINDS and not naming.words[first].capital
    return before in _HAIR and is_kind and end - first == 1


def _is_headed(naming: Naming, first: int, end: int) -> bool:
    """Tell whether the noun of a product was taken for its first name: "Sandalia Paola"."""
    if end - first != 2 or naming.gap(first + 1) != " ":
        return False
    form = naming.forms[first]
    if form not in naming.lexicon.cues.things and form not in naming.lexicon.cues.devices:
        return False
    if _is_coded(naming, end):
        return True
    return not naming.lexicon.names.get(form, 0) & LOCAL and naming.is_given(first + 1)


def _is_before_noun(naming: Naming, first: int, end: int) -> bool:
    """Tell whether an English product's noun comes last: "our Abigail wall mirror"."""
    if naming.reading.language != "en" or end >= len(naming.words):
        return False
    if end - first == 2:
        word = naming.forms[first + 1]
        plain = word in naming.lexicon.words and not naming.lexicon.names.get(word, 0)
        return plain and naming.gap(end) == " " and is_thing(naming, naming.forms[end])
    if end - first > 2 or not first or naming.forms[first - 1] not in _BEFORE_PRODUCTS:
        return False
    for at in range(end, min(end + _BETWEEN, len(naming.words))):
        if naming.gap(at) != " " or is_thing(naming, naming.forms[at]):
            return naming.gap(at) == " "
        if not _is_plain(naming, at):
            return False
    return False


def _is_coded(naming: Naming, end: int) -> bool:
    """Tell whether the code of a catalogue follows: "Amelia XR3301-B"."""
    return _follows(naming, end, _CODE, _CODE_LENGTH)


def _is_numbered(naming: Naming, index: int) -> bool:
    """Tell whether a number follows, letters before it perhaps: "tique a569214291"."""
    following = naming.forms[index : index + 1]
    return bool(following) and any(map(str.isdigit, following[0]))


def _is_in_stock(naming: Naming, end: int) -> bool:
    return _follows(naming, end, _STOCK, _STOCK_LENGTH)


def _follows(naming: Naming, end: int, pattern: "regex.Pattern[str]", length: int) -> bool:
    after = naming.words[end - 1].end
    return pattern.match(naming.reading.folded[after : after + length]) is not None


def _is_of_noun(naming: Naming, first: int) -> bool:
    """Tell whether a described thing is sold under a name: "butaca de lectura Noelia"."""
    if not first or not naming.is_given(first) or naming.forms[first - 1] in _OF:
        return False
    at = first
    while at and first - at <= _BETWEEN and naming.gap(at) == " ":
        at -= 1
        if is_thing(naming, naming.forms[at]):
            return _is_sold(naming, first)
        if not _is_plain(naming, at):
            return False
    return False


def _is_plain(naming: Naming, index: int) -> bool:
    """Tell whether a word may describe a thing: no verb of people, no cue, no capital."""
    form, cues = naming.forms[index], naming.lexicon.cues
    if naming.words[index].capital or not form.isalpha():
        return False
    acts = form in cues.after or form in cues.speaks or form in cues.deeds
    return form in _OF or not (acts or form in cues.sure.lengths or form in naming.lexicon.frequent)


def _is_sold(naming: Naming, first: int) -> bool:
    """Tell whether a sentence tells of size, price, stock, delivery or a defect."""
    sentence = naming.words[first].sentence
    words = [word for word in naming.words if word.sentence == sentence]
    if any(word.form in _SALES for word in words):
        return True
    return _MONEY.search(naming.reading.folded, words[0].start, words[-1].end) is not None
