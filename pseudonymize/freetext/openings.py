"""Names that a question, a greeting or their own line gives away, without a word before them."""

from typing import Final

from pseudonymize.freetext.lexicon import GIVEN, word_set
from pseudonymize.freetext.naming import PARTICLES, Naming, Strength

NAME_LABELS: Final = word_set("name_labels")
_FILLERS: Final = word_set("name_fillers")
_ENDEARMENTS: Final = word_set("endearments")
_OWNED: Final = word_set("owned")
_SPEAKING: Final = frozenset({"speaking", "falando"})
_MOST_FILLERS: Final = 5
_LEAST_WORDS: Final = 4
#: Who is asked for stands behind these: "ask for will", "pregunte por luz".
_ASKED_FOR: Final = word_set("asked_for")
_FOR: Final = frozenset({"for", "por", "x", "pelo", "pela"})
_BEHIND_ASKED: Final = word_set("behind_asked")
_STANDS_AT: Final = frozenset({"at", "in", "from", "behind", "on", "en", "na", "no", "em"})
_POSTS: Final = word_set("posts")
_FARTHEST: Final = 5


def asked_name(naming: Naming, index: int) -> int:
    """Return where a name begins that a label asks for: "last name on the account? Chaudhry"."""
    after = index + 1
    last = min(after + _MOST_FILLERS, len(naming.forms) - 1)
    while after < last and naming.forms[after] in _FILLERS:
        after += 1
    while after > index + 1 and naming.forms[after - 1] in PARTICLES:
        after -= 1  # "apellido: El Idrissi"
    if after == index + 1 or after >= len(naming.forms):
        return 0
    gap = naming.gap(after).strip(" :,\"«'")
    return after if gap in {"", "?"} and naming.forms[after].isalpha() else 0


def is_spoken_to(naming: Naming, first: int) -> bool:
    """Tell whether a sentence opens with whom it is for: "Eucaris, mi amor, ya salió"."""
    after = naming.forms[first + 1 : first + 3]
    if not naming.opens_sentence(first) or not after or naming.strengths[first] < Strength.UNKNOWN:
        return False
    dear = after[0] in _ENDEARMENTS or (len(after) > 1 and after[1] in _ENDEARMENTS)
    if naming.case(first) == "mixed":
        return dear and naming.words[first].capital and naming.gap(first + 1) == ", "
    return after[0] in _ENDEARMENTS and naming.is_given(first)


def is_owner(naming: Naming, first: int) -> bool:
    """Tell whether something of a person's follows: "hope's birthday", "april's account"."""
    form = naming.forms[first]
    owns = form.endswith(("'s", "’s")) and naming.forms[first + 1 : first + 2] != ()
    return owns and naming.forms[first + 1] in _OWNED and _may_be_given(naming, first)


def is_heard(naming: Naming, first: int) -> bool:
    """Tell whether somebody says who speaks: "thanks for holding, mark speaking"."""
    after = first + 1
    heard = after < len(naming.forms) and naming.forms[after] in _SPEAKING
    return heard and _may_be_given(naming, first)


def signs(naming: Naming, first: int) -> bool:
    """Tell whether a given name alone is the last sentence: "¿me corresponde la promo? Luz."."""
    if first != len(naming.words) - 1 or first < _LEAST_WORDS:
        return False
    if not naming.opens_sentence(first) or not naming.words[first].capital:
        return False
    sentence = naming.words[first - 1].sentence
    before = naming.words[max(0, first - _LEAST_WORDS)]
    return before.sentence == sentence and _may_be_given(naming, first)


def is_posted(naming: Naming, first: int) -> bool:
    """Tell whether a word is who is asked for or stands somewhere: "ask for will at the gate"."""
    forms, after = naming.forms, first + 1
    if first > 1 and forms[first - 1] in _FOR and forms[first - 2] in _ASKED_FOR:
        closes = after == len(forms) or naming.gap(after) != " " or forms[after] in _BEHIND_ASKED
        return (closes or _is_post(naming, after)) and _may_be_given(naming, first)
    if naming.reading.language != "en" or not naming.opens_sentence(first):
        return False
    return _is_post(naming, after) and _acts_near(naming, after) and _may_be_given(naming, first)


def _is_post(naming: Naming, index: int) -> bool:
    """Tell whether where people work is said: "at the front desk", "en la recepción"."""
    if index >= len(naming.forms) or naming.forms[index] not in _STANDS_AT:
        return False
    return not _POSTS.isdisjoint(naming.forms[index + 1 : index + _FARTHEST])


def _acts_near(naming: Naming, index: int) -> bool:
    """Tell whether what only people do follows within some words: "… at the gate promised"."""
    cues = naming.lexicon.cues
    near = naming.forms[index + 2 : index + 2 + _FARTHEST]
    return any(form in cues.speaks or form in cues.deeds for form in near)


def _may_be_given(naming: Naming, index: int) -> bool:
    form = naming.forms[index].removesuffix("'s").removesuffix("’s")
    listed = naming.lexicon.names.get(form, 0) & GIVEN or form in naming.lexicon.names_first
    return bool(listed) and form not in PARTICLES and len(form) > 2
