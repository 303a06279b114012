"""
What the caller already knows of the person, found in whatever form the text gives it.

Built anew for each call and dropped with it: a record is used and not kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from pseudonymize.freetext.lexicon import Lexicon, Listed, lexicon
from pseudonymize.freetext.naming import PARTICLES
from pseudonymize.freetext.reading import Reading, fold
from pseudonymize.freetext.spans import Hit

_SCORE: Final = 0.97
#: Below a number that is known by its own kind, so that a NIF is called a NIF.
_NUMBER_SCORE: Final = 0.65
_SEPARATORS: Final = frozenset(" .-/(),_#°º\u00a0'")
_PHONE_TAIL: Final = 8
_LEAST_KEY: Final = 5
_WIDEST_GAP: Final = 4
_MONTHS: Final = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro"
    " dezembro",
    "en": "january february march april may june july august september october november december",
}


@dataclass(frozen=True, slots=True)
class Record:
    """
    What is known of one person. `id` is any number of theirs; `birth_date` a calendar day.

    Its text form shows nothing, so that it cannot end in a log.
    """

    first: str | None = None
    last: str | None = None
    email: str | None = None
    phone: str | None = None
    id: str | None = None
    birth_date: date | None = None
    city: str | None = None
    address: str | None = None

    def __repr__(self) -> str:
        return "Record(…)"

    @property
    def name_tokens(self) -> frozenset[str]:
        """The words of the name, folded, without "de la" and the like."""
        return frozenset(_tokens(f"{self.first or ''} {self.last or ''}"))


def find_record(record: Record, reading: Reading) -> Iterator[Hit]:
    """Yield every mention of what `record` holds."""
    yield from _names(record, reading)
    yield from _phrase(reading, record.city, "LOCATION")
    compact = _Compact(reading)
    for type_, keys in _keys(record, reading.language):
        for key in keys:
            if len(key) >= _LEAST_KEY:
                yield from (_typed(hit, reading) for hit in compact.find(key, type_))
    yield from _street(record, compact)


def _typed(hit: Hit, reading: Reading) -> Hit:
    """Return a find of the record's number with the type that it has at home by its form."""
    if hit.type != "ID":
        return hit
    # Only a process that reads texts pays for the control digits.
    from pseudonymize.freetext.checksums import CHECKS
    from pseudonymize.freetext.kinds import KINDS, UNCHECKED

    written = reading.folded[hit.start : hit.end]
    for kind in (*KINDS, *UNCHECKED):
        own = kind.home and kind.home == reading.countries[0] and kind.generic
        if (
            own
            and kind.pattern.fullmatch(written)
            and (not kind.check or CHECKS[kind.check](written))
        ):
            return hit._replace(type=kind.type)
    return hit


def _tokens(text: str) -> list[str]:
    words = fold(text).replace("-", " ").replace(".", " ").replace(",", " ").split()
    return [word for word in words if word not in PARTICLES]


@dataclass(frozen=True)
class _Compact:
    """The letters and digits of a reading, with where each stood."""

    reading: Reading

    @cached_property
    def positions(self) -> list[int]:
        return [i for i, char in enumerate(self.reading.folded) if char.isalnum()]

    @cached_property
    def characters(self) -> str:
        return "".join(filter(str.isalnum, self.reading.folded))

    def find(self, key: str, type_: str) -> Iterator[Hit]:
        at = self.characters.find(key)
        while at >= 0:
            start, end = self.positions[at], self.positions[at + len(key) - 1] + 1
            written = self.reading.folded[start:end]
            is_name = type_ == "USERNAME" and (" " in written or written.isalpha())
            if self._is_whole(start, end, key) and not is_name:
                score = _NUMBER_SCORE if type_ == "ID" else _SCORE
                yield Hit(start, end, type_, score, "record", type_.lower())
            at = self.characters.find(key, at + 1)

    def _is_whole(self, start: int, end: int, key: str) -> bool:
        folded = self.reading.folded
        if folded[end : end + 1].isalnum() or (
            not key.isdigit() and folded[start - 1 : start].isalnum()
        ):
            return False
        between = [c for c in folded[start:end] if not c.isalnum()]
        return len(between) <= len(key) and set(between) <= _SEPARATORS | {"@"}


def _keys(record: Record, language: str) -> Iterator[tuple[str, list[str]]]:
    if record.email:
        local, _, _ = fold(record.email).partition("@")
        yield "EMAIL_ADDRESS", [_compacted(record.email)]
        yield "USERNAME", [_compacted(local)]
    if record.phone:
        digits = "".join(filter(str.isdigit, record.phone))
        yield "PHONE_NUMBER", [digits, digits[-10:], digits[-9:], digits[-_PHONE_TAIL:]]
    if record.id:
        yield "ID", [_compacted(record.id)]
    if record.birth_date:
        yield "DATE_OF_BIRTH", list(_birth_keys(record.birth_date, language))


