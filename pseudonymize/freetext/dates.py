"""Dates of birth. A date by itself is nobody's: only the words beside it make it one."""

from collections.abc import Iterator
from typing import Final

import regex

from pseudonymize.freetext.labels import BIRTH, THING, Labels
from pseudonymize.freetext.reading import Reading, matches
from pseudonymize.freetext.spans import Hit

_MONTH: Final = (
    r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre"
    r"|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|ene|feb|mar|abr|jun|jul|ago|sept?|oct|nov|dic|jan|fev|mai|set|out|dez|apr|aug|dec)\.?"
)
_NUMBER: Final = (
    r"(?:cero|un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce"
    r"|quince|dieci\w+|veinti?\w*|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|mil"
    r"|cien\w*|novecientos|primero|zero|um|dois|duas|quatro|sete|oito|nove|dez|doze|treze|quatorze"
    r"|quinze|deze\w+|dezoito|vinte|trinta|quarenta|cinquenta|sessenta|oitenta|novecentos|primeiro"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundred|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|\w+teenth|twentieth|thirtieth)"
)
_OF: Final = r"(?:\s*(?:de|del|do|da|of|,|/|-|\.)?\s*(?:the |año |ano )?)"
_DAY: Final = r"\d{1,2}(?:st|nd|rd|th|ro|er|[°ºªo])?"
_YEAR: Final = r"'?(?:1[89]\d{2}|20\d{2}|\d{2})"
_WORDS: Final = rf"{_NUMBER}(?:[ -](?:y |e |and )?{_NUMBER}){{0,5}}"
_DATE: Final = regex.compile(
    rf"(?<![\w/.-])(?:"
    rf"\d{{1,2}}\s?([-/.])\s?\d{{1,2}}\s?\1\s?(?:\d{{4}}|\d{{2}})"
    rf"|(?:1[89]|20)\d{{2}}([-/.])\d{{1,2}}\2\d{{1,2}}"
    rf"|\d{{1,2}} \d{{1,2}} (?:19|20)\d{{2}}"
    rf"|\d{{1,2}}[-/. ]{_MONTH}[-/. ]{_YEAR}"
    rf"|{_DAY}{_OF}{_MONTH}(?:{_OF}{_YEAR}|{_OF}{_WORDS})?"
    rf"|{_MONTH}\s+{_DAY}(?:,?\s+(?:of )?{_YEAR})?"
    rf"|{_WORDS}{_OF}{_MONTH}(?:{_OF}(?:{_WORDS}|{_YEAR}))?"
    rf"|{_MONTH}\s+(?:the )?{_WORDS}(?:,?\s+{_YEAR})?"
    rf")(?![\w]|[-/]\d)"
)
_BORN: Final = regex.compile(
    r"nac|nasc|born|birth|dob|cumple|fdn|aniversario|natalicio|bday|\bd\.?o\.?b|f\.? ?n\.?|\bdn\b"
)


def find_birth_dates(reading: Reading) -> Iterator[Hit]:
    """Yield dates that the words beside them call a birth date. Purchase dates stay."""
    if not _BORN.search(reading.folded):
        return
    labels = Labels.of(reading)
    for match in matches(_DATE, reading):
        label = labels.near(match.start(), match.end(), BIRTH)
        if label and label not in THING:
            yield Hit(match.start(), match.end(), "DATE_OF_BIRTH", 0.9, "label", label)
