"""From town to town: what stands at both ends of a way is a place, whatever else it may mean."""

from typing import Final

from pseudonymize.freetext.lexicon import phrase_at, word_set
from pseudonymize.freetext.naming import Naming, Strength

_TOWARDS: Final = frozenset({"to", "a", "hacia", "para", "hasta", "ate", "rumo"})
_FROM: Final = frozenset({"de", "do", "da", "desde", "from"})
_MOVES: Final = word_set("moves")
_BEFORE: Final = 6
_PARCELS: Final = word_set("parcels")
_SENT_BACK: Final = word_set("sent_back")
_LEAST_SENT: Final = 3


def is_route(naming: Naming, index: int, length: int) -> bool:
    """Tell whether one leads from town to town: "Tulsa to Tampa", "vuelo de Victoria a Rosario"."""
    after, before = index + length, index - 1
    if after + 1 < len(naming.words) and naming.forms[after] in _TOWARDS:
        moved = _is_moved(naming, index)
        return _is_stop(naming, index, moved) and _is_stop(naming, after + 1, moved)
    if before <= 0 or naming.forms[before] not in _TOWARDS:
        return False
    start = _stop_before(naming, before)
    moved = _is_moved(naming, start)
    return _is_stop(naming, index, moved) and _is_stop(naming, start, moved)


def is_sent_back(naming: Naming, index: int) -> bool:
    """Tell whether a parcel went to a town: "la encomienda 1z9 la devolvieron a Montería"."""
    if index < _LEAST_SENT or naming.forms[index - 1] not in _TOWARDS:
        return False
    if naming.forms[index - 2] not in _SENT_BACK or naming.strengths[index] == Strength.GIVEN:
        return False
    return not _PARCELS.isdisjoint(naming.forms[max(0, index - 2 * _BEFORE) : index - 1])


def _is_moved(naming: Naming, index: int) -> bool:
    """Tell whether somebody or something leaves from here: "moving from Orange to Eugene"."""
    if index < 1 or naming.forms[index - 1] not in _FROM:
        return False
    return not _MOVES.isdisjoint(naming.forms[max(0, index - _BEFORE) : index - 1])


def _stop_before(naming: Naming, end: int) -> int:
    """Return where the town begins that ends before the word at `end`."""
    for start in range(max(0, end - 4), end):
        if phrase_at(naming.lexicon.places, naming.forms, start) == end - start:
            return start
    return end - 1


def _is_stop(naming: Naming, index: int, moved: bool) -> bool:
    """Tell whether a town begins here that is written as one, and no ordinary word or name."""
    length = phrase_at(naming.lexicon.places, naming.forms, index)
    if not length or (naming.case(index) == "mixed" and not naming.words[index].capital):
        return False
    if moved or length > 1:
        return True
    if naming.strengths[index] == Strength.GIVEN:
        return False
    return naming.case(index) == "mixed" or naming.forms[index] not in naming.lexicon.words
