"""Towns, regions and districts. Countries stay: they single nobody out."""

from collections.abc import Iterator
from typing import Final

from pseudonymize.freetext.addresses import address_ends
from pseudonymize.freetext.brands import is_make
from pseudonymize.freetext.evidence import is_drunk, is_holy, is_team, is_thing, is_things
from pseudonymize.freetext.journeys import is_route, is_sent_back
from pseudonymize.freetext.lexicon import LOCAL, Phrases, ends_phrase, phrase_at, word_set
from pseudonymize.freetext.namesakes import is_dish_in
from pseudonymize.freetext.naming import COUNTRIES, MONTHS, Naming, Strength
from pseudonymize.freetext.nouns import is_shop
from pseudonymize.freetext.reading import Reading
from pseudonymize.freetext.spans import Hit
from pseudonymize.freetext.towns import (
    has_branch,
    is_inside_name,
    is_issued_in,
    is_no_town,
    is_somebodys,
    signs_off,
)

_NAMESAKES: Final = word_set("namesakes")
#: Before "from" these speak of a person: "a call from Taylor".
_SENT: Final = word_set("sent")
_ABSTRACT: Final = ("ess", "ion", "ity", "ment", "ance", "ence", "ship", "hood")
_LONGEST_CUE: Final = 4
_LEAST_LETTERS: Final = 5
#: Between the fields of an address: "Mayor 6, Lugo", "Mayor 6 / Lugo".
_FIELD_GAPS: Final = frozenset({",", ".,", "", "-", "(", ". (", "/", "|", ";", "\t"})
#: "Ruta 8 km 70, lote 7 de Pergamino".
_OF: Final = frozenset({"de", "do", "da"})
_AND: Final = frozenset({"y", "e", "and"})
_DISTRICTS: Final = word_set("districts")
#: With one of these in front, the name of a person is the name of a town.
_OPENERS: Final = word_set("place_openers")


def find_places(reading: Reading) -> Iterator[Hit]:
    """Yield listed places, and unlisted ones after words such as "vivo en"."""
    naming = Naming.of(reading)
    index = 0
    while index < len(naming.words):
        begins = naming.forms[index] in naming.lexicon.places.lengths
        length = phrase_at(naming.lexicon.places, naming.forms, index) if begins else 0
        score = _score(naming, index, length) if length else 0.0
        if score:
            yield _hit(naming, index, length, score, "listed")
        elif naming.words[index].capital and _is_unlisted_place(naming, index):
            length = _unlisted_length(naming, index)
            yield _hit(naming, index, length, 0.55, "cue")
        else:
            length = 1
        index += length


def _hit(naming: Naming, index: int, length: int, score: float, why: str) -> Hit:
    start, end = naming.words[index].start, naming.words[index + length - 1].end
    return Hit(start, end, "LOCATION", score, "cue" if why == "cue" else "listed", "place")


def _score(naming: Naming, index: int, length: int) -> float:
    if _is_ruled_out(naming, index, length):
        return 0.0
    mixed = naming.case(index) == "mixed"
    settled = _is_settled(naming, index, length)
    if not settled and (is_inside_name(naming, index, length) or is_no_town(naming, index, length)):
        return 0.0
    cued = settled or _announced(naming, index, naming.lexicon.cues.place)
    if index and naming.forms[index - 1] == "the" and not settled:
        return 0.0
    sure = settled or _announced(naming, index, naming.lexicon.cues.place_sure)
    if not sure and not cued and is_things(naming, index, index + length):
        return 0.0
    if not settled and length == 1 and is_make(naming, index, index + 1):
        return 0.0
    if not settled and (is_holy(naming, index, index + length) or is_drunk(naming, index)):
        return 0.0
    if not sure and naming.branded.issuperset(range(index, index + length)):
        return 0.0
    if length == 1 and naming.forms[index] in _DISTRICTS | COUNTRIES:
        return 0.0
    if length == 1 and not settled and _is_just_a_word(naming, index, mixed, cued):
        return 0.0
    cued = cued or sure or _is_set_off(naming, index)
    faint = cued or _announced(naming, index, naming.lexicon.cues.place_faint)
    if not _is_ambiguous(naming, index, length):
        return 0.75 if length > 1 or cued else 0.64 if faint else 0.58
    if sure:
        return 0.76
    if cued and (settled or length > 1 or _is_no_given_name(naming, index)):
        return 0.74 if length > 1 else 0.66
    unlike_a_given_name = naming.strengths[index] != Strength.GIVEN
    if length > 1 and not mixed and not cued:
        return 0.0
    if faint and unlike_a_given_name and (mixed or length > 1):
        if length == 1 and _is_one_more_word(naming, index):
            return 0.0
        return 0.66 if length > 1 or _is_family_or_place(naming, index) else 0.5
    return 0.6 if length > 1 and mixed and not naming.is_given(index) else 0.0


