"""What is sold, shown or swapped under a name: a show's star, another make, a thing of a firm."""

from typing import Final

from pseudonymize.freetext.lexicon import word_set
from pseudonymize.freetext.naming import Naming, Strength

_OF: Final = frozenset({"de", "del", "do", "da", "dos", "das", "of", "for", "para", "by"})
_ARTICLES: Final = frozenset({"el", "la", "los", "las", "o", "a"})
_ALSO: Final = frozenset({"y", "e", "ni", "no", "o", "nem", "que", ","})
_FOR: Final = frozenset({"por", "pelo", "pela", "for", "com", "con", "with"})
_SHOWS: Final = word_set("shows")
_TICKETS: Final = word_set("tickets")
_PERFORMED: Final = _SHOWS | _TICKETS
_SEATS: Final = word_set("seats")
_SUBSCRIBED: Final = word_set("subscribed")
_SWAPS: Final = word_set("swaps")
_NEAR: Final = 10


def is_performer(naming: Naming, first: int, end: int) -> bool:
    """Tell whether somebody on a stage is meant: "el concierto de …", "boletos de …, fila 3"."""
    before = naming.forms[max(0, first - 2) : first]
    if len(before) == 2 and before[1] in _OF:
        if before[0] in _SHOWS:
            return True
        if before[0] in _TICKETS and _is_seated(naming, first):
            return True
    behind = naming.forms[end : end + 1]
    stage = bool(behind) and behind[0] in _SHOWS and naming.forms[end - 1] != "no"
    return stage and naming.reading.language == "en"


def _is_seated(naming: Naming, index: int) -> bool:
    sentence = naming.words[index].sentence
    near = range(max(0, index - _NEAR), min(len(naming.words), index + _NEAR))
    here = (i for i in near if naming.words[i].sentence == sentence)
    return any(naming.forms[i] in _SEATS for i in here)


def is_swapped(naming: Naming, first: int, end: int) -> bool:
    """Tell whether one make is given for another: "trocar o tênis pelo Mizuno"."""
    if end - first > 1 or not first or naming.forms[first - 1] not in _FOR:
        return False
    if naming.is_given(first) or not naming.words[first].capital:
        return False
    return not _SWAPS.isdisjoint(naming.forms[max(0, first - _NEAR) : first - 1])


def is_foreign_owner(naming: Naming, end: int) -> bool:
    """Tell whether "'s" ends a name in a language that has none: "no pedido da Bob's"."""
    return naming.reading.language != "en" and naming.forms[end - 1].endswith(("'s", "’s"))


def is_other_of_kind(naming: Naming, first: int, end: int) -> bool:
    """Tell whether one more of a kind is meant: "la sucursal Mayor y la de Serrano"."""
    if first < 3 or naming.forms[first - 1] not in _OF:
        return False
    if end - first > 1 and naming.forms[first + 1] not in _OF:
        return False
    if naming.forms[first - 2] not in _ARTICLES or naming.forms[first - 3] not in _ALSO:
        return False
    shown = not _PERFORMED.isdisjoint(naming.forms[max(0, first - _NEAR) : first - 3])
    return shown or not naming.is_given(first)


def is_thing_of_firm(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a thing comes from what no list holds: "assinatura do Globoplay"."""
    if end - first > 1 or first < 2 or naming.strengths[first] != Strength.UNKNOWN:
        return False
    thing = naming.forms[first - 2]
    known = thing in _SUBSCRIBED or thing in naming.lexicon.cues.foods
    return known and naming.forms[first - 1] in _OF and naming.words[first].capital


def is_offered(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a make, a firm or one more of a kind is meant, and nobody."""
    return (
        is_swapped(naming, first, end)
        or is_foreign_owner(naming, end)
        or is_other_of_kind(naming, first, end)
        or is_thing_of_firm(naming, first, end)
    )
