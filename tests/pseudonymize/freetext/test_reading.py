"""Patterns are tried only where they may begin. That must lose no match of a whole scan."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from pseudonymize.freetext.addresses import places_to_try
from pseudonymize.freetext.dates import DATE, dates_in
from pseudonymize.freetext.identifiers import starts_of_numbers
from pseudonymize.freetext.kinds import KINDS, UNCHECKED
from pseudonymize.freetext.reading import Reading, matches, matches_at
from pseudonymize.freetext.streets import patterns_of

SEPARATORS = [*" ", " ", " ", ", ", ". ", "/", "-", "'", "_", "\n", ": ", "", "(", "¶"]
CODES = "12.345.678 X 1234567 L 1234567L es91 2100 0418 45 abcd a&b 850101 hmx 20 12345678 9 k"
DATES = "12 3 03 1985 85 mayo may marzo uno veintiuno de of the fifth june sept. 1st d'abril"
STREETS = (
    "calle c c/ avda pº mz qdab torre casa km br 116 apartado cp cep 28001 en de vive Mayor Alem"
    " Sol 12 5º 3b # nº piso lote vereda finca El at on Main Street St 123 PO box one Liberty Plaza"
)


def texts(words: str) -> st.SearchStrategy[str]:
    """Return texts of some words, with whatever may stand between them."""
    pair = st.tuples(st.sampled_from(words.split()), st.sampled_from(SEPARATORS)).map("".join)
    return st.lists(pair, max_size=12).map("".join)


@given(texts(CODES))
def test_no_number_is_lost(text: str) -> None:
    reading = Reading(text, "es", ("ES",))
    starts = starts_of_numbers(reading)
    for kind in (*KINDS, *UNCHECKED):
        if kind.opens in starts:
            found = matches_at(kind.pattern, reading, starts[kind.opens])
            assert spans(found) == spans(matches(kind.pattern, reading)), kind.type


@given(texts(DATES))
def test_no_date_is_lost(text: str) -> None:
    reading = Reading(text + " 10", "es", ("ES",))
    assert spans(dates_in(reading)) == spans(matches(DATE, reading))


@pytest.mark.parametrize("language", ["es", "pt", "en"])
@given(text=texts(STREETS))
def test_no_street_is_lost(language: str, text: str) -> None:
    reading = Reading(text, language, ("ES",))
    patterns = patterns_of(language)
    plain = [patterns.plain] if patterns.plain else []
    for form in (*patterns.numbered, *patterns.unnumbered, *plain):
        found = matches_at(form.pattern, reading, places_to_try(form, reading))
        assert spans(found) == spans(matches(form.pattern, reading))


def spans(found: "list[regex.Match[str]]") -> list[tuple[int, int]]:
    return [match.span() for match in found]
