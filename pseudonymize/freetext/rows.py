"""
People as rows of a list: "Ana Ruiz; 12345678; 12/03/1985; 600 111 222; ana@…".

Nothing in a row says what a number is but its neighbours: behind a name stands a document, behind
it an old date, behind that a telephone or an e-mail. Separators may be lost, as in dictation.
"""

from collections.abc import Iterator
from typing import Final

import regex

from pseudonymize.freetext.dates import DATE, dates_in, is_long_ago
from pseudonymize.freetext.kinds import UNCHECKED
from pseudonymize.freetext.labels import IDENTITY
from pseudonymize.freetext.naming import Naming, Strength
from pseudonymize.freetext.reading import Reading, matches
from pseudonymize.freetext.spans import Hit

_GAP: Final = r"\s*[;|,/\t]?\s*"
_NUMBER_BEFORE: Final = regex.compile(
    rf"(?<![\w.-])(?P<number>[a-z]{{0,4}}\d[\da-z.]*(?:[ -]\d+|-[a-z\d]+){{0,3}}){_GAP}$"
)
_PHONE_AFTER: Final = regex.compile(
    rf"{_GAP}(?P<phone>\(?\+?\d[\d]*\)?(?:[ ().-]{{0,2}}\d+){{0,5}})(?![\w@])"
)
_MAIL_AFTER: Final = regex.compile(rf"{_GAP}[\w.+-]+(?:@| arroba | at )")
_FIELD: Final = regex.compile(r"[^;|\t\n]+")
_LEAST_DIGITS: Final = 6
_PHONE_DIGITS: Final = range(7, 15)
_LEAST_FIELDS: Final = 3
#: No further back stands the number before a date.
_REACH: Final = 28
_SCORE: Final = 0.86
#: Less than a valid telephone, which a field without a label may be just as well.
_BARE_FIELD: Final = 0.49


def find_rows(reading: Reading) -> Iterator[Hit]:
    """Yield documents, birth dates and telephones that stand in a row behind a name."""
    dates = dates_in(reading)
    for match in dates:
        yield from _in_a_row(reading, match.start(), match.end())
    if dates and reading.folded.count(";") + reading.folded.count("|") >= _LEAST_FIELDS - 1:
        yield from _in_fields(reading)


def _in_a_row(reading: Reading, start: int, end: int) -> Iterator[Hit]:
    """Read name, number, date, telephone in this order."""
    base = max(0, start - _REACH)
    before = _NUMBER_BEFORE.search(reading.folded[base:start])
    if not before or _digits(before["number"]) < _LEAST_DIGITS:
        return
    number = base + before.start("number")
    phone = _PHONE_AFTER.match(reading.folded, end)
    if phone and _digits(phone["phone"]) not in _PHONE_DIGITS:
        phone = None
    if not (phone or _MAIL_AFTER.match(reading.folded, end)) or not _ends_name(reading, number):
        return
    yield Hit(start, end, "DATE_OF_BIRTH", _SCORE, "format", "field")
    if phone:
        yield Hit(
            phone.start("phone"), phone.end("phone"), "PHONE_NUMBER", _SCORE, "format", "field"
        )
    type_ = _document(reading, before["number"])
    if type_:
        yield Hit(number, base + before.end("number"), type_, _SCORE, "format", "field")


def _in_fields(reading: Reading) -> Iterator[Hit]:
    """Read the fields of a line in any order, once one of them is a name."""
    naming = Naming.of(reading)
    named = [
        word.end
        for word, strength in zip(naming.words, naming.strengths, strict=True)
        if strength >= Strength.FAMILY
    ]
    if not named:
        return
    for field in matches(_FIELD, reading):
        written = field.group().strip()
        start = field.start() + len(field.group()) - len(field.group().lstrip())
        span = (start, start + len(written))
        if DATE.fullmatch(written) and is_long_ago(written):
            yield Hit(*span, "DATE_OF_BIRTH", _SCORE, "format", "field")
        elif _digits(written) > _LEAST_DIGITS:
            type_ = _document(reading, written)
            if type_:
                yield Hit(*span, type_, _BARE_FIELD, "format", "field")


def _digits(written: str) -> int:
    return sum(map(str.isdigit, written))


def _ends_name(reading: Reading, before: int) -> bool:
    """Tell whether the word before a position is a part of a name."""
    naming = Naming.of(reading)
    index = next((i for i, w in enumerate(naming.words) if w.end > before), len(naming.words)) - 1
    if index < 1 or len(reading.folded[naming.words[index].end : before].strip()) > 1:
        return False
    listed = naming.strengths[index] >= Strength.WEAK
    return listed or naming.strengths[index - 1] >= Strength.FAMILY


def _document(reading: Reading, written: str) -> str:
    """Return the kind of document that is written so at home, an empty string if none is."""
    for kind in UNCHECKED:
        at_home = not kind.countries.isdisjoint(reading.countries)
        if at_home and kind.labels | IDENTITY == kind.wanted and kind.pattern.fullmatch(written):
            return kind.type
    return ""
