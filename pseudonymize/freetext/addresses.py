"""Street addresses, in the order and with the abbreviations of each language."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final, NamedTuple, TypeAlias

import regex

from pseudonymize.freetext.labels import ALL as LABELS
from pseudonymize.freetext.lexicon import lexicon
from pseudonymize.freetext.naming import MONTHS, PARTICLES
from pseudonymize.freetext.reading import Reading, matches
from pseudonymize.freetext.spans import Hit

Pattern: TypeAlias = regex.Pattern

_SIGN: Final = r"(?:numero|num\.?|nro\.?|nr\.?|n[o°º]\.?|n\.?|#|km\.?)"
_HOUSE: Final = (
    rf"(?:{_SIGN}\s*)?(?<!\d)\d{{1,5}}(?:\s?[a-h](?![\w/]))?(?![\d:%€$])(?![.,/]\d)"
    r"(?:\s?[-/]\s?\d{1,4}(?!\d))?"
)
_BETWEEN: Final = rf"(?:\s*(?:e/|entre)\s*\w+\s(?:y|e)\s\w+(?:\s*{_SIGN}\s*\d{{1,5}})?)?"
_HOUSELESS: Final = r"s/n[o°º]?\.?|sin numero|sem numero|s\.n\."
_LIVES: Final = regex.compile(
    r"(?<!\w)(?:viv[eoi]\w*|resid[eio]\w*|domicili[oa]\w*|direccion(?:es)?|entreg\w+|recog\w+"
    r"|envi(?:ar|en|eme|arlo|arla|enlo)\w*|mand[aeo]\w*|ubicad[oa]|mor[oa]|endereco|mud[eo]\w*|llev\w+"
    r"|retir\w+|dir|end)"
    r"\.?(?:\s+(?:nueva|correcta|registrada|de entrega|de envio|ahora|antigua|mal|novo|atual))?"
    r"\s*[:,]?\s*(?:(?:es|e|é|a|al|en|na|no|em|pra|para)\s+)?"
)


class _Patterns(NamedTuple):
    """Compiled forms of an address with the score of each, and of one without a number."""

    numbered: tuple[tuple[Pattern, float], ...]
    unnumbered: tuple[Pattern, ...]
    bare: Pattern | None
    plain: Pattern | None


def _search(reading: Reading) -> Iterator[Hit]:
    patterns = _patterns(reading.language)
    for pattern, score in patterns.numbered:
        for match in matches(pattern, reading):
            yield Hit(match.start(), match.end(), "ADDRESS", score, "format", "street")
    for pattern in patterns.unnumbered:
        for match in matches(pattern, reading):
            if _is_a_name(reading, match.span("name")):
                yield Hit(match.start(), match.end(), "ADDRESS", 0.73, "format", "street")
    if patterns.plain:
        for match in matches(patterns.plain, reading):
            if _is_plain_street(reading, match["name"], match.start()) and _is_set(reading, match):
                yield Hit(match.start(), match.end(), "ADDRESS", 0.77, "format", "street")
    if patterns.bare:
        for cue in matches(_LIVES, reading):
            match = patterns.bare.match(reading.folded, cue.end())
            if match and _is_plain_street(reading, match.group("name"), match.start("name")):
                yield Hit(match.start(), match.end(), "ADDRESS", 0.8, "cue", cue.group().split()[0])


def addresses_in(reading: Reading) -> list[Hit]:
    """Return the addresses of a reading, worked out once."""
    if "addresses" not in reading.memo:
        reading.memo["addresses"] = list(_search(reading))
    found: list[Hit] = reading.memo["addresses"]
    return found


def find_addresses(reading: Reading) -> Iterator[Hit]:
    """Yield street addresses, also those cut short after the street's name."""
    yield from addresses_in(reading)


def _is_plain_street(reading: Reading, name: str, start: int) -> bool:
    """Tell whether "Benítez" of "vivo en Benítez 1065" is written as a street may be."""
    written = reading.text[start : start + len(name)].split()
    strangers = (lexicon(reading.language).frequent | LABELS) - PARTICLES
    if name[0].isdigit():
        strangers -= MONTHS
    if any(word in strangers for word in name.split()):
        return False
    if any(word[0].isupper() for word in written):
        return all(w[0].isupper() or w in PARTICLES or w.isdigit() for w in written)
    return len(written) <= 3


def _is_set(reading: Reading, match: "regex.Match[str]") -> bool:
    """Tell whether a street without a type has a capital or a detail, and no year for a house."""
    house = match["house"].strip()
    if house.startswith("0") or (len(house) == 4 and house[:2] in {"19", "20"}):
        return any(map(str.isalpha, match["details"]))
    written = reading.text[match.start() : match.end()]
    plain = not any(map(str.isupper, reading.text))
    return any(map(str.isupper, written)) or (plain and any(map(str.isalpha, match["details"])))