def _is_settled(naming: Naming, index: int, length: int) -> bool:
    """Tell whether what stands around it leaves nothing but a place."""
    return (
        _follows_address(naming, index)
        or _heads_line(naming, index, length)
        or is_route(naming, index, length)
        or is_sent_back(naming, index)
        or is_issued_in(naming, index)
        or has_branch(naming, index + length)
        or signs_off(naming, index, length)
        or is_somebodys(naming, index)
    )


def _is_one_more_word(naming: Naming, index: int) -> bool:
    """Tell whether "y" joins two plain words with capitals: "talleres de Guitarra y Barro"."""
    if index < 2 or naming.forms[index - 1] not in _AND or _is_family_or_place(naming, index):
        return False
    return naming.strengths[index - 2] == Strength.WORD


def _is_ruled_out(naming: Naming, index: int, length: int) -> bool:
    """Return whether the words are no place whatever stands around them."""
    if not _is_one_phrase(naming, index, length):
        return True
    if length == 1 and naming.is_kin(index):
        return True
    first, last = naming.words[index], naming.words[index + length - 1]
    if naming.case(index) == "mixed" and not (first.capital and last.capital):
        return True
    if _is_namesake(naming, index) or _is_a_persons(naming, index, length):
        return True
    return is_team(naming, index, index + length) or _is_dated(naming, index, length)


def _is_dated(naming: Naming, index: int, length: int) -> bool:
    """Tell whether a town's name is a month's here: "from August 1"."""
    return length == 1 and naming.forms[index] in MONTHS and naming.is_dated(index)


def _is_namesake(naming: Naming, index: int) -> bool:
    """Tell whether something is named after a place: "parque de San Isidro"."""
    return (
        index > 1
        and naming.forms[index - 1] in {"de", "del", "do", "da", "of"}
        and naming.forms[index - 2] in _NAMESAKES
    )


def _is_a_persons(naming: Naming, index: int, length: int) -> bool:
    """Tell whether a family name follows a town that is also a given name: "Mercedes Gil"."""
    if _ends_a_name(naming, index, length):
        return True
    after = index + 1
    return (
        length == 1
        and naming.is_given(index)
        and after < len(naming.words)
        and naming.gap(after) == " "
        and naming.words[after].capital == naming.words[index].capital
        and naming.is_surname(after)
        and naming.strengths[after] >= Strength.FAMILY
    )


def _ends_a_name(naming: Naming, index: int, length: int) -> bool:
    """Tell whether a given name stands right before a town: "Ana San José" is a person."""
    if not index or naming.gap(index) != " " or naming.strengths[index - 1] != Strength.GIVEN:
        return False
    if naming.words[index].capital != naming.words[index - 1].capital:
        return False
    last = index + length - 1
    return naming.is_surname(last) or naming.is_given(last)


def _heads_line(naming: Naming, index: int, length: int) -> bool:
    """Tell whether a place opens a note: "Toledo: la tienda avisa"."""
    end = naming.words[index + length - 1].end
    opens = naming.opens_sentence(index) and naming.strengths[index] != Strength.GIVEN
    is_word = naming.forms[index] in naming.lexicon.words
    if length == 1 and is_word and naming.forms[index] not in naming.lexicon.places_first:
        return False
    return opens and naming.words[index].capital and naming.reading.folded[end : end + 1] == ":"


def _is_just_a_word(naming: Naming, index: int, mixed: bool, cued: bool) -> bool:
    """Tell whether a town's name is an ordinary word here: "na loja", "Nacimiento:"."""
    if mixed:
        return naming.strengths[index] == Strength.NEVER and not cued
    is_word = naming.forms[index] in naming.lexicon.words
    is_word = is_word and naming.forms[index] not in naming.lexicon.places_first
    if is_word and is_thing(naming, naming.forms[index]):
        return True
    firm = _announced(naming, index, naming.lexicon.cues.place_firm)
    firm = firm and not naming.forms[index].endswith(_ABSTRACT)  # "in progress"
    sure = firm or _announced(naming, index, naming.lexicon.cues.place_sure)
    sure = sure or (naming.case(index) == "upper" and _is_set_off(naming, index))
    return (is_word and not sure) or naming.strengths[index] == Strength.NEVER


