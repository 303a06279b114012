"""A text as the recognizers see it: folded without changing its length, and cut into words."""

import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
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
    r"(?<=\d)o(?=\d)|(?<=\d[.-])o(?=\d)|(?<=\d)o(?=\.\d)|(?<=\d{3})o\b|(?<=\d )o(?=\d{2})"
)
_MOST_WORDS_ARE_CAPITALS: Final = 0.7
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


@dataclass(frozen=True)
class Reading:
    """A text with what several recognizers need of it. `countries` are ISO 3166 codes, likeliest
    first; `memo` holds what one recognizer worked out and another needs too."""

    text: str
    language: str
    countries: tuple[str, ...]
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def folded(self) -> str:
        """The text folded, a letter O among digits read as the zero that was meant."""
        folded: str = _MEANT_ZERO.sub("0", fold(self.text))
        return folded

    @cached_property
    def words(self) -> tuple[Word, ...]:
        ends = [m.start() for m in _SENTENCE_END.finditer(self.folded)]
        words: list[Word] = []
        sentence = 0
        for match in _WORD.finditer(self.folded):
            start, end = match.span()
            while sentence < len(ends) and ends[sentence] < start:
                sentence += 1
            capital = self.text[start].isupper() or match[0][0] == HIDDEN
            words.append(Word(start, end, match[0], capital, sentence))
        return tuple(words)

    @cached_property
    def cases(self) -> dict[int, Case]:
        """How each sentence uses capitals: all of them, none, or as in print."""
        counts: dict[int, list[int]] = {}
        for word in self.words:
            if word.form.isalpha() or word.form[0] == HIDDEN:
                count = counts.setdefault(word.sentence, [0, 0, 0])
                is_upper = len(word.form) > 1 and self.text[word.start : word.end].isupper()
                count[0] += 1
                count[1] += word.capital and not (is_upper and len(word.form) <= _ACRONYM)
                count[2] += is_upper
        return {sentence: _case(*count) for sentence, count in counts.items()}

    def gap(self, left: Word, right: Word) -> str:
        """Return what stands between two words."""
        return self.folded[left.end : right.start]


def _case(words: int, capitals: int, uppers: int) -> Case:
    if uppers > 1 and uppers >= words * _MOST_WORDS_ARE_CAPITALS:
        return "upper"
    return "mixed" if capitals else "lower"


def matches(pattern: "regex.Pattern[str]", reading: Reading) -> "list[regex.Match[str]]":
    """
    Return all matches of `pattern` in the folded text.

    :raises TimeoutError: when the pattern needs longer than `PATTERN_SECONDS`.
    """
    return list(pattern.finditer(reading.folded, timeout=PATTERN_SECONDS))