def _is_a_name(reading: Reading, span: tuple[int, int]) -> bool:
    """A street without a type or number must be written as a name, or stand in a plain text."""
    name = reading.text[slice(*span)]
    return name[:1].isupper() or any(word[0].isupper() for word in name.split())


def _either(words: str) -> str:
    return "|".join(sorted((regex.escape(w) for w in words.split()), key=len, reverse=True))


@cache
def _patterns(language: str) -> _Patterns:
    lists = resources.files("pseudonymize.freetext") / "lists" / "streets.toml"
    words = tomllib.loads(lists.read_text(encoding="utf-8"))
    if language == "en":
        return _english(words["english"])
    romance = dict(words["romance"])
    if language == "pt":
        romance["ways"] += " " + romance["portuguese_ways"]
    return _romance(romance)


def _romance(words: dict[str, str]) -> _Patterns:
    name = rf"(?!(?:{_either(words['stops'])})\b|\d{{4,}})[\w'’ªº°&-]+\.?"
    ways = rf"(?:{words['spaced_ways']}|(?:{_either(words['ways'])})(?:\.|\b|(?<=/)))"
    named = _either(words["named_details"])
    detail = (
        rf"(?:(?:{_either(words['details'])})\s*[.:#º°]?\s*(?:\d{{1,5}}(?:-\d{{3}})?\s?[a-hº°ª]{{0,2}}\b"
        rf"|[a-h]\b|[a-z]\d{{1,4}}\b)"
        rf"|(?:{named})\.?\s+(?:(?:las|los|la|el|del|de|san|santa)\s+){{0,2}}[^\W\d_]\w+(?:\s+(?:de|del|la|las|los)\s+\p{{L}}\w+){{0,2}}"
        r"|\d{1,2}\s?(?:izq\w*|dcha|dta|derecha|r|n|t|a)\b|\d{1,3}\s?(?:[ºª°]|er|do|to|ro|vo|mo|no|th)\.?(?:\s?(?:piso|andar|planta|izq\w*|dcha|dta"
        r"|derecha))?(?:\s?[a-h]\b)?"
        rf"|\d{{1,2}}[- ]?[a-h]\b|[a-h]\b|(?:{_either(words['closing'])})\b\.?(?:\s[a-h]\b)?"
        r"|sur\b|norte\b|este\b|oeste\b|\d{1,4}(?=\s*(?:[,.;]|$)))"
    )
    details = rf"(?:(?:\s*[,;·-]\s*|\s+|(?=[ºª°])){detail}){{0,5}}"
    numbered = regex.compile(
        rf"(?<![\w/]){ways}\s*(?:\d{{1,2}}[ºoª]?\s+(?:de\s+)?\p{{L}}{{3,}}[\s,]+)?(?:{name}[\s,]+){{0,7}}?(?:{name})??[,\s]*"
        rf"(?:{_HOUSE}|{_HOUSELESS}){_BETWEEN}{details}"
    )
    rural = regex.compile(
        rf"(?<!\w)(?:vereda|finca|hacienda|rancho|sitio|fazenda|granja|caserio|corregimiento|masia"
        rf"|cortijo|chacara|estancia|quinta)\s+(?P<name>{name}(?:\s{name}){{0,2}}?)"
        rf"(?:,\s*(?:vereda|finca|hacienda|lote|parcela|km)\s+{name}(?:\s{name}){{0,2}}?)?"
        r"(?=\s*(?:[,.;:)]|$|\s(?:en|y|no|de|em|e|que)\b))"
    )
    grid = regex.compile(
        r"(?<![\w/])(?:(?:avenida|av|ak|ac)\.?\s+)?(?:la\s+)?"
        r"(?:calle|cl|cll|clle|c|carrera|cra|cr|kra|kr|k|avenida|av|avda"
        r"|diagonal|diag|dg|transversal|transv|trans|tv|circular|circ|autopista)\.?"
        r"\s*\d{1,3}\s?[a-z]{0,2}(?![a-z])(?:\s?bis)?(?:\s?[a-z]\b)?(?:\s(?:sur|norte|este|oeste))?\s*"
        r"(?:#|num\.?|nro\.?|n[o°º]?\.?|con|-|,)\s*(?:(?:calle|carrera|cra|cll?)\.?\s)?"
        r"\d{1,3}\s?[a-z]{0,2}(?![a-z])(?:\s?bis)?(?:\s(?:sur|este))?(?:\s*[- ]\s*\d{1,3})?(?!\d)"
        + details
    )
    block = regex.compile(
        rf"(?<!\w)(?:(?:barrio|bo|villa|urb)\.?\s+(?:{name}\s+){{0,2}}{name},?\s+)?"
        r"(?:sq[ns]w?|cl[ns]|shi[ns]|qn[a-z]|qs[a-z]?|scs|quadra|qd|mz|mza|manzana|smza|sm"
        r"|supermanzana|torre|sector|bloque|lote|casa)\.?\s*\w{1,4}(?:\s(?:sul|norte))?"
        r"(?:[,\s]+(?:bloco|bl|conjunto|conj|casa|lote|lt|apto|apt|ap|manzana|mz|torre|depto|villa|grupo)"
        r"\.?\s*#?\d{1,4}[a-z]?\b|[,\s]+(?:bloco|bl|torre)\.?\s[a-z]\b){1,4}"
    )
    road = regex.compile(
        r"(?<!\w)(?:(?:carretera|ctra|rodovia|rod|autopista|ruta|estrada)\.?\s+(?:[\w/-]+\.?,?\s+){0,4}?"
        r"|(?:br|sp|rj|mg|rn|rp|a|n|ap)-?\d{2,4},?\s+)(?:km|kilometro)\.?\s*\d{1,4}(?:[.,]\d)?"
    )
    box = regex.compile(
        r"(?<!\w)(?:apartado(?: de correos| postal| aereo)?|apdo\.?|caixa postal|casilla"
        r"(?: postal)?)"
        r"\s*(?:n[o°º.]*\s*)?#?\d{2,6}(?!\w)"
    )
    unnumbered = regex.compile(
        r"(?<![\w/])(?:calle|c/|avenida|avda?\.?|av\.|paseo|plaza|camino|ronda|travesia|callejon"
        r"|privada|pasaje|carrer|rambla|rua|travessa|praca|alameda|ladeira|boulevard|calzada)\s+"
        r"(?P<name>(?:(?:de|del|la|las|los|el|da|do|das|dos)\s+){0,2}"
        rf"{name}(?:\s+(?:(?:de|del|la|las|los|da|do|das|dos|y|e)\s+){{0,2}}(?=\p{{L}}){name}){{0,2}}?)"
        r"(?=\s*(?:[,.;:)]|$|\s(?:en|y|no|de|em|e|que|a|con|com|sin)\b))"
    )
    bare = regex.compile(
        rf"(?P<name>(?!\d)(?:{name}\s+){{0,3}}{name}),?\s+{_HOUSE}(?!\s*(?:de\b|dias?\b|euros|pesos"
        rf"|reais|horas|h\b|unidades)){details}"
    )
    scored = ((grid, 0.93), (block, 0.88), (road, 0.91), (numbered, 0.9), (box, 0.85))
    plain = regex.compile(
        r"(?<=(?:[,:]|\b(?:en|na|no|em|antes|ahora|agora|domicilio|endereco))\s)"
        rf"(?P<name>(?:\d{{1,2}}\sde\s)?(?!(?:{_either(words['stops'])})\b)\p{{L}}[\w'’.]+"
        r"(?:\s(?:(?:de|del|la|los|las|da|do)\s)?\p{L}[\w'’.]+){0,3}),?\s"
        rf"(?P<house>{_HOUSE})(?P<details>{details})(?=\s*(?:[,.;)]|$|\s(?:y|e|que|pero|ahora)\b))"
    )
    return _Patterns(scored, (unnumbered, rural), bare, plain)


