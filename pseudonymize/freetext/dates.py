"""Dates of birth. A date by itself is nobody's: only the words beside it make it one."""

from bisect import bisect_left
from collections.abc import Iterator
from string import ascii_lowercase
from typing import Final

import regex

from pseudonymize.freetext.labels import BIRTH, THING, Labels
from pseudonymize.freetext.lexicon import word_set
from pseudonymize.freetext.naming import Naming, Strength
from pseudonymize.freetext.persons import follows_person
from pseudonymize.freetext.reading import DIGITS, Reading, matches, matches_at, starts_of
from pseudonymize.freetext.spans import Hit, Why

#: The first letters are looked at first: so many words are slow to try in turn.
_MONTH: Final = (
    r"(?=[adefjmnos])(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre"
    r"|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|ene|feb|mar|abr|jun|jul|ago|sept?|oct|nov|dic|jan|fev|mai|set|out|dez|apr|aug|dec)\.?"
)
_NUMBER: Final = (
    r"(?:(?=[cdefhmnopqstuvz])(?:cero|un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce"
    r"|quince|dieci\w+|veinti?\w*|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|mil"
    r"|cien\w*|novecientos|primero|zero|um|dois|duas|quatro|sete|oito|nove|dez|doze|treze|quatorze"
    r"|quinze|deze\w+|dezoito|vinte|trinta|quarenta|cinquenta|sessenta|oitenta|novecentos|primeiro"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundred|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|twentieth|thirtieth)|\w+teenth)"
)
_OF: Final = r"(?:\s*(?:de|del|do|da|of|,|/|-|\.)?\s*(?:the |año |ano )?)"
_DAY: Final = r"\d{1,2}(?:st|nd|rd|th|ro|er|[°ºªo])?"
_YEAR: Final = r"'?(?:1[89]\d{2}|20\d{2}|\d{2})"
_WORDS: Final = rf"{_NUMBER}(?:[ -](?:y |e |and )?{_NUMBER}){{0,5}}"
DATE: Final = regex.compile(
    rf"(?<![\w/.])(?<!\w-)(?:(?=\d)(?:"
    rf"\d{{1,2}}\s?([-/.])\s?\d{{1,2}}\s?\1\s?(?:\d{{4}}|\d{{2}})"
    rf"|(?:1[89]|20)\d{{2}}([-/.])\d{{1,2}}\2\d{{1,2}}"
    rf"|\d{{1,2}} \d{{1,2}} (?:19|20)\d{{2}}"
    rf"|\d{{1,2}}(?: del? | do ){{1}}\d{{1,2}}(?: del? | do ){{1}}(?:(?:19|20)\d{{2}}|\d{{2}})"
    rf"|\d{{1,2}}[-/. ]{_MONTH}[-/. ]{_YEAR}"
    rf"|{_DAY}{_OF}{_MONTH}(?:{_OF}{_YEAR}|{_OF}{_WORDS})?"
    rf")|(?!\d)(?:{_WORDS} (?:del?|do) {_NUMBER} (?:del?|do) {_WORDS}"
    rf"|{_MONTH}\s+{_DAY}(?:,?\s+(?:of )?{_YEAR})?"
    rf"|(?:the )?{_WORDS}{_OF}{_MONTH}(?:{_OF}(?:{_WORDS}|{_YEAR}))?"
    rf"|{_MONTH}\s+(?:the )?{_WORDS}(?:,?\s+{_YEAR})?"
    rf"))(?![\w]|[-/]\d)"
)
#: How a date begins, see `starts_of`. Numbers need not end with the word: "unmayo".
_OPENINGS: Final = frozenset(
    {DIGITS, "um", "un", "the"}
    | {opening[:3] for opening in regex.findall("[a-z]{3,}", _MONTH + _NUMBER)}
    | {two + letter for two in ("um", "un") for letter in ascii_lowercase}
)
#: What speaks of a birth: these letters anywhere, and some more.
_BIRTH_LETTERS: Final = (
    *("nac", "nasc", "born", "birth", "dob", "cumpl", "fdn", "aniversario", "natalicio"),
    *("bday", "b day", "natural", "turn", "complet", "vio la luz"),
)
_BORN: Final = regex.compile(
    r"\bd\.?o\.?b|f\.? ?n\.?|\bdn\b|\bf[ae][czs]\w* \w+ anos|vin[eo] al mundo|vi[em] ao mundo"
    r"|\b(?:edad|idade|aged?)\b"
)
_DIGIT: Final = regex.compile(r"\d\d")
#: A question about the birth, and the answer behind it.
_ASKED: Final = regex.compile(
    r"(?<!\w)(?:nac\w*|nasc\w*|born|birth|birth ?date|cumple\w*)[^\w]{1,8}$"
)
#: "cumple 40 años el …", "turns forty on …", "vino al mundo un …".
_TURNS: Final = regex.compile(
    rf"(?<!\w)(?:cumpl\w+|f[ae](?!cha|ctu|cil|tur)[czs]\w*|complet\w+|turn(?:s|ed|ing)?|haciendo)\s+(?:(?:los|sus|ya|seus|os)\s)?"
    rf"(?:(?:\d{{1,3}}|{_NUMBER}(?: y {_NUMBER}| e {_NUMBER})?)\s*(?:anos?|years)?\s*)?"
    r"(?:(?:el|en|on|no dia|em|dia|the|hoy|este|ahora|agora|proximo|next)\s+){0,3}$"
    r"|(?:vin[eo] al mundo|vi[em] ao mundo|veio ao mundo|vio la luz"
    r"|(?:edad|idade|aged?)\s*:?\s*\d{1,3}[ ,;(]+)"
    r"(?:(?:el|en|em|on|un|um|no dia)\s+){0,2}$"
)
#: What tells of a birth some words before the date, and abbreviations right before it.
_TOLD: Final = regex.compile(
    r"(?:(?:vin[eo] al mundo|vi[em] ao mundo|veio ao mundo|vio la luz|veio a luz"
    r"|came into the world|natural(?:es)? del?(?!\w)|natura(?:l|is) d[eoa](?!\w)"
    r"|originari[oa] de|oriund[oa] d[eoa]"
    r"|dio a luz|deu a luz|gave birth"
    r"|(?:apag|sopl|sopr)\w+ \w+ vel(?:it)?as|blow\w* out \w+ candles"
    r"|celebr\w+ (?:su|sus|seu|seus|his|her) (?:\w+ )?(?:santo|anos|primaveras|birthday)"
    r")[^.;\n]{0,40}"
    r"|(?:\bf\.?\s?n\.?|\bd\.?\s?n\.?|\bf?\.?\s?(?:nto|nac|nasc|ncto|ncmto|nacto)\.?|[(,]\s?(?:n|b)\.?|^b\."
    r"|(?:dob|nac\w*|nasc\w*|birth\w*)\s?\([a-z/ -]{6,12}\))\s?[:=-]?\s?)$"
)
#: "soy del 12 de marzo de 1980", if so long ago.
_FROM: Final = regex.compile(
    r"(?<!\w)(?:soy|es|era|sou|anos?,?)\s(?:del?|do|dia|el)\s$|\b(?:fecha|data|date)\s(?:correcta\s|certa\s)?(?:es|e|is)\s$"
    r"|years? old,?\s(?:from|of)?\s?$"
)
#: A birthday without its year, or a whole date without separators, right behind its label.
_SHORT_DATE: Final = regex.compile(
    r"(?<!\w)(?:b-?day|birthday|cumple(?:anos)?|aniversario|nac\w*|nasc\w*|dob|birth ?date"
    r"|fdn|d\.?n\.?)\s?[:.=]?\s?(?:(?:is|es|e|cae|cai|el|on|dia|no|em|the)\s){0,3}"
    r"(?P<date>(?:0?[1-9]|[12]\d|3[01])[/-](?:0?[1-9]|[12]\d|3[01])(?![\w/.-])"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)?\d{2}(?!\d)"
    r"|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))"
)
#: Between the fields of a form: "Ruiz, Ana / 12-03-1985 / 600 …".
_WHOLE_YEAR: Final = regex.compile(r"(?:19|20)\d{2}")
_FIELD_SEPARATOR: Final = regex.compile(r"[/|](?<=\s.)(?=\s)|\t")
#: What may stand between a name and the date behind it.
_TO_NAME: Final = regex.compile(r"\w(?:\s|\s?[(\[]|,\s|\s?[–-]\s)$")
_NEAR: Final = 60
#: Words of a further deed between two dates.
_MOVED: Final = regex.compile(r"\p{L}{3,}\W+(?:\p{L}+\W+){0,3}$")
_OLD_IN_SHORT: Final = regex.compile(r"\d{1,2}([-/. ])\d{1,2}\1(?:2[89]|[3-9]\d)")
#: Labels that are family names too.
_FAMILY_LABELS: Final = frozenset({"nascimento"})
_TITLES: Final = word_set("titles")
#: A date since then is rather a purchase than a birth.
_RECENT: Final = 2010


