"""What stands around a town: who is from there, what was issued there, what is called so."""

from bisect import bisect_left
from operator import attrgetter
from typing import Final

import regex

from pseudonymize.freetext.evidence import is_thing
from pseudonymize.freetext.labels import IDENTITY, NUMBERS, Labels
from pseudonymize.freetext.lexicon import word_set
from pseudonymize.freetext.namesakes import (
    is_copied,
    is_day_off,
    is_in_style,
    is_one_of_many,
)
from pseudonymize.freetext.naming import Naming, Strength
from pseudonymize.freetext.nouns import DIGITS, is_counted, is_fanned, is_shade, is_state
from pseudonymize.freetext.persons import follows_person, persons_in

#: What follows a town in a signature, or in the last field of a note.
_CONTACT: Final = regex.compile(r"\s?[,;/-]?\s?(?:tel|cel|ph|\+|\(?\d{2})|\s?\.?\s?$")
#: What firms and states have in towns, named behind them: "the Mobile branch".
_BRANCHES: Final = frozenset({"branch", "area", "office", "warehouse", "depot", "branches"})
_ISSUED: Final = frozenset({"de", "do", "da", "en", "em"})
_LEAST_DIGITS: Final = 6
_PLAIN_TOWNS: Final = word_set("plain_towns")
_LIVES: Final = word_set("lives")
#: Where people live that is no town: "vivo en el centro".
_NEVER_TOWNS: Final = frozenset({"segundo", "centro", "campo", "alto", "diez", "quinta", "banco"})
_ARTICLES: Final = frozenset({"el", "la", "los", "las"})


_start: Final = attrgetter("start")


def signs_off(naming: Naming, index: int, length: int) -> bool:
    """Tell whether a town stands between a name and a telephone: "Ana Gil Ruiz, Toledo, 600 …"."""
    if not index or naming.gap(index) not in {", ", " - ", " / "}:
        return False
    if not naming.words[index].capital or naming.strengths[index] == Strength.NEVER:
        return False
    end = naming.words[index + length - 1].end
    rest = naming.reading.folded[end : end + 12]
    if _CONTACT.match(rest) is None:
        return False
    ends = {
        hit.end
        for hit in persons_in(naming.reading)
        if " " in naming.reading.text[hit.start : hit.end]
    }
    return naming.words[index - 1].end in ends or (
        rest.strip(" .") == "" and naming.words[index - 1].form[0].isdigit()
    )


def is_somebodys(naming: Naming, index: int) -> bool:
    """Tell whether it is said which of those so called is meant: "soy Ana, la de Mieres"."""
    if index < 3 or naming.forms[index - 1] not in _ISSUED:
        return False
    if naming.forms[index - 2] not in {"el", "la", "o", "a"}:
        return False
    return follows_person(naming.reading, naming.words[index - 2].start)


def is_inside_name(naming: Naming, index: int, length: int) -> bool:
    """Tell whether a name of a person holds the words and more: "Luzia do Carmo da Silva"."""
    start, end = naming.words[index].start, naming.words[index + length - 1].end
    people = persons_in(naming.reading)
    at = bisect_left(people, start + 1, key=_start)
    return any(
        hit.start < start + naming.is_given(index)
        and end <= hit.end
        and hit.end - hit.start > end - start
        and "," not in naming.reading.text[hit.start : hit.end]
        for hit in people[max(0, at - 1) : at]
    )


def is_no_town(naming: Naming, index: int, length: int) -> bool:
    """Tell whether a number, a club or a shop is meant: "en veintidós", "camiseta de Santa Fe"."""
    if length == 1 and naming.forms[index] in DIGITS:
        return True
    if length == 1 and (is_state(naming, index) or is_shade(naming, index)):
        return True
    if index and naming.forms[index - 1] in DIGITS and not naming.words[index].capital:
        return True
    if is_one_of_many(naming, index, index + length) or is_day_off(naming, index):
        return True
    if is_in_style(naming, index) or is_copied(naming, index) or _is_common(naming, index, length):
        return True
    return is_counted(naming, index) or is_fanned(naming, index)


def _is_common(naming: Naming, index: int, length: int) -> bool:
    """Tell whether an article and a thing stand here in small letters: "el plan", "el segundo"."""
    last = index + length - 1
    if length == 2 and naming.forms[index] in _ARTICLES and naming.forms[last] in _PLAIN_TOWNS:
        lives = naming.forms[index - 2 : index - 1] and naming.forms[index - 2] in _LIVES
        at_home = lives and naming.forms[last] not in _NEVER_TOWNS
        return not naming.words[last].capital and not at_home
    article = length == 2 and naming.forms[index] in {"el", "la", "los", "las", "o", "a"}
    return article and not naming.words[last].capital and is_thing(naming, naming.forms[last])


def is_issued_in(naming: Naming, index: int) -> bool:
    """Tell whether a document was issued here: "cédula 1.077.424.609 de Palmira"."""
    if index < 2 or naming.forms[index - 1] not in _ISSUED or naming.gap(index) != " ":
        return False
    number = naming.words[index - 2]
    written = naming.reading.folded[max(0, number.end - 13) : number.end]
    if not number.form.isdigit() or sum(map(str.isdigit, written)) < _LEAST_DIGITS:
        return False
    return bool(Labels.of(naming.reading).near(number.start, number.end, IDENTITY | NUMBERS))


def has_branch(naming: Naming, after: int) -> bool:
    """Tell whether a branch of something stands behind a town: "at the Buffalo branch"."""
    return naming.forms[after : after + 1] != () and naming.forms[after] in _BRANCHES
