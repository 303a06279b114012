"""How far a name reaches, once a word is taken to begin it."""

from typing import Final, Literal

import regex

from pseudonymize.freetext.clauses import is_family_in_title
from pseudonymize.freetext.compounds import (
    compound_length,
    is_lone_letter,
    tail_length,
)
from pseudonymize.freetext.evidence import is_inflected
from pseudonymize.freetext.families import (
    closes_name,
    is_amid_capitals,
    is_amid_family,
    is_family_word,
    is_office_as_family,
    spells_label,
)
from pseudonymize.freetext.labels import ALL as LABELS
from pseudonymize.freetext.labels import IDENTITY, NUMBERS
from pseudonymize.freetext.lexicon import Listed, word_set
from pseudonymize.freetext.naming import PARTICLES, Naming, Strength
from pseudonymize.freetext.particles import past_particles

#: How far what stands before a word is to be trusted that a name begins there.
Trust = Literal["sure", "field", "soft", "faint", "none"]

_LONGEST: Final = 7
_SHORT: Final = 3
_INSIDE: Final = regex.compile(r"\s{1,2}|[-'’]|\.\s?")
#: "digale", "mandarlo": verbs that no word list holds.
_FAMILY_GUARDS: Final = word_set("family_guards")
_TITLED_FAMILIES: Final = word_set("titled_families")
_SAINT: Final = frozenset({"st", "sta", "sto"})
_CLITIC: Final = regex.compile(r"(?:[aei]r|[aeiou]|ndo)(?:me|te|se|nos|l[aeo]s?)$|mente$")


def name_end(naming: Naming, first: int, trust: Trust) -> int:
    """Return the index after the last word of the name that starts at `first`, 0 if none does."""
    end = 0
    index = first
    while index < len(naming.words) and index - first < _LONGEST:
        if index > first and not _joins(naming, first, index):
            break
        if index > first and naming.forms[index] == naming.forms[first]:
            break  # "Ana Gil Ana Gil es mi comadre"
        tail = tail_length(naming, first, index) or compound_length(naming, first, index)
        if tail:
            index = end = index + tail
            continue
        joined = index > first and naming.gap(index) == "-"
        if naming.forms[index] in PARTICLES and not naming.is_initial(index) and not joined:
            may_open = index > first or trust in {"sure", "field", "soft"}
            index = past_particles(naming, first, index) if may_open else 0
            if not index or index in naming.branded:
                break
        if not _belongs(naming, first, index, trust):
            break
        index += 1
        end = index
        if naming.forms[index - 1].endswith(("'s", "’s")):
            break
    return end


def _joins(naming: Naming, first: int, index: int) -> bool:
    gap = naming.gap(index)
    if gap == " ":
        return True
    if gap == ", ":
        return _is_inverted(naming, first, index)
    if "." in gap and not naming.is_initial(index - 1):
        return naming.forms[index - 1] in _SAINT and naming.words[index].capital
    return _INSIDE.fullmatch(gap) is not None


def _is_inverted(naming: Naming, first: int, index: int) -> bool:
    """Tell whether a given name follows its family names after a comma: "García López, Ana"."""
    surnames = range(first, index)
    if len(surnames) > 3 or naming.words[first].capital != naming.words[index].capital:
        return False
    certain = (
        naming.is_surname(first)
        and (naming.strengths[first] >= Strength.FAMILY or naming.words[first].capital)
        and naming.strengths[index] == Strength.GIVEN
        and all(naming.strengths[i] != Strength.GIVEN for i in surnames)
    )
    return certain or _is_filed(naming, first, index)


def _is_filed(naming: Naming, first: int, index: int) -> bool:
    """Tell whether a field of a form holds family name, comma, given name: "Tran, Grace, DOB …"."""
    if not naming.is_given(index) or naming.case(index) != "mixed":
        return False
    is_strange = naming.strengths[first] == Strength.UNKNOWN and not naming.opens_sentence(first)
    if not naming.is_surname(first) and not is_strange:
        return False
    is_local = naming.lexicon.names.get(naming.forms[first], 0) & Listed.SURNAME
    if naming.strengths[first] == Strength.GIVEN and not is_local:
        return False
    last = index
    while (
        last + 1 < len(naming.words)
        and naming.gap(last + 1) == " "
        and naming.words[last + 1].capital
    ):
        last += 1
    if last + 1 == len(naming.words):
        return True
    following = naming.gap(last + 1)
    return not following.isspace() and not _is_enumeration(naming, last + 1)


def _is_enumeration(naming: Naming, index: int) -> bool:
    """Tell whether "y" or "and" closes a list of names a few words on."""
    return not {"y", "e", "and"}.isdisjoint(naming.forms[index : index + 4])