def _compacted(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _birth_keys(born: date, language: str) -> Iterator[str]:
    day, month, year = born.day, born.month, born.year
    short = f"{year % 100:02d}"
    for d, m in ((f"{day:02d}", f"{month:02d}"), (str(day), str(month))):
        yield from (f"{d}{m}{year}", f"{m}{d}{year}", f"{year}{m}{d}")
    yield from (f"{day:02d}{month:02d}{short}", f"{month:02d}{day:02d}{short}")
    name = _MONTHS[language].split()[month - 1]
    for called in (name, name[:3]):
        for of in ("", "de", "of"):
            for d in (f"{day:02d}", str(day)):
                yield f"{d}{of}{called}{of}{year}"
        yield from (f"{day}{called}{year}", f"{called}{day}{year}", f"{called}{day:02d}{year}")
        yield from (f"{called}{day}{suffix}{year}" for suffix in ("st", "nd", "rd", "th"))


def _names(record: Record, reading: Reading) -> Iterator[Hit]:
    tokens = record.name_tokens
    if not tokens:
        return
    known = lexicon(reading.language)
    given = _tokens(record.first or "")

    members = [
        i for i, word in enumerate(reading.words) if _is_member(word.form, tokens, given, known)
    ]
    for first, last in _runs(reading, members):
        if last > first or _is_plain_name(reading, first, known):
            first = _with_particles(reading, first, fold(record.last or "").split())
            start, end = reading.words[first].start, reading.words[last].end
            yield Hit(start, end, "PERSON", _SCORE, "record", "name")


def _with_particles(reading: Reading, first: int, written: list[str]) -> int:
    """Return where a name begins with the "de las" that the record has before its first word."""
    form = reading.words[first].form
    at = written.index(form) if form in written else 0
    while at and first and written[at - 1] in PARTICLES:
        if reading.words[first - 1].form != written[at - 1]:
            break
        at, first = at - 1, first - 1
    return first


def _is_member(form: str, tokens: frozenset[str], given: list[str], known: Lexicon) -> bool:
    form = form.removesuffix("'s").removesuffix("’s")
    if form in tokens:
        return True
    is_listed = known.names.get(form, 0) & Listed.GIVEN and form not in known.words
    return bool(is_listed) and len(form) > 2 and any(name.startswith(form) for name in given)


def _runs(reading: Reading, members: list[int]) -> Iterator[tuple[int, int]]:
    """Join mentions that only space, a comma, initials or "de la" stand between."""
    first = last = -1
    for member in members:
        if first >= 0 and _is_near(reading, last, member):
            last = member
            continue
        if first >= 0:
            yield first, last
        first = last = member
    if first >= 0:
        yield first, last


def _is_near(reading: Reading, left: int, right: int) -> bool:
    between = reading.words[left + 1 : right]
    if len(between) > 2 or any(w.form not in PARTICLES and len(w.form) > 1 for w in between):
        return False
    gaps = reading.folded[reading.words[left].end : reading.words[right].start]
    return set(gaps) - set("abcdefghijklmnopqrstuvwxyz") <= set(" ,.-'")


def _is_plain_name(reading: Reading, index: int, known: Lexicon) -> bool:
    """Tell whether a single word of the name is meant as one: "Rosa", not "rosa"."""
    word = reading.words[index]
    flags = known.names.get(word.form, 0)
    if word.form not in known.words or flags & Listed.NAME_FIRST or word.capital:
        return True
    return reading.cases.get(word.sentence) != "mixed" and bool(flags & Listed.GIVEN)


def _phrase(reading: Reading, phrase: str | None, type_: str) -> Iterator[Hit]:
    wanted = [w.form for w in Reading(phrase or "", "en", ()).words]
    if not wanted:
        return
    words = reading.words
    for i, word in enumerate(words[: len(words) - len(wanted) + 1]):
        if word.form == wanted[0] and [w.form for w in words[i : i + len(wanted)]] == wanted:
            mixed = reading.cases.get(word.sentence) == "mixed"
            if word.capital or not mixed:
                yield Hit(
                    word.start, words[i + len(wanted) - 1].end, type_, _SCORE, "record", "city"
                )


def _street(record: Record, compact: _Compact) -> Iterator[Hit]:
    """Find the whole address, or its street with the number."""
    words = [w.form for w in Reading(record.address or "", "en", ()).words]
    if not words:
        return
    yield from compact.find("".join(words), "ADDRESS")
    numbers = [i for i, form in enumerate(words) if form[0].isdigit()]
    if not numbers:
        return
    for first in range(numbers[0]):
        key = "".join(words[first : numbers[0] + 1])
        if words[first] not in PARTICLES and len(key) >= _LEAST_KEY:
            yield from compact.find(key, "ADDRESS")
