"""
The word that says what a number is: "DNI 12345678", "pedido 12345678".

The nearest label decides. A window that merely counts words (as Presidio's context enhancer does)
lets "DNI" of one clause lift an invoice number of the next.
"""

from bisect import bisect_left
from collections.abc import Collection
from typing import Final, TypeAlias

import regex

from pseudonymize.freetext.lexicon import word_set
from pseudonymize.freetext.reading import Reading, Word

#: How many words before and after a number may name it.
_BEFORE: Final = 8
_AFTER: Final = 4

IDENTITY: Final = word_set("identity")
PHONE: Final = word_set("phone")
BIRTH: Final = word_set("birth")
BANK: Final = word_set("bank")
#: These name a number that belongs to a thing, so it is nobody's.
THING: Final = word_set("thing")

#: The names of numbers themselves.
NUMBERS: Final = word_set("numbers")
ALL: Final = IDENTITY | PHONE | BIRTH | BANK | THING | NUMBERS

Stems: TypeAlias = regex.Pattern

#: Labels spelled letter by letter: "d.n.i.", "c c", "s s n".
_ABBREVIATION: Final = regex.compile(
    r"\b\p{L}\. ?\p{L}\b|\b(?:"
    + "|".join(" ".join(form) for form in sorted(NUMBERS) if len(form) <= 4)
    + r")\b"
)


class Labels:
    """The labels of one reading, looked up by position."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._words = reading.words
        self._starts = [word.start for word in self._words]
        self._forms = {word.form for word in self._words}
        self._abbreviates = _ABBREVIATION.search(reading.folded) is not None

    @staticmethod
    def of(reading: Reading) -> "Labels":
        """Return the labels of a reading, worked out once."""
        if "labels" not in reading.memo:
            reading.memo["labels"] = Labels(reading)
        found: Labels = reading.memo["labels"]
        return found

    def any_of(self, wanted: Collection[str]) -> bool:
        """Tell whether a label from `wanted` may stand anywhere in the text."""
        return self._abbreviates or not self._forms.isdisjoint(wanted)

    def near(
        self, start: int, end: int, wanted: Collection[str], *, stems: Stems | None = None
    ) -> str:
        """
        Return the label from `wanted` that names the number at `start`, or an empty string.

        Looks back within the sentence to the nearest label of any kind, then forward a little.
        A word that `stems` matches is a label too.
        """
        index = bisect_left(self._starts, start)
        return self._before(index, wanted, stems) or self._after(index, end, wanted, stems)

    def of_thing(self, start: int, end: int) -> bool:
        """Tell whether a word nearby in the sentence names a number, price or code of a thing."""
        return bool(self.near(start, end, THING)) or self.names_thing(start)

    def names_thing(self, start: int) -> bool:
        """Tell whether the words right before a number say that a thing bears it."""
        index = bisect_left(self._starts, start)
        return any(word.form in THING for word in self._words[max(0, index - 2) : index])

    def _before(self, index: int, wanted: Collection[str], stems: Stems | None) -> str:
        sentence = self._words[index].sentence if index < len(self._words) else -1
        seen = 0
        for position in range(index - 1, -1, -1):
            word = self._words[position]
            if word.sentence != sentence and not self._is_abbreviation(word):
                break
            sentence = word.sentence
            form = self._joined_form(position)
            if form in wanted or word.form in wanted:
                return word.form
            if word.form in THING or seen >= _BEFORE:
                break
            if stems and stems.fullmatch(word.form):
                return word.form
            seen += not word.form[0].isdigit()
        return ""

    def _is_abbreviation(self, word: Word) -> bool:
        """Tell whether a full stop after `word`, as in "Tel. 600", ends no sentence."""
        return len(word.form) <= 4 and self._reading.folded[word.end : word.end + 1] == "."

    def _joined_form(self, position: int) -> str:
        """Return `dni` for the last letter of "d.n.i."."""
        word = self._words[position]
        if len(word.form) > 1:
            return word.form
        form = word.form
        following = self._words[position + 1 : position + 2]
        if following and len(following[0].form) == 1 and form not in NUMBERS:
            return form  # the "n" of "d.n.i." ends no label
        while position and len(self._words[position - 1].form) == 1:
            previous = self._words[position - 1]
            if self._reading.gap(previous, self._words[position]) not in {".", ". ", " "}:
                break
            form = previous.form + form
            position -= 1
            if form in NUMBERS:
                break
        return form

    def _after(self, index: int, end: int, wanted: Collection[str], stems: Stems | None) -> str:
        sentence = self._words[index].sentence if index < len(self._words) else -1
        first = bisect_left(self._starts, end)
        for word in self._words[first : first + _AFTER]:
            if word.sentence != sentence or word.form[0].isdigit():
                break
            if "," in self._reading.folded[end : word.start]:
                break
            if word.form in wanted:
                return word.form
            if word.form in THING:
                break
            if stems and stems.fullmatch(word.form):
                return word.form
        return ""
