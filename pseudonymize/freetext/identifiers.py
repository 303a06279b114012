"""
Numbers that a state or a bank gave to a person or a company.

A number whose control digit is right and whose form is unmistakable counts by itself. One that is
mistyped, or whose form is that of any number, counts only next to its label: a mistyped DNI after
"DNI" is still hidden, an order number that happens to look like one is not.
"""

from collections.abc import Iterator
from typing import Final

import regex

from pseudonymize.freetext.checksums import CHECKS
from pseudonymize.freetext.kinds import KINDS, UNCHECKED, Kind
from pseudonymize.freetext.labels import Labels
from pseudonymize.freetext.persons import follows_person, persons_in
from pseudonymize.freetext.reading import Reading, Word, matches, matches_at, parts_of
from pseudonymize.freetext.spans import Hit

CHECKED: Final = 1.0
LABELLED: Final = 0.85
MISTYPED: Final = 0.7
BY_FORM: Final = 0.5
#: More than what the record says of any number of the person, so that its type is told.
_ABOVE_RECORD: Final = 0.66
_GENERAL: Final = 0.03

#: With what every number of digits alone begins.
_LONG: Final = regex.compile(r"(?:\d[ ./-]?){5}\d")
_MOST_LETTERS: Final = 4

#: Control digits that few other numbers happen to fulfil.
_RARE: Final = frozenset({"cpf", "cnpj", "cuit"})
#: "21986994 y": the letter is rather a word.
_AND_BEHIND: Final = regex.compile(r"\d [yaeo]$")
#: One of ten or of 23 codes of such a form is right, so that they count at home alone.
_SINGLE: Final = frozenset({"ES_CIF", "ES_NIF"})
_SSN_GROUPS: Final = regex.compile(r"\d{3}([-. ])\d{2}\1\d{4}")
#: With points and no money beside it, this is how people write their document.
_DOTTED: Final = {
    "AR_DNI": regex.compile(r"[1-9]\d\.\d{3}\.\d{3}(?<!\.000)"),
    "CO_CEDULA": regex.compile(r"(?:[1-9]\d?|1\.\d{3})\.\d{3}\.\d{3}(?<!\.000)"),
}
_MONEY_BEFORE: Final = regex.compile(r"(?:[$€]|\b(?:ars|cop|usd|us|por|de|son|x))\s?$")
_CURRENCY_AFTER: Final = regex.compile(r"\s?(?:[$€]|(?:pesos|cop|ars|usd|dolares|euros)\b)")
_MONEY_AFTER: Final = regex.compile(
    r"\s?(?:[$€%]|,\d|(?:pesos|cop|ars|usd|dolares|mil|unidades)\b)"
)


def find_identifiers(reading: Reading) -> Iterator[Hit]:
    """Yield every number that its control digit, its form or its label gives away."""
    labels = Labels.of(reading)
    starts = starts_of_numbers(reading)
    for kind in KINDS:
        if _may_occur(kind, reading):
            for match in _matches(kind, reading, starts):
                hit = _judged(kind, match.group(), match.span(), labels, reading)
                if hit:
                    yield hit
    for kind in UNCHECKED:
        if _is_here(kind, reading):
            for match in _matches(kind, reading, starts):
                hit = _unchecked(kind, match.group(), match.span(), labels, reading)
                if hit:
                    yield hit


def starts_of_numbers(reading: Reading) -> dict[str, list[int]]:
    """Return where numbers may begin, by what they open with."""
    codes: list[int] = []
    previous: Word | None = None
    for word in reading.words:
        if not word.form.isalpha():
            if previous and _heads(previous, word):
                codes.append(previous.start)
            codes += parts_of(word)
        previous = word
    letters = [start for start in codes if not reading.folded[start].isdigit()]
    digits = [start for start in codes if _LONG.match(reading.folded, start)]
    starts = {"codes": codes, "letters": letters, "digits": digits}
    return starts if "&" in reading.folded else starts | {"signs": letters}


def _heads(word: Word, number: Word) -> bool:
    """Tell whether a word is the letters of a code whose digits follow: "X 1234567 L"."""
    return number.start - word.end == 1 and len(word.form) <= _MOST_LETTERS and word.form.isalpha()


def _matches(
    kind: Kind, reading: Reading, starts: dict[str, list[int]]
) -> "list[regex.Match[str]]":
    if kind.opens in starts:
        return matches_at(kind.pattern, reading, starts[kind.opens])
    return matches(kind.pattern, reading)


def _may_occur(kind: Kind, reading: Reading) -> bool:
    """Tell whether a kind is worth a scan: at home here, and not without a label it needs."""
    if not _is_here(kind, reading):
        return False
    if kind.check in _RARE or kind.type == "US_SSN":
        return True
    stands_alone = kind.check is not None and kind.unmistakable
    return stands_alone or Labels.of(reading).any_of(kind.wanted)


def _is_here(kind: Kind, reading: Reading) -> bool:
    return not kind.countries or not kind.countries.isdisjoint(reading.countries)


