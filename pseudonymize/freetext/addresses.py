"""Street addresses, in the order and with the abbreviations of each language."""

from collections.abc import Iterator
from typing import Final

import regex

from pseudonymize.freetext.labels import ALL as LABELS
from pseudonymize.freetext.labels import THING
from pseudonymize.freetext.lexicon import LOCAL, lexicon, word_set
from pseudonymize.freetext.naming import MONTHS, PARTICLES
from pseudonymize.freetext.reading import Reading, fold, matches_at, starts_behind, starts_of
from pseudonymize.freetext.spans import Hit
from pseudonymize.freetext.streets import Form, openings, patterns_of

_LIVES: Final = regex.compile(
    r"(?<!\w)(?:viv[eoi]\w*|resid[eio]\w*|domicili[oa]\w*|direccion(?:es)?|entreg\w+|recog\w+"
    r"|envi(?:ar|en|eme|arlo|arla|enlo)\w*|mand[aeo]\w*|ubicad[oa]|mor[oa]|endereco|mud[eo]\w*|llev\w+"
    r"|retir\w+|dir\b|end\b)"
    r"\.?(?:\s+(?:nueva|correcta|registrada|de entrega|de envio|ahora|antigua|mal|novo|atual))?"
    r"\s*[:,(]?\s*(?:(?:es|e|é|a|al|en|na|no|em|pra|para)\s+)?"
)
_LIVING: Final = openings(
    "vive reside domicilio direccion entrega recoge envia manda ubicada mora endereco mude lleva"
    " retira"
)
#: What looks like a street, its number the beginning of a date or a time: "cerrada el 13".
_WHEN: Final = regex.compile(
    r"^(?:\w+ ){1,3}"
    r"(?:el|em|en|on|no dia|el dia|as|a las|ate as|ate|hasta|desde|a partir de) [\d/-]+$"
)
#: What is due on a day: "recogida prevista el 23-11-2025".
_DATED: Final = regex.compile(
    r"^(?:\w+ ){1,3}(?:el |em |para el |no dia |on )?(?:dia )?\d{1,2}([-/.])\d{1,2}\1\d{2,4}(?!\w)"
)
#: A house number that goes on like a date or a telephone behind a name.
_NO_HOUSE: Final = regex.compile(
    r"\d{1,2}([-/.])\d{1,2}\1\d{2,4}"
    r"|\d{2,4}[ .-]\d{2,4}[ .-]?\d{2,4}(?:[ .-]\d{2,4})?(?!\w)"
)
#: The word right before the first number, a code's letters between them at most.
_NAMED_NUMBER: Final = regex.compile(
    r"^\P{N}*?(?P<label>\p{L}+)[\s:#.º°-]*(?:[a-z]{2,4}-)?(?<!\d)\d"
)
#: These name a number of a thing elsewhere, and a part of a house here.
_ON_DOORS: Final = frozenset(
    {
        "interior",
        "interno",
        "lote",
        "bloque",
        "cep",
        "postal",
        "item",
        "modulo",
        "terminal",
        "entrada",
        "calle",
        "part",
        "nodo",
        "poste",
        "box",
    }
)
#: Words for ways that mean much else, and two words in small letters behind them.
_LOOKS_LIKE_WAY: Final = regex.compile(
    r"(?:Plaza|Paso|Carrera|Conjunto|Retorno|Eje|Cerrada|Privada|Vía|Via)\s(?P<rest>\p{Ll}{4,}\s\p{Ll}{4,})\b"
)
_SIGNED: Final = regex.compile(r"(?:numero|num|nro|n)\.?\s?[o°º]?\.?\s?\d")
#: Words that lead to streets, and to all else.
_LOOSE: Final = frozenset(
    {"por", "pelo", "pela", "de", "a", "desde", "hasta", "entre", "pone", "dice", "no", None}
)


#: What streets are called after besides people and towns.
_STREET_NAMES: Final = word_set("street_names")
#: What is said of a district that is served or not.
_SERVED: Final = word_set("served")
_HEROES: Final = " heroes"
#: Basque streets are called before what they are.
_TYPE_BEHIND: Final = regex.compile(r"(?:kalea|kale|etorbidea|hiribidea)\b")
_NAME_BEFORE: Final = regex.compile(
    r"(?<!\w)(?P<name>(?!(?:en|la|el|de|a|y|por|anterior|nuevo|domicilio|direccion)\s)[\w'-]{3,}\s)$"
)
_LONGEST_NAME: Final = 24
#: Characters between an address and its postal code: a town may stand there.
_BESIDE: Final = 30
_OWN: Final = regex.compile(
    r"(?<!\w)(?:mi|my|meu|nuestro|our|vivo|viv[eo]|live|lives|moro|mora|resid\w+)\s(?:\w+\s){0,2}$"
)


