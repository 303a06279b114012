"""
The word that says what a number is: "DNI 12345678", "pedido 12345678".

The nearest label decides. A window that merely counts words (as Presidio's context enhancer does)
lets "DNI" of one clause lift an invoice number of the next.
"""

from bisect import bisect_left
from collections.abc import Collection
from operator import and_
from typing import Final, TypeAlias

import regex

from pseudonymize.freetext.lexicon import word_set
from pseudonymize.freetext.reading import Reading, Word

#: How many words before and after a number may name it.
_BEFORE: Final = 8
_AFTER: Final = 4
#: Letters of the longest abbreviation that is spelled.
_LONGEST: Final = 6
_REQUESTS: Final = word_set("requests")
#: How many words an answer may open with: "Caller: sure, it's …".
_ANSWER: Final = 5

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

#: Words that name number or value in general, and whose number it is when a person's.
_GENERIC: Final = frozenset({"number", "numbers", "num", "numero", "nro"})
_WHOSE: Final = word_set("whose")
_OF: Final = frozenset({"de", "do", "da"})
#: Whose number it is to call, or where: "número de casa", "numero da vizinha".
_CALLED_AT: Final = word_set("called_at") | word_set("kin")
_SHORT: Final = 3
_ARTICLES: Final = frozenset({"el", "o", "este", "un", "um"})
_BY: Final = frozenset({"con", "com", "bajo", "sob"})
_LINKS: Final = frozenset({"is", "es", "e", "number", "numero", "nro", "num"})
_NOUN: Final = regex.compile(
    r"\w{2,}(?:[cst]ion|coes|cao|miento|mento|ncia|idad|idade|aje|agem|itud)$"
)
#: What a label has for itself: digits, an e-mail, a word or two off.
_VALUE: Final = regex.compile(
    r"\s?[:=]|\s(?:\w+\s){0,1}[\w.+-]+(?:@| arroba | at )|\s[+(]?\d[\d .-]{5}"
)
_OWN: Final = 50


def _bare(form: str) -> str:
    """Return a form without "'s": "my social's 123-45-6789"."""
    return form.removesuffix("'s").removesuffix("’s")


def _abbreviates(reading: Reading) -> bool:
    """Tell whether a text may spell a label: most have no two words of a letter in a row."""
    single = [len(word.form) == 1 or not word.form.isalnum() for word in reading.words]
    in_a_row = any(map(and_, single, single[1:]))
    return in_a_row and _ABBREVIATION.search(reading.folded) is not None