def _is_spent(reading: Reading, previous: "regex.Match[str] | None", start: int) -> bool:
    """Tell whether the label of a date belongs to the date before: "dob 07-19-1945, moved to …"."""
    if previous is None:
        return False
    between = reading.folded[previous.end() : start]
    return (
        len(between) < _NEAR and not _tells_of_birth(between) and _MOVED.search(between) is not None
    )


def _tells_of_birth(folded: str) -> bool:
    return any(letters in folded for letters in _BIRTH_LETTERS) or _BORN.search(folded) is not None


def dates_in(reading: Reading) -> "list[regex.Match[str]]":
    """Return whatever is written as a date, worked out once."""
    if "dates" not in reading.memo:
        is_worth_it = _DIGIT.search(reading.folded) or _tells_of_birth(reading.folded)
        starts = starts_of(reading, _OPENINGS) if is_worth_it else []
        reading.memo["dates"] = matches_at(DATE, reading, starts)
    found: list[regex.Match[str]] = reading.memo["dates"]
    return found


def find_birth_dates(reading: Reading) -> Iterator[Hit]:
    """Yield dates that the words beside them call a birth date. Purchase dates stay."""
    has_fields = _FIELD_SEPARATOR.search(reading.folded) is not None
    labels = Labels.of(reading)
    if _tells_of_birth(reading.folded):
        for match in matches(_SHORT_DATE, reading):
            yield Hit(match.start("date"), match.end("date"), "DATE_OF_BIRTH", 0.85, "cue", "born")
    previous: regex.Match[str] | None = None
    for match in dates_in(reading):
        if _is_spent(reading, previous, match.start()):
            continue
        score, why, because = _judged(reading, labels, match, has_fields)
        previous = match if score else None
        if score:
            yield Hit(match.start(), match.end(), "DATE_OF_BIRTH", score, why, because)