def _belongs(naming: Naming, first: int, index: int, trust: Trust) -> bool:
    strength = naming.strengths[index]
    started = index > first
    if started and (is_family_word(naming, index) or closes_name(naming, first, index)):
        return True
    if started and naming.gap(index) == "-" and naming.strengths[index - 1] >= Strength.WEAK:
        return naming.forms[index].isalpha()
    if started and spells_label(naming, index):
        return False
    if naming.is_initial(index) and (started or trust in {"sure", "field", "soft"}):
        return True
    if not started and trust in {"sure", "field", "soft"} and is_lone_letter(naming, index):
        return True
    if not started and trust == "sure" and is_family_in_title(naming, index):
        return True
    if not started and _is_guarded(naming, index, trust):
        return False
    if naming.forms[index] in naming.lexicon.cues.openers and started:
        capital = naming.case(index) == "mixed" and naming.words[index].capital
        return capital or is_office_as_family(naming, index)
    if naming.case(index) == "mixed":
        return _belongs_in_print(naming, first, index, trust)
    if strength >= Strength.WEAK:
        return True
    if strength == Strength.WORD and trust == "sure" and not started:
        following = naming.forms[index + 1 : index + 2]
        return bool(following) and following[0] in naming.lexicon.cues.after
    if strength == Strength.NEVER and started:
        return _is_between_names(naming, index)
    if strength == Strength.WORD and started:
        return _is_closed_in(naming, index)
    if strength == Strength.UNKNOWN and len(naming.forms[index]) > 2:
        if (started or trust != "sure") and is_inflected(naming, naming.forms[index]):
            return False
        if not started:
            return trust != "faint" or naming.opens_sentence(index)
        is_verb = _CLITIC.search(naming.forms[index]) is not None
        return trust in {"sure", "field", "soft"} or (len(naming.forms[index]) > 4 and not is_verb)
    return False


def _is_guarded(naming: Naming, index: int, trust: Trust) -> bool:
    """Tell whether a word for a thing keeps a name from beginning here."""
    form = naming.forms[index]
    if form not in naming.lexicon.cues.guards:
        return False
    lower = naming.case(index) == "lower" and trust in {"soft", "faint"}
    counts = form not in _FAMILY_GUARDS or lower
    if form in _TITLED_FAMILIES and trust in {"sure", "field"}:
        counts = False
    return counts and not _is_called_so(naming, index, trust)


def _is_called_so(naming: Naming, index: int, trust: Trust) -> bool:
    """Tell whether a word for a thing is a name here: "la cliente Rosa", "Sr. Torres"."""
    if naming.is_given(index):
        return trust in {"sure", "field", "soft"} or _goes_on(naming, index)
    capital = naming.case(index) == "mixed" and naming.words[index].capital
    if trust == "sure" and capital and naming.is_surname(index):
        return True
    return trust in {"sure", "field"} and naming.is_surname(index) and _goes_on(naming, index)


def _goes_on(naming: Naming, index: int) -> bool:
    """Tell whether more of a name follows: "Rosa Kayapó", "flor alba hurtado"."""
    after = index + 1
    if after >= len(naming.words) or naming.gap(after) != " ":
        return False
    if naming.words[after].capital != naming.words[index].capital:
        return False
    if naming.strengths[after] >= Strength.FAMILY:
        return True
    return naming.words[after].capital and naming.is_unlisted_name(after)


def _is_between_names(naming: Naming, index: int) -> bool:
    """Tell whether a frequent word is a name here: "aroa cabeza fuster", "ana vitoria"."""
    if naming.strengths[index - 1] == Strength.GIVEN and _is_second_given_name(naming, index):
        return True
    after = index + 1
    while after < len(naming.words) - 1 and naming.forms[after] in PARTICLES - {"y", "e"}:
        after += 1
    return (
        naming.is_surname(index)
        and naming.strengths[index - 1] >= Strength.FAMILY
        and after < len(naming.words)
        and naming.gap(after) == " "
        and naming.strengths[after] >= Strength.WEAK
        and naming.is_surname(after)
    )


def _is_closed_in(naming: Naming, index: int) -> bool:
    """Tell whether a word is a family name by its place: "hernando yate gil", "… yate cc 5"."""
    after = index + 1
    if naming.strengths[index - 1] < Strength.FAMILY or len(naming.forms[index]) <= _SHORT:
        return False
    if is_inflected(naming, naming.forms[index]):
        return False
    if after == len(naming.words) or naming.gap(after) != " " or naming.gap(index) != " ":
        return False
    following = naming.strengths[after] >= Strength.FAMILY and naming.is_surname(after)
    given = naming.strengths[index - 1] == Strength.GIVEN
    called = naming.forms[after] in naming.lexicon.cues.after or naming.forms[after] in IDENTITY
    return (given and following) or (called or naming.forms[after] in NUMBERS)


def _is_second_given_name(naming: Naming, index: int) -> bool:
    form = naming.forms[index]
    listed = naming.lexicon.names.get(form, 0) & Listed.GIVEN
    return bool(listed) and len(form) > _SHORT + 1 and form not in naming.lexicon.cues.after


def _belongs_in_print(naming: Naming, first: int, index: int, trust: Trust) -> bool:
    """In text with capitals, a name has one; careless lower case needs a listed given name."""
    strength = naming.strengths[index]
    started = index > first
    if started and naming.gap(index) == "-" and naming.words[index - 1].capital:
        return True
    if not naming.words[index].capital:
        careless = not started or not naming.words[index - 1].capital
        return careless and strength >= (Strength.FAMILY if started else Strength.GIVEN)
    if strength >= Strength.WEAK:
        return True
    if strength == Strength.UNKNOWN:
        return trust in {"sure", "field", "soft"} or started or naming.is_unlisted_name(index)
    announced = trust in {"sure", "field"} or (started and trust == "soft")
    if started and strength == Strength.NEVER and trust in {"sure", "field"}:
        text = naming.reading.text[naming.words[index].start : naming.words[index].end]
        return text.istitle() and text.isalpha() and naming.forms[index] not in LABELS
    if started and strength == Strength.WORD and is_amid_family(naming, first, index):
        return True
    whole = naming.strengths[first:index]
    announced = announced or (started and Strength.GIVEN in whole)
    if started and strength == Strength.NEVER and Strength.GIVEN in whole:
        return is_amid_capitals(naming, index)
    return announced and strength == Strength.WORD and not naming.is_acronym(index)
