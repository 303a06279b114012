"""A text as the recognizers see it: folded without changing its length, and cut into words."""

import time
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final, Literal, NamedTuple

import regex

Case = Literal["lower", "upper", "mixed"]

#: Seconds that one pattern may spend on one text before the reading is given up.
PATTERN_SECONDS: Final = 2.0

#: Stands for what an earlier redaction left: somebody's name or number, unknown by now.
HIDDEN: Final = "¶"

_WORD: Final = regex.compile(rf"[^\W_]+(?:['’][^\W_]+)*|{HIDDEN}+")
#: Full stops after these, and after a single letter, end no sentence.
_SHORTENED: Final = (
    r"\p{L}|sra?|srta|sres|dra?|lic|ing|arq|prof|profa|mrs?|ms|sgt|capt|rev|st|jr|tel|telf|cel|ext"
    r"|no|num|nro|av|avda|ctra|col|fracc|urb|apto|apt|dpto|depto|fdo|nac|dept|cra|cll|bv"
)
_SENTENCE_END: Final = regex.compile(rf"[!?;\n]|(?<!(?<![\w.-])(?:{_SHORTENED}))\.(?=\s|$)|…")
_MEANT_ZERO: Final = regex.compile(
    r"o(?:(?<=\d[.-]?o)(?=\d)|(?<=\do)(?=\.\d)|(?<=\d{3}o)\b|(?<=\d o)(?=\d{2}))"
)
_MOST_WORDS_ARE_CAPITALS: Final = 0.7
#: What `starts_of` calls words of digits.
DIGITS: Final = "0"
_MIXED: Final = ""
_PAUSES: Final = frozenset({",", ":"})
#: Between two looks at the clock.
_TRIES: Final = 64
#: The capitals of a "DNI" or an "IBAN" say nothing about how the rest is written.
_ACRONYM: Final = 5


class _Folding(dict[int, str]):
    """Lower case without accents, one character for one character, so that offsets hold."""

    def __missing__(self, point: int) -> str:
        base = unicodedata.normalize("NFD", chr(point))[0]
        lower = base.lower()
        self[point] = lower if len(lower) == 1 else base
        return self[point]


_FOLDING: Final = _Folding()


def fold(text: str) -> str:
    """Return `text` in lower case and without accents, exactly as long as before."""
    return text.translate(_FOLDING)


class Word(NamedTuple):
    """A run of letters and digits. `form` is folded; `sentence` counts from 0."""

    start: int
    end: int
    form: str
    capital: bool
    sentence: int


class Reading:
    """
    A text with what several recognizers need of it. Nothing of it changes but `memo`.

    `countries` are ISO 3166 codes, likeliest first. `folded` is the text folded, a letter O among
    digits read as the zero that was meant. `memo` holds what one recognizer worked out and another
    needs too.
    """

    def __init__(self, text: str, language: str, countries: tuple[str, ...]) -> None:
        self.text = text
        self.language = language
        self.countries = countries
        self.memo: dict[str, Any] = {}
        self.folded: str = _MEANT_ZERO.sub("0", fold(text))
        self.words: tuple[Word, ...] = tuple(_words(text, self.folded))
        self.cases = _cases(text, self.words)

    def gap(self, left: Word, right: Word) -> str:
        """Return what stands between two words."""
        return self.folded[left.end : right.start]


def _words(text: str, folded: str) -> Iterator[Word]:
    ends = [match.start() for match in _SENTENCE_END.finditer(folded)]
    ends.append(len(folded))
    sentence = 0
    for match in _WORD.finditer(folded):
        start, end = match.span()
        while ends[sentence] < start:
            sentence += 1
        form = match[0]
        yield Word(start, end, form, text[start].isupper() or form[0] == HIDDEN, sentence)