def _judged(
    reading: Reading, labels: Labels, match: "regex.Match[str]", has_fields: bool
) -> tuple[float, Why, str]:
    """Return how sure it is that a date is one of birth, and why."""
    before = reading.folded[max(0, match.start() - 60) : match.start()]
    if _ASKED.search(before) or _TURNS.search(before) or _TOLD.search(before):
        return 0.85, "cue", "born"
    label = labels.near(match.start(), match.end(), BIRTH)
    if label and label not in THING and not _is_family_label(reading, match, label):
        return 0.9, "label", label
    if _follows_name(reading, match):
        return 0.65, "format", "name"
    if has_fields and _is_a_field(reading, match):
        return 0.6, "format", "field"
    if (
        _FROM.search(before)
        and _is_of_old(match.group())
        and not labels.of_thing(match.start(), match.end())
    ):
        return 0.6, "cue", "born"
    return 0.0, "format", ""


def _is_family_label(reading: Reading, match: "regex.Match[str]", label: str) -> bool:
    """Tell whether the label is a family name: "o senhor Nascimento", and a day since."""
    if label not in _FAMILY_LABELS or is_long_ago(match.group()):
        return False
    naming = Naming.of(reading)
    return any(
        word.form == label and index and _may_precede_family(naming, index - 1)
        for index, word in enumerate(naming.words)
    )


def _may_precede_family(naming: Naming, index: int) -> bool:
    """Tell whether a title or a name stands at `index`."""
    return naming.forms[index] in _TITLES or naming.strengths[index] >= Strength.FAMILY


def _is_a_field(reading: Reading, match: "regex.Match[str]") -> bool:
    """Tell whether an older date is a field of its own, behind a name: "Ruiz, Ana / 1985-03-12"."""
    line = reading.folded.rfind("\n", 0, match.start()) + 1
    before = reading.folded[line : match.start()]
    if not _FIELD_SEPARATOR.search(before[-3:]) or not any(map(str.isalpha, before)):
        return False
    return is_long_ago(match.group())


def is_long_ago(written: str) -> bool:
    """Tell whether a date is rather a birth than a purchase. One of two digits may be either."""
    years = [int(year) for year in _WHOLE_YEAR.findall(written)]
    return not years or min(years) < _RECENT


def _is_of_old(written: str) -> bool:
    """Tell whether a date has a year, of two digits at least, that is long ago."""
    if _OLD_IN_SHORT.fullmatch(written):
        return True
    return _WHOLE_YEAR.search(written) is not None and is_long_ago(written)


def _follows_name(reading: Reading, match: "regex.Match[str]") -> bool:
    """Tell whether an old date of a whole year stands right behind a name: "Ana Gil (1980-…"."""
    if not _is_of_old(match.group()):
        return False
    opening = _TO_NAME.search(reading.folded, max(0, match.start() - 4), match.start())
    if not opening:
        return False
    if follows_person(reading, match.start()):
        return True
    naming = Naming.of(reading)
    index = bisect_left([word.start for word in naming.words], match.start())
    if index < 2 or naming.strengths[index - 1] < Strength.WEAK or naming.gap(index - 1) != " ":
        return False
    before = naming.strengths[max(0, index - 6) : index - 1]
    return max(before) >= Strength.FAMILY