def _english(words: dict[str, str]) -> _Patterns:
    name = rf"(?!(?:{_either(words['stops'])})\b)[\w'’-]+\.?"
    one_way = rf"(?:{_either(words['ways'])})\b\.?"
    way = rf"{one_way}(?:\s{one_way})?"
    details = (
        r"(?:\s+(?:ne|nw|se|sw|n|s|e|w|north|south|east|west)\b\.?)?"
        rf"(?:[,\s]+(?:(?:{_either(words['details'])})\b\.?\s*#?\s*(?:[a-z]?-?\d{{1,5}}[a-z]?|[a-z])\b|#\s*\w{{1,5}}\b"
        r"|\d{1,2}(?:st|nd|rd|th) (?:floor|fl)\b)){0,2}"
    )
    compass = r"(?:(?:[nsew]|ne|nw|se|sw|north|south|east|west)\b\.?\s+)?"
    numbered = regex.compile(
        rf"(?<![\w#.$/-])\d{{1,6}}[a-z]?(?:-\d{{1,4}})?\s+{compass}(?:{name}\s+){{1,4}}?{way}{details}"
    )
    ordinal = regex.compile(
        rf"(?<![\w#.$/-])\d{{1,6}}\s+{compass}(?:broadway|county road \d+|(?:us |state )?"
        rf"(?:highway|hwy|route|rte) \d+|avenue [a-z])\b{details}"
    )
    box = regex.compile(
        r"(?<!\w)(?:p\.?\s?o\.?\s?box|rr \d+ box|hc \d+ box)\s*#?\d{1,6}\b"
        rf"|(?<!\w)(?:flat|apt|unit|suite)\.?\s+\w{{1,4}},\s+\d{{1,5}}\s+(?:{name}\s+){{1,4}}?{way}"
    )
    unnumbered = regex.compile(rf"(?<=\b(?:on|at|off)\s)(?P<name>(?:{name}\s+){{1,2}}{way})")
    return _Patterns(((numbered, 0.9), (ordinal, 0.9), (box, 0.92)), (unnumbered,), None, None)
