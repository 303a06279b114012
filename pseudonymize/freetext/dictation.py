"""
Numbers that are dictated as words: telephones and identity numbers.

The nearest label says which. Without one, six words for digits or more are taken for a telephone.
"""

from collections.abc import Iterator
from typing import Final

from pseudonymize.freetext.kinds import KINDS, UNCHECKED
from pseudonymize.freetext.labels import BIRTH, IDENTITY, PHONE, THING, Labels
from pseudonymize.freetext.lexicon import word_set
from pseudonymize.freetext.phones import STEMS
from pseudonymize.freetext.reading import Reading, Word
from pseudonymize.freetext.spans import Hit

_DIGIT_WORDS: Final = word_set("digits")
_SIGNS: Final = frozenset({"y", "e", "and", "mas", "plus"})
_LEAST_WORDS: Final = 5
_CERTAIN_WORDS: Final = 6
#: The letter at the end of a document, as it is spelled.
_LETTERS: Final = word_set("letters")
_LETTERED: Final = frozenset({"ES_NIF", "ES_NIE"})
#: A foreigner's number begins with a letter; without it these call a citizen's.
_OF_CITIZENS: Final = frozenset({"dni", "nif"})


def find_dictated(reading: Reading) -> Iterator[Hit]:
    """Yield numbers spoken word by word: "seis siete siete, cero uno …"."""
    labels = Labels.of(reading)
    run: list[Word] = []
    for word in (*reading.words, None):
        if word and run and not _continues(reading, run[-1], word):
            yield from _judged(reading, labels, run)
            run = []
        if word and _is_dictated(word):
            run.append(word)
        elif run and not (word and word.form in _SIGNS):
            yield from _judged(reading, labels, run)
            run = []


def _is_dictated(word: Word) -> bool:
    return word.form in _DIGIT_WORDS or (word.form.isdigit() and len(word.form) <= 4)


def _continues(reading: Reading, last: Word, word: Word) -> bool:
    gap = reading.gap(last, word)
    return (len(gap) <= 3 and not set(gap) - set(" ,.-")) or gap.strip() in _SIGNS


def _judged(reading: Reading, labels: Labels, run: list[Word]) -> Iterator[Hit]:
    spoken = [word for word in run if word.form in _DIGIT_WORDS]
    if len(run) < _LEAST_WORDS or len(spoken) < 3:
        return
    start, end = run[0].start, run[-1].end
    kind, label = _identity(reading, labels, start, end)
    if kind:
        yield Hit(start, _with_letter(reading, run, kind), kind, 0.86, "label", label)
        return
    label = labels.near(start, end, PHONE, stems=STEMS)
    score = 0.85 if label else 0.5 if len(spoken) >= _CERTAIN_WORDS else 0.0
    if score and not labels.near(start, end, BIRTH):
        yield Hit(
            start, end, "PHONE_NUMBER", score, "label" if label else "format", label or "spoken"
        )


def _identity(reading: Reading, labels: Labels, start: int, end: int) -> tuple[str, str]:
    """Return the type of identity number and the label that calls the spoken one so."""
    for kind in (*KINDS, *UNCHECKED):
        at_home = not kind.countries or not kind.countries.isdisjoint(reading.countries)
        if not at_home or (kind.home and kind.home not in reading.countries):
            continue
        own = kind.labels - PHONE - THING - (_OF_CITIZENS if kind.type == "ES_NIE" else PHONE)
        label = labels.near(start, end, own)
        if label:
            return kind.type, label
    for kind in UNCHECKED:
        label = labels.near(start, end, IDENTITY) if kind.home in reading.countries[:1] else ""
        if label:
            return kind.type, label
    return "", ""


def _with_letter(reading: Reading, run: list[Word], kind: str) -> int:
    """Return where a spoken document ends, with the letter that closes it: "… siete efe"."""
    following = next((word for word in reading.words if word.start >= run[-1].end), None)
    if not following or not _continues(reading, run[-1], following):
        return run[-1].end
    written = len(following.form) == 1 and (following.capital or following.form != "y")
    closes = following.form in _LETTERS or (kind in _LETTERED and written)
    return following.end if closes else run[-1].end
