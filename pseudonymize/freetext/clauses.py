"""
What the grammar of a clause says of a name: who acts, who is kin of whom, what is done.

In Spanish and Portuguese a noun in the singular needs an article before a verb, so that a bare word
that is also a given name is one: "rosa no vino", against "la rosa no vino".
"""

from typing import Final

from pseudonymize.freetext.evidence import is_drunk, is_thing
from pseudonymize.freetext.lexicon import LOCAL, Listed, word_set
from pseudonymize.freetext.naming import PARTICLES, Naming, Strength

_OPENING: Final = word_set("conjunctions")
_BETWEEN: Final = word_set("between_subject_and_verb")
_KIN: Final = word_set("kin")
_OF: Final = frozenset({"de", "del", "do", "da", "of"})
TITLES: Final = word_set("titles")
HONOURS: Final = word_set("honours")
_ARTICLES: Final = frozenset(
    {"el", "la", "los", "las", "un", "una", "o", "a", "os", "as", "um", "uma", "the"}
)
_PAST: Final = ("io", "o", "ou", "eu", "iu")
_MOST_BETWEEN: Final = 3
_SHORT: Final = 3
_NICKNAMES: Final = word_set("nicknames")


def is_bare_subject(naming: Naming, first: int) -> bool:
    """Tell whether a given name that is also a word does what people do: "porque sol dice"."""
    form = naming.forms[first]
    listed = naming.lexicon.names.get(form, 0) & Listed.GIVEN
    if not listed or len(form) < _SHORT or naming.strengths[first] < Strength.WEAK:
        return False
    if not naming.opens_sentence(first) and naming.forms[first - 1] not in _OPENING:
        return False
    return _acts_behind(naming, first + 1)


def _acts_behind(naming: Naming, index: int) -> bool:
    """Tell whether what only people do stands at `index`, "no" or "me" before it at most."""
    speaks = naming.lexicon.cues.speaks | naming.lexicon.cues.deeds
    last = min(index + _MOST_BETWEEN, len(naming.forms) - 1)
    while index <= last:
        if naming.gap(index) != " ":
            return False
        if naming.forms[index] in speaks:
            return True
        if naming.forms[index] not in _BETWEEN:
            return False
        index += 1
    return False


def is_kin(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a name is said to be somebody's: "Rosa, hija de", "flor filha do"."""
    if end + 1 >= len(naming.forms) or naming.forms[end] not in _KIN:
        return False
    if naming.gap(end) not in {" ", ", ", " ("}:
        return False
    named = naming.is_given(first) or naming.is_surname(first)
    named = named and naming.strengths[first] >= Strength.WEAK
    return named and naming.forms[end + 1] in _OF


def is_nickname(naming: Naming, index: int) -> bool:
    """Tell whether a capital inside a sentence makes a nickname of a word: "el Güero"."""
    if not index or naming.forms[index] not in _NICKNAMES or naming.opens_sentence(index):
        return False
    if naming.forms[index - 1] not in _ARTICLES | {"al", "del", "ao", "do", "da"}:
        return False
    after = naming.words[index + 1 : index + 2]
    alone = not after or not after[0].capital or naming.gap(index + 1) != " "
    return naming.case(index) == "mixed" and naming.words[index].capital and alone


def has_title(naming: Naming, index: int) -> bool:
    """Tell whether a title stands right before a word: "mr park", "doña flor"."""
    return index > 0 and naming.forms[index - 1] in TITLES


def is_titled_thing(naming: Naming, title: int) -> bool:
    """Tell whether a thing is called after somebody with a title: "queso Don Pedro"."""
    if not title or naming.forms[title] not in HONOURS or naming.gap(title) != " ":
        return False
    return is_thing(naming, naming.forms[title - 1]) or is_drunk(naming, title)


def is_done_to(naming: Naming, first: int) -> bool:
    """Tell whether verb and object stand before the one who acts: "abrió la puerta Ana Gil"."""
    if first < 3 or naming.gap(first) != " " or naming.forms[first - 2] not in _ARTICLES:
        return False
    verb = naming.forms[first - 3]
    return verb in naming.lexicon.cues.speaks or (
        verb.endswith(_PAST) and verb not in PARTICLES and len(verb) > _SHORT
    )


def is_whole(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a given name stands before a family name, as hardly any thing is called."""
    return (
        end - first > 1
        and naming.is_given(first)
        and max(naming.strengths[first:end]) >= Strength.FAMILY
        and naming.words[end - 1].form not in naming.lexicon.words
    )


def is_family_in_title(naming: Naming, index: int) -> bool:
    """Tell whether a frequent word is a family name behind a title: "mr park", "mrs law"."""
    listed = naming.lexicon.names.get(naming.forms[index], 0) & LOCAL
    english = naming.reading.language == "en"
    named = bool(listed) and (english or naming.forms[index] not in naming.lexicon.frequent)
    return named and has_title(naming, index) and len(naming.forms[index]) > _SHORT - 1