class Labels:
    """The labels of one reading, looked up by position."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._words = reading.words
        self._starts = [word.start for word in self._words]
        self._forms = {_bare(word.form) for word in self._words}
        self._abbreviates = _abbreviates(reading)

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
        before = self._before(index, wanted, stems)
        if before or self.names_thing(start):
            return before
        return self._after(index, end, wanted, stems)

    def of_thing(self, start: int, end: int) -> bool:
        """Tell whether a word nearby in the sentence names a number, price or code of a thing."""
        return bool(self.near(start, end, THING)) or self.names_thing(start)

    def names_thing(self, start: int) -> bool:
        """Tell whether the words right before a number say that a thing bears it."""
        index = bisect_left(self._starts, start)
        while index and self._words[index - 1].form in _LINKS:
            index -= 1  # "your confirmation number is 303…"
        return self.is_counted(start) or any(
            self._words[i].form in THING and not self._is_named_so(i)
            for i in range(max(0, index - 2), index)
        )

    def is_counted(self, start: int) -> bool:
        """Tell whether the word right before a number is a noun of deeds: "grabación 458"."""
        index = bisect_left(self._starts, start) - 1
        if index < 0 or _NOUN.search(self._words[index].form) is None:
            return False
        if "," in self._reading.folded[self._words[index].end : start]:
            return False  # "Sacramento, 303.591.1182"
        return self._words[index].form not in ALL - THING

    def _is_generic(self, position: int) -> bool:
        """Tell whether "number" is that of a thing here, as in "check number", "número de guía"."""
        words = self._words
        form = words[position].form
        if form not in _GENERIC:
            return False
        before = words[position - 1] if position else words[position]
        follows = position > 0 and before.sentence == words[position].sentence
        if self._reading.language == "en":
            return follows and not (
                before.form in _WHOSE or before.form in PHONE or before.form in NUMBERS
            )
        if follows and (before.form in THING or self._is_bought_with(position)):
            return True  # "radicado número 310…"
        after = words[position + 1 : position + 3]
        if len(after) < 2 or after[0].form not in _OF:
            return False
        return after[1].form in THING or self._is_things_noun(after[1])

    def _is_bought_with(self, position: int) -> bool:
        """Tell whether an order is called by its number: "compré con el número 98048310"."""
        at = position - 1
        while at > 0 and self._words[at].form in _ARTICLES:
            at -= 1
        if at <= 0 or self._words[at].form not in _BY:
            return False
        return self._words[at - 1].form in THING

    def _is_things_noun(self, word: Word) -> bool:
        """Tell whether "número de" leads to a thing: "número de gestión", not "de mi hermana"."""
        form = word.form
        if word.capital or form in _CALLED_AT or form in ALL or not form.isalpha():
            return False
        return len(form) > _SHORT and self._reading.folded[word.end : word.end + 1] != ","

    def _is_named_so(self, position: int) -> bool:
        """Tell whether a word is a family name here: "Will Price, 600 …"."""
        previous, word = self._words[position - 1 : position + 1] or (None, None)
        if not previous or not word:
            return False
        return word.capital and previous.capital and self._reading.gap(previous, word) == " "

    def _before(self, index: int, wanted: Collection[str], stems: Stems | None) -> str:
        sentence = self._words[index].sentence if index < len(self._words) else -1
        seen = 0
        for position in range(index - 1, -1, -1):
            word = self._words[position]
            if word.sentence != sentence and not (
                self._is_abbreviation(word) or self._is_answered(position, seen, stems)
            ):
                break
            sentence = word.sentence
            if word.form[0].isdigit() and seen < _BEFORE:
                continue  # no label, and texts of nothing but numbers are long
            form = self._joined_form(position)
            if (form in wanted or word.form in wanted) and not self._is_generic(position):
                return _bare(word.form)
            named = word.form in THING and not self._is_named_so(position)
            if named or seen >= _BEFORE:
                break
            if stems and stems.fullmatch(word.form):
                return word.form
            seen += 1
        return ""

    def _is_abbreviation(self, word: Word) -> bool:
        """Tell whether a full stop after `word`, as in "Tel. 600", ends no sentence."""
        short = len(word.form) <= 4 and not word.form.isdigit()
        return short and self._reading.folded[word.end : word.end + 1] == "."

    def _is_answered(self, position: int, seen: int, stems: Stems | None) -> bool:
        """Tell whether a question ends here that the number answers: "DNI? Cliente: 12345678"."""
        if position + 1 == len(self._words):
            return False  # the number is a part of the last word
        gap = self._reading.gap(self._words[position], self._words[position + 1])
        asks = "?" in gap or (stems is not None and ";" in gap)
        asks = asks or (seen == 0 and self._begs(position))
        return asks and "\n\n" not in gap and seen <= _ANSWER

    def _begs(self, position: int) -> bool:
        """Tell whether somebody is asked for what follows: "me regala su cédula, por favor"."""
        sentence = self._words[position].sentence
        near = self._words[max(0, position - _BEFORE) : position + 1]
        return any(word.form in _REQUESTS and word.sentence == sentence for word in near)

    def _joined_form(self, position: int) -> str:
        """Return `dni` for the last letter of "d.n.i."."""
        word = self._words[position]
        if len(word.form) > 1 or not word.form.isalpha():
            return _bare(word.form)
        form = word.form
        if self._goes_on(position) and form not in NUMBERS:
            return form  # the "n" of "d.n.i." ends no label
        while position and len(form) < _LONGEST and len(self._words[position - 1].form) == 1:
            previous = self._words[position - 1]
            if self._reading.gap(previous, self._words[position]) not in {".", ". ", " "}:
                break
            form = previous.form + form
            position -= 1
            if form in NUMBERS:
                break
        return form

    def _goes_on(self, position: int) -> bool:
        """Tell whether one more letter of an abbreviation follows, and not "D.N.I. N° 123"."""
        following = self._words[position + 1 : position + 2]
        if not following or len(following[0].form) > 1 or not following[0].form.isalpha():
            return False
        gap = self._reading.gap(self._words[position], following[0])
        return gap == "." or (gap == " " and following[0].form != "n")

    def _after(self, index: int, end: int, wanted: Collection[str], stems: Stems | None) -> str:
        sentence = self._words[index].sentence if index < len(self._words) else -1
        first = bisect_left(self._starts, end)
        for position, word in enumerate(self._words[first : first + _AFTER], first):
            if word.sentence != sentence or word.form[0].isdigit():
                break
            if "," in self._reading.folded[end : word.start]:
                break
            if word.form in THING or self._has_own(position):
                break
            if word.form in wanted or (stems and stems.fullmatch(word.form)):
                return word.form
        return ""

    def _has_own(self, position: int) -> bool:
        """Tell whether a label announces what stands behind it: "55654806 … contato: ana@…"."""
        end = self._words[position].end
        line = self._reading.folded[end : end + _OWN]
        return _VALUE.match(line) is not None
