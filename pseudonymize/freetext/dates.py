"""Dates of birth. A date by itself is nobody's: only the words beside it make it one."""

from collections.abc import Iterator
from typing import Final

import regex

from pseudonymize.freetext.labels import BIRTH, THING, Labels
from pseudonymize.freetext.reading import Reading, matches
from pseudonymize.freetext.spans import Hit

_MONTH: Final = (
    r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre"
    r"|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|ene|feb|mar|abr|jun|jul|ago|sept?|oct|nov|dic|jan|fev|mai|set|out|dez|apr|aug|dec)\.?"
)
_NUMBER: Final = (
    r"(?:cero|un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce"
    r"|quince|dieci\w+|veinti?\w*|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|mil"
    r"|cien\w*|novecientos|primero|zero|um|dois|duas|quatro|sete|oito|nove|dez|doze|treze|quatorze"
    r"|quinze|deze\w+|dezoito|vinte|trinta|quarenta|cinquenta|sessenta|oitenta|novecentos|primeiro"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundred|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|\w+teenth|twentieth|thirtieth)"
)
_OF: Final = r"(?:\s*(?:de|del|do|da|of|,|/|-|\.)?\s*(?:the |año |ano )?)"
_DAY: Final = r"\d{1,2}(?:st|nd|rd|th|ro|er|[°ºªo])?"
_YEAR: Final = r"'?(?:1[89]\d{2}|20\d{2}|\d{2})"
_WORDS: Final = rf"{_NUMBER}(?:[ -](?:y |e |and )?{_NUMBER}){{0,5}}"
_DATE: Final = regex.compile(
    rf"(?<![\w/.])(?<!\w-)(?:"
    rf"\d{{1,2}}\s?([-/.])\s?\d{{1,2}}\s?\1\s?(?:\d{{4}}|\d{{2}})"
    rf"|(?:1[89]|20)\d{{2}}([-/.])\d{{1,2}}\2\d{{1,2}}"
    rf"|\d{{1,2}} \d{{1,2}} (?:19|20)\d{{2}}"
    rf"|\d{{1,2}}(?: del? | do ){{1}}\d{{1,2}}(?: del? | do ){{1}}(?:(?:19|20)\d{{2}}|\d{{2}})"
    rf"|{_WORDS} (?:del?|do) {_NUMBER} (?:del?|do) {_WORDS}"
    rf"|\d{{1,2}}[-/. ]{_MONTH}[-/. ]{_YEAR}"
    rf"|{_DAY}{_OF}{_MONTH}(?:{_OF}{_YEAR}|{_OF}{_WORDS})?"
    rf"|{_MONTH}\s+{_DAY}(?:,?\s+(?:of )?{_YEAR})?"
    rf"|{_WORDS}{_OF}{_MONTH}(?:{_OF}(?:{_WORDS}|{_YEAR}))?"
    rf"|{_MONTH}\s+(?:the )?{_WORDS}(?:,?\s+{_YEAR})?"
    rf")(?![\w]|[-/]\d)"
)
_BORN: Final = regex.compile(
    r"nac|nasc|born|birth|dob|cumpl|fdn|aniversario|natalicio|b ?day|\bd\.?o\.?b|f\.? ?n\.?|\bdn\b"
    r"|turn|\bf[ae][czs]\w* \w+ anos|complet|vin[eo] al mundo|vi[em] ao mundo|vio la luz"
    r"|\b(?:edad|idade|aged?)\b"
)
#: A question about the birth, and the answer behind it.
_ASKED: Final = regex.compile(
    r"(?<!\w)(?:nac\w*|nasc\w*|born|birth|birth ?date|cumple\w*)[^\w]{1,8}$"
)
#: "cumple 40 años el …", "turns forty on …", "vino al mundo un …".
_TURNS: Final = regex.compile(
    rf"(?<!\w)(?:cumpl\w+|f[ae][czs]\w*|complet\w+|turn(?:s|ed|ing)?|haciendo)\s+(?:(?:los|sus|ya|seus|os)\s)?"
    rf"(?:(?:\d{{1,3}}|{_NUMBER}(?: y {_NUMBER}| e {_NUMBER})?)\s*(?:anos?|years)?\s*)?"
    r"(?:(?:el|en|on|no dia|em|dia|the|hoy|este|ahora|agora|proximo|next)\s+){0,3}$"
    r"|(?:vin[eo] al mundo|vi[em] ao mundo|veio ao mundo|vio la luz"
    r"|(?:edad|idade|aged?)\s*:?\s*\d{1,3}[ ,;(]+)"
    r"(?:(?:el|en|em|on|un|um|no dia)\s+){0,2}$"
)
#: Between the fields of a form: "Ruiz, Ana / 12-03-1985 / 600 …".
_WHOLE_YEAR: Final = regex.compile(r"(?:19|20)\d{2}")
_FIELD_SEPARATOR: Final = regex.compile(r"\s[/|]\s|\t")
#: A date since then is rather a purchase than a birth.
_RECENT: Final = 2010


def find_birth_dates(reading: Reading) -> Iterator[Hit]:
    """Yield dates that the words beside them call a birth date. Purchase dates stay."""
    has_fields = _FIELD_SEPARATOR.search(reading.folded) is not None
    if not has_fields and not _BORN.search(reading.folded):
        return
    labels = Labels.of(reading)
    for match in matches(_DATE, reading):
        before = reading.folded[max(0, match.start() - 60) : match.start()]
        if _ASKED.search(before) or _TURNS.search(before):
            yield Hit(match.start(), match.end(), "DATE_OF_BIRTH", 0.85, "cue", "born")
            continue
        if has_fields and _is_a_field(reading, match):
            yield Hit(match.start(), match.end(), "DATE_OF_BIRTH", 0.6, "format", "field")
            continue
        label = labels.near(match.start(), match.end(), BIRTH)
        if label and label not in THING:
            yield Hit(match.start(), match.end(), "DATE_OF_BIRTH", 0.9, "label", label)


def _is_a_field(reading: Reading, match: "regex.Match[str]") -> bool:
    """Tell whether an older date is a field of its own, behind a name: "Ruiz, Ana / 1985-03-12"."""
    line = reading.folded.rfind("\n", 0, match.start()) + 1
    before = reading.folded[line : match.start()]
    if not _FIELD_SEPARATOR.search(before[-3:]) or not any(map(str.isalpha, before)):
        return False
    years = [int(year) for year in _WHOLE_YEAR.findall(match.group())]
    return not years or min(years) < _RECENT