def _is_one_phrase(naming: Naming, index: int, length: int) -> bool:
    return all(
        naming.gap(i) in {" ", "-", "/", "'", ". "} for i in range(index + 1, index + length)
    )


def _is_ambiguous(naming: Naming, index: int, length: int) -> bool:
    """Tell whether the words also are a name or ordinary words: León, La Paz, Benito Juárez."""
    if length > 1:
        last = index + length - 1
        like_a_person = naming.is_given(index) and naming.is_surname(last)
        only_words = all(f in naming.lexicon.words for f in naming.forms[index : last + 1])
        return naming.forms[index] not in _OPENERS and (like_a_person or only_words)
    form = naming.forms[index]
    short = len(form) < _LEAST_LETTERS and not naming.words[index].capital
    listed = naming.lexicon.names.get(form, 0) & LOCAL
    is_word = form in naming.lexicon.words and form not in naming.lexicon.places_first
    return bool(short or listed or is_word)


def _is_no_given_name(naming: Naming, index: int) -> bool:
    """Tell whether a preposition is enough: "to Taylor" may be a person, "in Taylor" is not."""
    if naming.strengths[index] != Strength.GIVEN:
        return True
    if naming.forms[index - 1] == "from" and index > 1:
        return naming.forms[index - 2] not in _SENT
    return _announced(naming, index, naming.lexicon.cues.place_firm) or _is_set_off(naming, index)


def _is_set_off(naming: Naming, index: int) -> bool:
    """Tell whether "de" follows a comma, as in "Ana Ruiz, de Victoria"."""
    set_off = index > 1 and naming.gap(index - 1) == ", "
    return set_off and naming.forms[index - 1] in {"de", "do", "da", "from", "en", "em", "in"}


def _is_family_or_place(naming: Naming, index: int) -> bool:
    return not naming.is_given(index) and naming.forms[index] not in naming.lexicon.words


def _announced(naming: Naming, index: int, cues: Phrases) -> bool:
    """Tell whether one of `cues` ends right before the word at `index`."""
    if not index or naming.gap(index).strip(" :("):
        return False
    return ends_phrase(cues, naming.forms, index, _LONGEST_CUE)


def _follows_address(naming: Naming, index: int) -> bool:
    """Tell whether the word stands where an address names its town: "Mayor 6, Lugo"."""
    if not index:
        return False
    if naming.gap(index) == ", " and _DISTRICTS & set(naming.forms[max(0, index - 3) : index - 1]):
        return True
    ends = address_ends(naming.reading)
    before, gap = naming.words[index - 1].end, naming.gap(index).strip()
    if before in ends:
        return before + 1 in ends if gap == "." else gap in _FIELD_GAPS  # "bajo izq. Dos Hermanas"
    led = index > 1 and naming.forms[index - 1] in _OF and naming.forms[index] not in MONTHS
    return led and naming.words[index - 2].end in ends and naming.gap(index - 1) in {" ", ", "}


def _is_unlisted_place(naming: Naming, index: int) -> bool:
    return (
        naming.case(index) == "mixed"
        and naming.strengths[index] >= Strength.UNKNOWN
        and (
            _announced(naming, index, naming.lexicon.cues.place_sure)
            or _is_unknown_in(naming, index)
            or (naming.gap(index) == ", " and _follows_address(naming, index))
        )
    )


def _is_unknown_in(naming: Naming, index: int) -> bool:
    """Tell whether "in" stands before a word that no list holds: "en Girardot"."""
    before = naming.forms[index - 1] if index else ""
    unlisted = before in {"en", "em", "in"} and naming.is_unlisted_name(index)
    return unlisted and not is_shop(naming, index) and not is_dish_in(naming, index)


def _unlisted_length(naming: Naming, index: int) -> int:
    length = 1
    while (
        index + length < len(naming.words)
        and length < 4
        and naming.gap(index + length) == " "
        and (naming.words[index + length].capital)
    ):
        length += 1
    return length