def _search(reading: Reading) -> Iterator[Hit]:
    patterns = patterns_of(reading.language)
    for form in patterns.numbered:
        for match in _matches(form, reading):
            if _WHEN.search(match.group()) or _is_numbered_thing(match):
                continue
            if not _is_vacancy(reading, match.start()) and not _is_day(reading, match):
                start = _with_name_before(reading, match.start())
                yield Hit(start, match.end(), "ADDRESS", form.score, "format", "street")
    for form in patterns.unnumbered:
        for match in _matches(form, reading):
            if _is_doubled(match) or _is_a_name(reading, match.span("name")):
                yield Hit(match.start(), match.end(), "ADDRESS", 0.73, "format", "street")
    if patterns.plain:
        for match in _matches(patterns.plain, reading):
            yield from _plain_street(reading, patterns.plain.pattern, match)
    if patterns.bare:
        for cue in matches_at(_LIVES, reading, starts_of(reading, _LIVING)):
            match = patterns.bare.match(reading.folded, cue.end())
            if match is None or _DATED.search(match.group()) or _WHEN.search(match.group()):
                continue
            if _is_plain_street(reading, match.group("name"), match.start("name")):
                yield Hit(match.start(), match.end(), "ADDRESS", 0.8, "cue", cue.group().split()[0])


def _matches(form: Form, reading: Reading) -> "list[regex.Match[str]]":
    return matches_at(form.pattern, reading, places_to_try(form, reading))


def places_to_try(form: Form, reading: Reading) -> list[int]:
    """Return where one form of an address may begin."""
    if form.leads:
        return starts_behind(reading, form.leads, form.stops)
    return starts_of(reading, form.openings)


def _plain_street(
    reading: Reading, pattern: "regex.Pattern[str]", match: "regex.Match[str]"
) -> Iterator[Hit]:
    """Yield a street without its type; what was read from too early is read from the next word."""
    inner: regex.Match[str] | None = match
    while inner:
        digits = regex.search(r"\d", inner["house"])
        is_house = not _NO_HOUSE.match(
            reading.folded, inner.start("house") + (digits.start() if digits else 0)
        )
        plain = is_house and _is_plain_street(reading, inner["name"], inner.start())
        if plain and _is_set(reading, inner):
            yield Hit(inner.start(), inner.end(), "ADDRESS", 0.77, "format", "street")
            return
        inner = pattern.search(reading.folded, inner.start() + 1, match.end())


def _with_name_before(reading: Reading, start: int) -> int:
    """Return where a street begins whose type stands behind its name: "Bidebarrieta kalea 4"."""
    if _TYPE_BEHIND.match(reading.folded, start) is None:
        return start
    name = _NAME_BEFORE.search(reading.folded, max(0, start - _LONGEST_NAME), start)
    return name.start("name") if name else start


def _is_day(reading: Reading, match: "regex.Match[str]") -> bool:
    """Tell whether a month stands before what looks like a house: "January 8, 1985 seeing Dr"."""
    if reading.language != "en" or not match[0][0].isdigit():
        return False
    before = reading.folded[max(0, match.start() - _LONGEST_NAME) : match.start()].split()
    return bool(before) and before[-1].strip(".,") in MONTHS


def _postal_codes(reading: Reading, found: list[Hit]) -> Iterator[Hit]:
    """Yield postal codes. One that is served or not is a district's: "CP 31596 sin cobertura"."""
    for match in _matches(patterns_of(reading.language).postal, reading):
        before = reading.folded[max(0, match.start() - _LONGEST_NAME) : match.start()]
        beside = any(0 <= match.start() - hit.end <= _BESIDE for hit in found)
        if beside or _OWN.search(before) or not _is_served(reading, match.start()):
            yield Hit(match.start(), match.end(), "ADDRESS", 0.6, "format", "street")


def _is_served(reading: Reading, at: int) -> bool:
    """Tell whether the sentence around says where something is delivered, and for how much."""
    sentence = next((word.sentence for word in reading.words if word.end > at), -1)
    near = (word for word in reading.words if abs(word.sentence - sentence) <= 1)
    return any(word.form in _SERVED for word in near)


