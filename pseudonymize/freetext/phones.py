"""
Telephone numbers of the countries that a text is read for.

A number with its country code, or in the way its country groups digits, counts by itself. Bare
digits need a label, or that nothing near calls them a thing's: order numbers look just like them.
For numbers that are dictated see `dictation`.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import phonenumbers
import regex

from pseudonymize.freetext.labels import PHONE, Labels
from pseudonymize.freetext.lexicon import stem_pattern
from pseudonymize.freetext.reading import Reading, matches
from pseudonymize.freetext.spans import Hit

_WRITTEN: Final = regex.compile(
    r"(?<![\w@#$€/.,-])(?<![$€#] ?)(?:\+\s?|00)?\(?\+?\d{1,4}\)?"
    r"(?:(?:[ .-]{0,3}|/)\(?\d{1,8}\)?){1,6}"
    r"(?![\w@])(?!(?:[.,/]|-)\d)(?!\s?[%€$])"
)
_BARE: Final = regex.compile(r"(?<![\w@#$€/.,-])\+?\d{7,15}(?![\w@%€$])(?![.,/-]\d)")
_ONE_BY_ONE: Final = regex.compile(r"(?<![\w.,-])\d(?:[ -]\d){6,12}(?![\w])(?![ -]\d)")
_AMOUNT: Final = regex.compile(r"\d{1,3}(?:\.\d{3})+|\d+\.\d{1,2}")
_DATE: Final = regex.compile(
    r"\d{1,2}([-./ ])\d{1,2}\1(?:19|20)?\d{2}|(?:19|20)\d{2}([-./ ])\d{1,2}\2\d{1,2}"
)

#: How countries group a number when nothing else says that it is one.
_GROUPED: Final = {
    "ES": r"[6789]\d{2}([ .-])\d{3}\1\d{3}|[6789]\d{2}(?: \d{2}){3}|[6789]\d \d{3} \d{2} \d{2}"
    r"|[6789]\d{2}(?:(?:-\d{2}){3}|(?:\.\d{2}){3})|[89]\d(?:-\d{3}-\d{2}-\d{2}|\.\d{3}\.\d{2}\.\d{2})",
    "MX": r"\d{2,3}-\d{3,4}-\d{4}|\(?\d{2,3}\)? \d{3,4}[ -]\d{4}",
    "CO": r"\(?3\d{2}\)?[ -]\d{3}[ -]?\d{2}[ -]?\d{2}|\(?60\d\)? \d{3} ?\d{2} ?\d{2}",
    "AR": r"\(?0?\d{2,4}\)?[ -](?:15[ -]?)?\d{3,4}-\d{4}|15[ -]\d{4}-\d{4}",
    "BR": r"\(\d{2}\)[ -]?9? ?\d{4}[ -]?\d{4}|0?\d{2}[ -]9? ?\d{4}[-. ]\d{4}",
    "CL": r"9 \d{4} \d{4}|\(?\d{1,2}\)? \d{3,4} \d{4}",
    "PE": r"9\d{2} \d{3} \d{3}",
    "EC": r"09\d \d{3} \d{4}",
    "UY": r"09\d \d{3} \d{3}",
    "US": r"\(\d{3}\)[ -]{0,2}\d{3}[ .-]\d{4}|(?:1[ .-])?\d{3}([ ./-])\d{3}[ .-]\d{4}",
    "GB": r"0\d{4} \d{6}|07\d{3} \d{3} \d{3}|020 \d{4} \d{4}",
}
_GROUPS: Final = {country: regex.compile(form) for country, form in _GROUPED.items()}

#: Words of one family: "avisará", "llámenlo", "ligarei".
STEMS: Final = stem_pattern("phone_stems")

#: Before the number to call: "al", "no", "at".
_LEAD: Final = regex.compile(r"\b(?:al|ao|no|at|on)\s$")
_WRAPPED: Final = regex.compile(r"\([^()]{7,}\)|\(\(.*")
_MOST_DIGITS: Final = 15
_LEAST_AFTER_00: Final = 9
#: From so many digits a number after "+" counts although its country has none like it.
_LEAST_WITH_CODE: Final = 10


def find_phones(reading: Reading) -> Iterator[Hit]:
    """Yield telephone numbers written in digits."""
    labels = Labels.of(reading)
    seen: set[tuple[int, int]] = set()
    for pattern in (_WRITTEN, _BARE, _ONE_BY_ONE):
        for match in matches(pattern, reading):
            if match.span() not in seen:
                seen.add(match.span())
                yield from _judged(reading, labels, match.group(), match.span())


def _judged(reading: Reading, labels: Labels, number: str, span: tuple[int, int]) -> Iterator[Hit]:
    digits = sum(map(str.isdigit, number))
    if digits > _MOST_DIGITS and " " in number.strip():
        rest = number.lstrip().partition(" ")[2]
        yield from _judged(reading, labels, rest, (span[1] - len(rest), span[1]))
        return
    if not 7 <= digits <= 15 or _DATE.fullmatch(number):
        return
    if _AMOUNT.fullmatch(number) and not (
        labels.near(*span, PHONE, stems=STEMS) or _is_led_to(reading, number, span[0])
    ):
        return
    start, end = span
    start += len(number) - len(number.lstrip())
    number = number.strip()
    if number.startswith("(") and (")" not in number or _WRAPPED.fullmatch(number)):
        start, number = start + 1, number[1:]
    if number.count(")") > number.count("("):
        end, number = end - 1, number.removesuffix(")")
    international = number.startswith(("+", "(+", "00"))
    if international and _is_international(number, digits):
        yield Hit(start, end, "PHONE_NUMBER", 0.95, "format", "+")
        return
    country = next((c for c in reading.countries if _is_valid(number, c)), None)
    label = labels.near(*span, PHONE, stems=STEMS)
    if country and label:
        yield Hit(start, end, "PHONE_NUMBER", 0.9, "label", label)
    elif country and _is_reached(reading, number, country, start):
        yield Hit(start, end, "PHONE_NUMBER", 0.6, "format", country)
    elif country and _may_stand_alone(reading, number) and not labels.of_thing(start, end):
        yield Hit(start, end, "PHONE_NUMBER", 0.5, "format", country)
    elif label:
        yield Hit(start, end, "PHONE_NUMBER", 0.55, "label", label)


def _is_led_to(reading: Reading, number: str, start: int) -> bool:
    """Tell whether a number with points is where to reach somebody: "confirmar al 612.345.678"."""
    is_led = _LEAD.search(reading.folded, max(0, start - 5), start) is not None
    return is_led and any(_is_grouped(number, country) for country in reading.countries)


def _is_reached(reading: Reading, number: str, country: str, start: int) -> bool:
    """Tell whether a valid number is grouped as at home, or led to: "o al 600123456"."""
    leads = _LEAD.search(reading.folded, max(0, start - 5), start) is not None
    return (leads or _is_grouped(number, country)) and not _names_a_thing(reading, start)


def _is_grouped(number: str, country: str) -> bool:
    return country in _GROUPS and _GROUPS[country].fullmatch(number) is not None


def _may_stand_alone(reading: Reading, number: str) -> bool:
    """Tell whether a valid number may do without a label: the country is known, no mere code."""
    is_code = "-" in number and not set(number) & set(" ()./")
    return len(reading.countries) == 1 and not is_code


def _names_a_thing(reading: Reading, start: int) -> bool:
    return Labels.of(reading).names_thing(start)


@lru_cache(maxsize=4096)
def _is_valid(number: str, country: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, country))
    except phonenumbers.NumberParseException:
        return False


def _is_international(number: str, digits: int) -> bool:
    """Tell whether a number with a country code can be one; 00 needs a number that is in use."""
    try:
        if number.startswith("00"):
            parsed = phonenumbers.parse("+" + number[2:])
            return digits > _LEAST_AFTER_00 and phonenumbers.is_valid_number(parsed)
        possible = phonenumbers.is_possible_number(phonenumbers.parse(number))
        return possible or digits >= _LEAST_WITH_CODE
    except phonenumbers.NumberParseException:
        return False
