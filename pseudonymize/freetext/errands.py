"""Who comes for something, said behind verb and place: "retira por sucursal Ana Gil"."""

from typing import Final

from pseudonymize.freetext.lexicon import phrase_at, word_set
from pseudonymize.freetext.naming import Naming, Strength

#: Where things are fetched.
COUNTERS: Final = word_set("counters")
_FETCHES: Final = word_set("fetches")
_AT: Final = frozenset(
    {"por", "en", "na", "no", "em", "in", "at", "from", "pela", "pelo", "del", "al", "ao"}
)
_ARTICLES: Final = frozenset({"el", "la", "a", "o", "the", "su", "our", "esta", "nuestra"})
_BEFORE: Final = 4
_GAPS: Final = frozenset({" ", ": ", ", ", " - "})


def fetcher(naming: Naming, index: int) -> int:
    """Return where the name begins of who fetches something at the place at `index`, or 0."""
    after = index + 1
    if after >= len(naming.words) or naming.gap(after) not in _GAPS:
        return 0
    at = index - 1
    while at > 0 and naming.forms[at] in _ARTICLES:
        at -= 1
    if at < 1 or naming.forms[at] not in _AT:
        return 0
    if _FETCHES.isdisjoint(naming.forms[max(0, at - _BEFORE) : at]):
        return 0
    return after if _is_name(naming, after) else 0


def _is_name(naming: Naming, first: int) -> bool:
    """Tell whether somebody is named, and no town that the branch is called after."""
    length = phrase_at(naming.lexicon.places, naming.forms, first)
    after = first + 1
    goes_on = after < len(naming.words) and naming.gap(after) == " "
    goes_on = goes_on and naming.words[after].capital == naming.words[first].capital
    if not goes_on or naming.strengths[after] < Strength.UNKNOWN:
        return naming.strengths[first] == Strength.GIVEN and not length
    if length > 1:
        return False
    family = naming.is_surname(after) or naming.is_given(after) or naming.is_unlisted_name(after)
    either = naming.strengths[first] in {Strength.UNKNOWN, Strength.FAMILY}
    return family and (naming.is_given(first) or either)