def _judged(
    kind: Kind, number: str, span: tuple[int, int], labels: Labels, reading: Reading
) -> Hit | None:
    if kind.type == "IBAN_CODE":
        number = _as_far_as_right(number)
        span = (span[0], span[0] + len(number))
    is_right = kind.check is not None and CHECKS[kind.check](number)
    if is_right and kind.unmistakable and not _is_chance(kind, number, span, labels, reading):
        return Hit(*span, kind.type, CHECKED, "checksum", kind.check or "")
    label = labels.near(*span, kind.wanted)
    if label not in kind.labels and kind.home and kind.home not in reading.countries:
        label = ""
    if not label:
        return _by_form(kind, number, span, labels, reading)
    if is_right:
        return Hit(*span, kind.type, CHECKED, "checksum", label)
    if kind.type == "ES_NIF" and number[-2:-1] == " ":
        return None  # "DNI 27014116 a retirar"
    if kind.type == "BR_CPF" and label == "pix":
        return None  # a key of Pix may be a telephone as well
    own_name = label in kind.labels
    return Hit(*span, kind.type, MISTYPED + 0.1 * own_name, "label", label)


def _is_chance(
    kind: Kind, number: str, span: tuple[int, int], labels: Labels, reading: Reading
) -> bool:
    """Tell whether a code may have a right control digit by chance: "meter e40667313"."""
    if kind.type in _SINGLE and kind.home not in reading.countries:
        return True
    if kind.type == "ES_NIF" and _AND_BEHIND.search(number) and _goes_on(reading, span[1]):
        return not labels.near(*span, kind.labels) and not follows_person(reading, span[0])
    if number.isdigit() or kind.type in {"ES_CIF", "BANK_ACCOUNT"}:
        return labels.names_thing(span[0])
    return False


def _goes_on(reading: Reading, end: int) -> bool:
    """Tell whether a small letter stands before `end`, and a word behind it."""
    return reading.text[end - 1].islower() and reading.folded[end : end + 2].strip().isalpha()


def _unchecked(
    kind: Kind, number: str, span: tuple[int, int], labels: Labels, reading: Reading
) -> Hit | None:
    label = labels.near(*span, kind.wanted)
    if label and not (kind.type in _DOTTED and _is_price(reading, span)):
        score = LABELLED - _GENERAL * (label not in kind.labels)
        return Hit(*span, kind.type, score, "label", label)
    if kind.type in _DOTTED and _heads_person(reading, span):
        return Hit(*span, kind.type, BY_FORM, "format", "field")
    is_dotted = kind.type in _DOTTED and _DOTTED[kind.type].fullmatch(number) is not None
    if not is_dotted or labels.of_thing(*span) or _is_amount(reading, span):
        return None
    return Hit(*span, kind.type, BY_FORM, "format", "dd.ddd.ddd")


def _heads_person(reading: Reading, span: tuple[int, int]) -> bool:
    """Tell whether a number opens a line and a name follows: "42521553 Luis Gil, cambio"."""
    line = reading.folded.rfind("\n", 0, span[0]) + 1
    opens = not reading.folded[line : span[0]].strip()
    if not opens or reading.folded[span[1] : span[1] + 1] not in {" ", ",", ";"}:
        return False
    return any(hit.start in (span[1] + 1, span[1] + 2) for hit in persons_in(reading))


def _is_price(reading: Reading, span: tuple[int, int]) -> bool:
    """Tell whether a sign or name of money leaves nothing but a price: "debe $1.045.000"."""
    before, after = reading.folded[max(0, span[0] - 2) : span[0]], reading.folded[span[1] :]
    return before.rstrip().endswith(("$", "€")) or _CURRENCY_AFTER.match(after) is not None


def _is_amount(reading: Reading, span: tuple[int, int]) -> bool:
    """Tell whether money or a unit stands beside a number with points."""
    before, after = reading.folded[max(0, span[0] - 6) : span[0]], reading.folded[span[1] :]
    return _MONEY_BEFORE.search(before) is not None or _MONEY_AFTER.match(after) is not None


def _as_far_as_right(number: str) -> str:
    """Drop words behind an account number that look like its last groups: "ES91 … a nombre"."""
    shorter = number
    while len(shorter) > 14 and not CHECKS["iban"](shorter):
        shorter = shorter.rpartition(" ")[0]
    return shorter if len(shorter) > 14 else number


def _by_form(
    kind: Kind, number: str, span: tuple[int, int], labels: Labels, reading: Reading
) -> Hit | None:
    """
    Return a find for a number without a label that hardly anything else is written like.

    A US social security number has no control digit. A CPF, CUIT or CNPJ of bare digits has two,
    or one and a narrow beginning, unless it is called an order and no name stands before it.
    """
    if kind.type == "US_SSN":
        grouped = _SSN_GROUPS.fullmatch(number) is not None and CHECKS["ssn"](number)
        if not grouped or labels.names_thing(span[0]):
            return None
        return Hit(*span, kind.type, _ABOVE_RECORD, "format", "ddd-dd-dddd")
    if kind.check not in _RARE or not CHECKS[kind.check](number):
        return None
    if follows_person(reading, span[0]) or not labels.of_thing(*span):
        return Hit(*span, kind.type, _ABOVE_RECORD, "checksum", kind.check)
    return None