def _is_numbered_thing(match: "regex.Match[str]") -> bool:
    """Tell whether the number is a thing's: "cuadrilla en camino, reclamo rec-2026-9"."""
    named = _NAMED_NUMBER.search(match.group())
    return named is not None and named["label"] in THING - _ON_DOORS


def _is_vacancy(reading: Reading, start: int) -> bool:
    """Tell whether a way's word with a capital is a noun before others: "Plaza vacante turno …"."""
    opening = _LOOKS_LIKE_WAY.match(reading.text, start)
    if opening is None:
        return False
    lists = lexicon(reading.language)
    words = fold(opening["rest"]).split()
    plain = (word in lists.words or word in LABELS for word in words)
    return all(plain) and not any(lists.names.get(word, 0) & LOCAL for word in words)


def addresses_in(reading: Reading) -> list[Hit]:
    """Return the addresses of a reading, worked out once."""
    if "addresses" not in reading.memo:
        found = list(_search(reading))
        reading.memo["addresses"] = [*found, *_postal_codes(reading, found)]
    known: list[Hit] = reading.memo["addresses"]
    return known


def address_ends(reading: Reading) -> frozenset[int]:
    """Return where the addresses of a reading end, with and without a full stop."""
    if "address_ends" not in reading.memo:
        ends = {hit.end for hit in addresses_in(reading)}
        stops = {end - 1 for end in ends if reading.folded[end - 1] == "."}
        reading.memo["address_ends"] = frozenset(ends | stops)
    found: frozenset[int] = reading.memo["address_ends"]
    return found


def find_addresses(reading: Reading) -> Iterator[Hit]:
    """Yield street addresses, also those cut short after the street's name."""
    yield from addresses_in(reading)


def _is_plain_street(reading: Reading, name: str, start: int) -> bool:
    """Tell whether "Benítez" of "vivo en Benítez 1065" is written as a street may be."""
    written = reading.text[start : start + len(name)].split()
    lists = lexicon(reading.language)
    dated = name[0].isdigit()
    if all(w in PARTICLES or w in MONTHS or w.isdigit() for w in name.split()) and not dated:
        return False
    for word in name.split():
        if word in PARTICLES or (dated and word in MONTHS) or name.endswith(_HEROES):
            continue
        if word in lists.frequent or word in LABELS or word in lists.cues.things:
            return False
    if any(word[0].isupper() for word in written):
        return all(w[0].isupper() or w in PARTICLES or w.isdigit() for w in written)
    return len(written) <= 3


def _is_set(reading: Reading, match: "regex.Match[str]") -> bool:
    """
    Tell whether a street without a type has a capital or a detail, and no year for a house.

    Behind a word that leads to much else ("de", "a"), or in a text without capitals, it must also
    be called after somebody or some town, as most streets are.
    """
    house = match["house"].strip()
    details = any(map(str.isalpha, match["details"]))
    if house.startswith("0") or (len(house) == 4 and house[:2] in {"19", "20"}):
        return details
    written = reading.text[slice(*match.span("name"))]
    plain = not any(map(str.isupper, reading.text))
    known = (len(house) > 2 or details) and _is_known(reading, match["name"])
    if _SIGNED.match(house) and known:
        return True
    if house.startswith("#") and details:
        return True
    if match["lead"] in _LOOSE:
        return known and (plain or any(map(str.isupper, written)))
    return any(map(str.isupper, written)) or (plain and (details or known))


def _is_known(reading: Reading, name: str) -> bool:
    """Tell whether a street is called after a family, a town or a day: "25 de mayo"."""
    lists = lexicon(reading.language)
    last = name.split()[-1]
    is_local = bool(lists.names.get(last, 0) & LOCAL) or (last,) in lists.places.known
    is_local = is_local or last in _STREET_NAMES
    return name[0].isdigit() or (is_local and last not in lists.frequent)


def _is_doubled(match: "regex.Match[str]") -> bool:
    """Tell whether two words for land stand in a row: "vereda El Salitre, finca La Esperanza"."""
    groups = match.groupdict()
    return bool(groups.get("next") or groups.get("farm"))


def _is_a_name(reading: Reading, span: tuple[int, int]) -> bool:
    """A street without a type or number must be written as a name, or stand in a plain text."""
    name = reading.text[slice(*span)]
    if not any(map(str.isupper, reading.text)):
        return _is_known(reading, reading.folded[slice(*span)])
    return name[:1].isupper() or any(word[0].isupper() for word in name.split())
