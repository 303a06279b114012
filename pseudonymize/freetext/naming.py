"""How much each word of a reading looks like a part of a name."""

from typing import Final

import regex

from pseudonymize.freetext.labels import ALL as LABELS
from pseudonymize.freetext.lexicon import (
    GIVEN,
    LOCAL,
    SURNAME,
    Lexicon,
    Listed,
    lexicon,
    phrase_at,
    word_set,
)
from pseudonymize.freetext.reading import Case, Reading, Word

PARTICLES: Final = word_set("particles")
COUNTRIES: Final = word_set("countries")
MONTHS: Final = word_set("months")
_NO_NAMES: Final = word_set("no_names")
#: Whose kin somebody is, also among friends: "minha nora", "mi viejo".
KIN: Final = word_set("kin").union(*(word_set(f"familiars_{key}") for key in ("es", "pt", "en")))
_WHOSE: Final = word_set("possessives")
#: Names that are things behind "un" or a number: "un jean", "el tique".
_ARTICLED: Final = word_set("articled_nouns")
_INDEFINITE: Final = {key: word_set(f"indefinite_{key}") for key in ("es", "pt", "en")}
#: Digits and letters of the longest day or year: "2025", "26th".
_YEAR: Final = 4
_BEFORE_VERBS: Final = frozenset({"le", "les", "te", "lhe", "lhes"})
_ASKS: Final = word_set("asks")
_FREQUENT_NAMES: Final = word_set("frequent_names")
_PLAIN_NAMES: Final = word_set("plain_names")
_MONEY: Final = word_set("money")
_PLURALS: Final = word_set("plural_names")
_SUFFERED: Final = word_set("suffered")
_AMOUNTS: Final = word_set("amounts")
_DEMONYMS: Final = word_set("demonyms")
_BEFOREMONTHS: Final = word_set("before_months")
#: Endings with which parents in Brazil and the Caribbean make new names.
_LIKE_A_NAME: Final = regex.compile(
    r"^\w{2,}(?:ilson|ilton|elson|erson|enildo|enilda|inaldo|inalda|ivaldo|ivalda|ilene|ilane|inete"
    r"|onete|inalva|ildes|ineide|ineia|aiane|iely|ielly|aine|ayne|leidys|eidys|leidy|enis|elis|elys"
    r"|eisy|eimar|eiber|erley|isney|isha|eesha|iqua|shawn|tavious|zinho|zinha|ovic|enko|owski"
    r"|ewski|oglu|idze|shvili|ssian|opoulos|akis|ez)$"
)
_SHORT: Final = 3
_ACRONYM: Final = 4
SHORTENED: Final = frozenset({"ma", "mª", "fco", "fca", "jr", "sr"})


def _without_s(form: str) -> str:
    """Return a form without "'s"."""
    return form[:-2] if form.endswith(("'s", "’s")) else form


def _gaps(reading: Reading) -> list[str]:
    """Return what stands before each word, nothing before the first."""
    ends = [word.end for word in reading.words]
    starts = [word.start for word in reading.words[1:]]
    between = [reading.folded[end:start] for end, start in zip(ends, starts, strict=False)]
    return ["", *between]


def _is_of_letters(form: str) -> bool:
    return form.isalpha() or form.replace("'", "").replace("’", "").isalpha()


class Strength:
    """
    How sure it is that a word is a part of a name, before its neighbours are seen.

    Plain numbers, for they are compared for every word of every text.
    """

    NEVER: Final = -2  # a function word, a label, a number
    WORD: Final = -1  # an ordinary word and no name
    UNKNOWN: Final = 0  # in no list at all
    WEAK: Final = 1  # a name that is also an ordinary word, or a rare family name
    FAMILY: Final = 2  # a family name, or a given name of elsewhere
    GIVEN: Final = 3  # a given name and nothing else