def _cases(text: str, words: Iterable[Word]) -> dict[int, Case]:
    """Return how each sentence uses capitals: all of them, none, or as in print."""
    counts: dict[int, list[int]] = {}
    for start, end, form, capital, sentence in words:
        if form.isalpha() or form[0] == HIDDEN:
            count = counts.setdefault(sentence, [0, 0, 0])
            count[0] += 1
            written = text[start:end]
            if not written.islower():
                is_upper = len(form) > 1 and written.isupper()
                count[1] += capital and not (is_upper and len(form) <= _ACRONYM)
                count[2] += is_upper
    return {sentence: _case(*count) for sentence, count in counts.items()}


def _case(words: int, capitals: int, uppers: int) -> Case:
    if uppers > 1 and uppers >= words * _MOST_WORDS_ARE_CAPITALS:
        return "upper"
    return "mixed" if capitals else "lower"


def parts_of(word: Word) -> list[int]:
    """Return where a word begins and where it goes on behind an apostrophe."""
    if word.form.isalnum():
        return [word.start]
    return [word.start, *(word.start + i for i, c in enumerate(word.form, 1) if c in "'’")]


def starts_of(reading: Reading, openings: Collection[str]) -> list[int]:
    """
    Return where words begin whose first three letters are one of `openings`.

    "0" stands for all words that begin with a digit. Words that mix letters with digits or an
    apostrophe are always among them, for what they open with is not told by three letters.
    """
    if "openings" not in reading.memo:
        reading.memo["openings"] = _openings(reading)
    known: dict[str, list[int]] = reading.memo["openings"]
    starts = [*known.get(_MIXED, ())]
    for opening in known.keys() & openings:
        starts += known[opening]
    starts.sort()
    return starts


def starts_behind(reading: Reading, leads: Collection[str], stops: Collection[str]) -> list[int]:
    """
    Return where something may begin behind a comma, a colon or one of `leads`, and a blank.

    What begins with one of the words `stops` is left out.
    """
    folded = reading.folded
    starts: list[int] = []
    previous: Word | None = None
    for word in reading.words:
        stopped = word.form in stops and not folded.startswith("_", word.end)
        led = previous and (previous.form in leads or not previous.form.isalpha())
        if previous and led and not (stopped and previous.end + 1 == word.start):
            starts.append(previous.end + 1)
        if not stopped and folded[word.start - 2 : word.start - 1] in _PAUSES:
            starts.append(word.start)
        previous = word
    return starts


def _openings(reading: Reading) -> dict[str, list[int]]:
    starts: dict[str, list[int]] = {}
    for word in reading.words:
        form = word.form
        if form.isalpha():
            starts.setdefault(form[:3], []).append(word.start)
        elif form.isdigit():
            starts.setdefault(DIGITS, []).append(word.start)
        else:
            starts.setdefault(_MIXED, []).extend(parts_of(word))
    return starts


def matches(pattern: "regex.Pattern[str]", reading: Reading) -> "list[regex.Match[str]]":
    """
    Return all matches of `pattern` in the folded text.

    :raises TimeoutError: when the pattern needs longer than `PATTERN_SECONDS`.
    """
    return list(pattern.finditer(reading.folded, timeout=PATTERN_SECONDS))


def matches_at(
    pattern: "regex.Pattern[str]", reading: Reading, starts: Sequence[int]
) -> "list[regex.Match[str]]":
    """
    Return all matches of a pattern that can begin nowhere but at `starts`, which are ordered.

    The same as `matches`, without a look at every other character.

    :raises TimeoutError: when the pattern needs longer than `PATTERN_SECONDS`.
    """
    found: list[regex.Match[str]] = []
    folded = reading.folded
    end = 0
    until = 0.0
    for first in range(0, len(starts), _TRIES):
        for start in starts[first : first + _TRIES]:
            if start >= end and (match := pattern.match(folded, start)):
                found.append(match)
                end = match.end()
        if len(starts) > _TRIES:  # the clock costs as much as a match
            now = time.thread_time()
            until = until or now + PATTERN_SECONDS
            if now > until:
                raise TimeoutError
    return found