class Naming:
    """
    The words of a reading, seen as parts of names. Nothing of it changes.

    What all recognizers ask for, again and again, is worked out at once and stands in attributes.
    """

    def __init__(self, reading: Reading, lists: Lexicon) -> None:
        self.reading = reading
        self.lexicon = lists
        self.words: tuple[Word, ...] = reading.words
        self.forms: tuple[str, ...] = tuple([word.form for word in self.words])
        self._gaps = _gaps(reading)
        self._cases = [reading.cases.get(word.sentence, "lower") for word in self.words]
        self._bare = [_without_s(form) for form in self.forms]
        self._flags = [lists.names.get(form, 0) for form in self._bare]
        self.strengths: tuple[int, ...] = tuple(map(self._strength, range(len(self.words))))
        self.branded = self._branded()

    @staticmethod
    def of(reading: Reading) -> "Naming":
        """Return the naming of a reading, worked out once."""
        if "naming" not in reading.memo:
            reading.memo["naming"] = Naming(reading, lexicon(reading.language))
        found: Naming = reading.memo["naming"]
        return found

    def _branded(self) -> frozenset[int]:
        """Return the positions of words that belong to a brand of several words."""
        found: set[int] = set()
        brands = self.lexicon.brands
        for index in (i for i, form in enumerate(self.forms) if form in brands.lengths):
            length = phrase_at(brands, self.forms, index)
            if length > 1 or (length and not self._is_listed(index)):
                found.update(range(index, index + length))
        return frozenset(found)

    def case(self, index: int) -> Case:
        return self._cases[index]

    def is_given(self, index: int) -> bool:
        if self._flags[index] & GIVEN:
            return True
        return self.forms[index] in self.lexicon.names_first

    def is_surname(self, index: int) -> bool:
        return bool(self._flags[index] & SURNAME)

    def is_initial(self, index: int) -> bool:
        """Tell whether the word is one letter, written as a capital or with a full stop."""
        word = self.words[index]
        if len(word.form) > 1 or not word.form.isalpha():
            return word.form in SHORTENED and self._has_stop(word)
        return self._has_stop(word) or (word.capital and word.form not in "aeoyi")

    def opens_sentence(self, index: int) -> bool:
        return not index or self.words[index - 1].sentence != self.words[index].sentence

    def is_unlisted_name(self, index: int) -> bool:
        """Tell whether an unknown word is written like a name: a capital, then small letters."""
        word = self.words[index]
        text = self.reading.text[word.start : word.end]
        return self.strengths[index] == Strength.UNKNOWN and len(text) > _SHORT and text.istitle()

    def gap(self, index: int) -> str:
        """Return what stands before the word at `index`."""
        return self._gaps[index]

    def is_acronym(self, index: int) -> bool:
        """Tell whether a few capitals stand in a sentence of ordinary writing: "MEI", "CLABE"."""
        word = self.words[index]
        short = 1 < len(word.form) <= _ACRONYM and self._cases[index] == "mixed"
        return short and self.reading.text[word.start : word.end].isupper()

    def is_dated(self, index: int) -> bool:
        """Tell whether a month's name is a month here: "26 de julio", "in June"."""
        before = self.forms[max(0, index - 2) : index]
        if len(before) == 2 and before[1] in {"por", "by", "para", "from"} and before[0] in _ASKS:
            return False  # "pregunta por Julio"
        after = self.forms[index + 1 : index + 3]
        numbered = any(form[0].isdigit() and len(form) <= _YEAR for form in (*before, *after))
        return numbered or (bool(before) and before[-1] in _BEFOREMONTHS)

    def _is_verb(self, index: int, form: str) -> bool:
        """Tell whether "le" or "te" makes a verb of a name in small letters: "le marco del 81…"."""
        if not index or self.words[index].capital or form not in self.lexicon.words:
            return False
        return self.forms[index - 1] in _BEFORE_VERBS and self.reading.language != "en"

    def _is_counted(self, index: int, form: str) -> bool:
        """Tell whether how much there is of a thing stands before it: "sin luz", "relata dores"."""
        if self.words[index].capital or not index:
            return False
        before = self.forms[index - 1]
        if before == "mas" and index > 1 and self._is_listed(index - 2):
            return False  # "montserrat mas moreno"
        plural = form in _PLURALS and before in _SUFFERED
        return plural or (before in _AMOUNTS and form in self.lexicon.words)

    def _is_common(self, index: int, form: str) -> bool:
        """Tell whether a name in small letters is kin or a thing: "minha nora", "el tique"."""
        before = self.forms[index - 1]
        if form in _ARTICLED:
            return before in _INDEFINITE[self.reading.language] or before[0].isdigit()
        return self.is_kin(index)

    def is_kin(self, index: int) -> bool:
        """Tell whether whose kin somebody is stands in small letters: "mi consuegra"."""
        if not index or self.words[index].capital or self.forms[index] not in KIN:
            return False
        return self.forms[index - 1] in _WHOSE

    def _is_code(self, index: int) -> bool:
        acronym = self.is_acronym(index) and not self._is_among_capitals(index)
        return self._heads_code(index) or acronym

    def _is_among_capitals(self, index: int) -> bool:
        """Tell whether a listed name stands in capitals beside another: "name: HSU, LUIS"."""
        near = (index - 1, index + 1)
        return self._is_listed(index) and any(
            0 <= i < len(self.words)
            and self.gap(max(i, index)) in {" ", ", "}
            and self.forms[i] in self.lexicon.names
            and self.reading.text[self.words[i].start : self.words[i].end].isupper()
            for i in near
        )

    def _heads_code(self, index: int) -> bool:
        """Tell whether a few letters begin a code: "cas-682361"."""
        end = self.words[index].end
        is_joined = self.reading.folded[end : end + 1] == "-"
        return is_joined and self.reading.folded[end + 1 : end + 2].isdigit()

    def _has_stop(self, word: Word) -> bool:
        return self.reading.folded[word.end : word.end + 1] == "."

    def _is_listed(self, index: int) -> bool:
        return bool(self.lexicon.names.get(self.forms[index], 0) & LOCAL)

    def _demonym(self, index: int) -> int:
        """A word for where somebody is from is a family name only behind another name."""
        before = index - 1
        follows = index and self.forms[before] not in PARTICLES
        follows = follows and (self.is_given(before) or self.is_surname(before))
        is_family = self._flags[index] & Listed.SURNAME and follows
        return Strength.WEAK if is_family else Strength.WORD

    def _strength(self, index: int) -> int:
        word = self.words[index]
        form = self._bare[index]
        if form == "mª":
            return Strength.GIVEN
        if form in PARTICLES or not _is_of_letters(form):
            return Strength.NEVER
        flags = self._flags[index]
        if self._is_ruled_out(index, form, flags):
            return Strength.NEVER
        if form in _FREQUENT_NAMES:
            return Strength.WEAK
        is_label = form in self.lexicon.frequent or form in LABELS
        if is_label and flags & LOCAL and self.reading.text[word.start : word.end].istitle():
            return Strength.NEVER if self.opens_sentence(index) else Strength.WEAK
        if form in self.lexicon.frequent or form in LABELS or form in self.lexicon.cues.after:
            return Strength.NEVER
        if form in _PLAIN_NAMES and not word.capital:
            return Strength.WEAK
        if form in self.lexicon.names_first:
            return Strength.GIVEN
        if form in _DEMONYMS:
            return self._demonym(index)
        if flags & Listed.NAME_FIRST and (form,) not in self.lexicon.brands.known:
            return Strength.GIVEN if flags & GIVEN else Strength.FAMILY
        if form in self.lexicon.words or (form,) in self.lexicon.brands.known:
            return Strength.WEAK if flags & LOCAL else Strength.WORD
        if len(form) <= _SHORT and not word.capital:
            return Strength.WEAK if flags & LOCAL else Strength.WORD
        if flags & Listed.GIVEN:
            return Strength.GIVEN
        if flags & (Listed.SURNAME | Listed.WORLD_GIVEN):
            return Strength.FAMILY
        if flags:
            return Strength.WEAK
        return Strength.FAMILY if _LIKE_A_NAME.search(form) else Strength.UNKNOWN

    def _is_ruled_out(self, index: int, form: str, flags: int) -> bool:
        """Tell whether what stands around a word says that it is none of a name."""
        is_listed_thing = flags and (
            self._is_counted(index, form)
            or self._is_verb(index, form)
            or (index and not self.words[index].capital and self._is_common(index, form))
        )
        is_money = form in _MONEY and index and self.forms[index - 1][0].isdigit()
        return bool(
            is_listed_thing
            or form in _NO_NAMES
            or is_money
            or (form in MONTHS and self.is_dated(index))
            or self._is_code(index)
            or (form,) in self.lexicon.cues.sure.known
        )
