"""Patterns of street addresses, built from the words of `lists/streets.toml`."""

import tomllib
from functools import cache
from importlib import resources
from string import ascii_lowercase
from typing import Final, NamedTuple, TypeAlias

import regex

from pseudonymize.freetext.settlements import block

Pattern: TypeAlias = regex.Pattern
Openings: TypeAlias = dict[str, frozenset[str]]

_SIGN: Final = r"(?:numero|num\.?|nro\.?|nr\.?|n\.?[o°º]\.?|n\.?|#|km\.?)"
_HOUSE: Final = (
    rf"(?:{_SIGN}\s*)?(?<!\d)\d{{1,5}}(?:-[a-h](?!\w)|\s?[b-df-h](?![\w/°º])|\s?[ae](?![\w/])(?!\s+\p{{L}}))?(?!\d|\s?[%€$])(?!:\d)(?![.,/]\d)"
    r"(?:\s?[-/]\s?\d{1,4}(?!\d))?"
)
#: The letter of a door, no "a" or "e" that goes on to the next word.
_LETTER: Final = r"(?:[b-df-h]|[ae](?!\s+\p{L}))\b(?!/)"
#: The same behind a floor or the word "door", where an "a" is hardly anything else.
_DOOR: Final = (
    r"(?:[b-df-h]|[ae](?!\s+(?:las?|los|el|una?|partir|nombre|cargo|eso|traves|tiempo|calle|c/|avenida"
    r"|avda?|av|plaza|paseo|carrer|camino|ronda|rua|rambla|travesia|carretera|praca)\b))\b"
)
_BETWEEN: Final = rf"(?:\s*(?:e/|entre|x|por)\s*\w+\s(?:y|e)\s\w+(?:\s*{_SIGN}\s*\d{{1,5}})?)?"
_HOUSELESS: Final = r"s/n[o°º]?\.?|sin numero|sem numero|s\.n\."

#: House numbers in letters: "One Liberty Plaza".
_SPELLED: Final = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"

#: What is counted or measured behind a number that is no house.
_UNITS: Final = (
    r"de|dias?|euros|pesos|reais|horas|hs?|unidades|personas|veces|kgs?|km|anos|cajas|minutos|min|usd"
    r"|dolares|puntos|mil|millones|vezes|pessoas|caixas|metros|mts?|gb|mb|cm|ml|g|l|lucas|lineas"
)

_ROAD: Final = regex.compile(
    r"(?<!\w)(?:(?:carretera|ctra|rodovia|rod|autopista|ruta|estrada)\.?\s+(?:[\w/-]+\.?,?\s+){0,4}?"
    r"|(?:br|sp|rj|mg|rn|rp|a|n|ap)-?\d{2,4},?\s+)(?:km|kilometro)\.?\s*\d{1,4}(?:[.,]\d)?(?:[,\s]+(?:lote|lt|parcela|casa|nave|galpon|local|manzana|mz|bodega)\.?\s*#?\d{1,4}[a-z]?\b){0,3}"
)
_BOX: Final = regex.compile(
    r"(?<!\w)(?:apartado(?: de correos| postal| aereo)?|apdo\.?|caixa postal|casilla"
    r"(?: postal)?)"
    r"\s*(?:n[o°º.]*\s*)?#?\d{2,6}(?!\w)"
)


#: A postal code by its name, when nothing else of the address is there.
_POSTAL: Final = regex.compile(
    r"(?<!\w)(?:c\.?\s?p\.?|cep|zip(?: ?code)?|codigo postal|postcode|postal code)\s*"
    r"(?:es|is|e|:|n[o°º]\.?)?\s*\d{5}(?:-\d{3,4})?(?![\w-])"
)


class Form(NamedTuple):
    """
    One form of an address. It begins with one of `openings`, as `starts_of` takes them, or stands
    behind one of the words `leads` and does not begin with one of `stops`. It is tried nowhere
    else, so a pattern that gets a new first word needs it here too.
    """

    pattern: Pattern
    openings: frozenset[str] = frozenset()
    score: float = 0.0
    leads: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()


class Patterns(NamedTuple):
    """Forms of an address, without a number, without a word for the street, of a postal code."""

    numbered: tuple[Form, ...]
    unnumbered: tuple[Form, ...]
    bare: Pattern | None
    plain: Form | None
    postal: Form


def openings(words: str) -> frozenset[str]:
    """Return the first letters of words, as `starts_of` takes them; a "?" may be any letter."""
    begun = {letters[:3] for letters in regex.findall(r"(?<!\S)[\p{L}0?]+", words)}
    return frozenset(b.replace("?", letter) for b in begun for letter in ascii_lowercase)


_ON: Final = frozenset({"on", "at", "off"})


@cache
def patterns_of(language: str) -> Patterns:
    lists = resources.files("pseudonymize.freetext") / "lists" / "streets.toml"
    words = tomllib.loads(lists.read_text(encoding="utf-8"))
    opened = {form: openings(first) for form, first in words["openings"].items()}
    if language == "en":
        return _english(words["english"], opened)
    romance = dict(words["romance"])
    if language == "pt":
        romance["ways"] += " " + romance["portuguese_ways"]
    return _romance(romance, opened)


class _Parts(NamedTuple):
    """Pieces of patterns: the opening word, a word of the street's name, what follows a number."""

    ways: str
    name: str
    details: str


def _romance(words: dict[str, str], opened: Openings) -> Patterns:
    name = rf"(?!(?:{_either(words['stops'])})\b|\d{{4,}})[\w'’ªº°&-]+\.?"
    ways = rf"(?:{words['spaced_ways']}|(?:{_either(words['ways'])})(?:\.|\b|(?<=/)))"
    parts = _Parts(ways, name, _details(words))
    scored = (
        Form(_grid(parts), opened["grid"], 0.93),
        Form(block(parts.name, parts.details), opened["block"], 0.88),
        Form(_ROAD, opened["road"], 0.91),
        Form(_numbered(parts), openings(words["ways"]) | opened["spaced"], 0.9),
        Form(_BOX, opened["box"], 0.85),
    )
    unnumbered = (
        Form(_unnumbered(parts), opened["unnumbered"]),
        Form(_rural(parts), opened["rural"]),
    )
    postal = Form(_POSTAL, opened["postal"], 0.6)
    return Patterns(scored, unnumbered, _bare(parts), _plain(parts, words), postal)


def _details(words: dict[str, str]) -> str:
    """Return what may follow a house number: floor, door, district, postal code."""
    units, sides = _either(words["details"]), _either(words["closing"])
    stops = _either(words["stops"])
    value = (
        rf"(?:\d{{1,5}}(?:-\d{{3}})?(?:[a-h](?!\w)|\s?(?:{_LETTER}|[º°ª]))?(?!\w)|{_DOOR}|[a-z]\d{{1,4}}\b"
        rf"|(?:{sides})\b\.?)"
    )
    word = rf"(?!(?:{stops}|{units})\b|cp\b|c\.)\p{{L}}[\w'’]+"
    district = (
        rf"(?:{_either(words['named_details'])})\.?\s+(?:\d{{1,2}}\sde\s)?(?:(?:las|los|la|el|del|de|san|santa)\s+){{0,2}}"
        rf"(?:(?:{_either(words['lands'])})\s(?:del?\s)(?:l[ao]s?\s)?)?{word}(?:\s+(?:(?:de|del|la|las|los)\s+)*{word}){{0,2}}?(?=\s*(?:[,.;:()?!]|$|\s))"
        rf"(?:\s(?={word}\s*(?:[,.;:()]|$|\s(?:{units}|c\.?\s?p)\b)){word})?"
    )
    detail = (
        rf"(?:(?:{units})\s*[.:#º°]?\s*{value}|{district}"
        rf"|\d{{1,2}}\s?(?:(?:{sides})\b\.?|[rnt]\b)|\d{{1,3}}(?:\.?\s?[ºª°]|\s?(?:er|do|to|ro|vo|mo|no|th|e|a)\b)"
        rf"\.?(?:\s?(?:piso|andar|planta|{sides})\b\.?)?(?:\s?{_DOOR})?"
        rf"|\d{{1,2}}[- ]?{_LETTER}|\d{{1,3}}-\d{{1,3}}(?![\w-])|{_LETTER}"
        rf"|(?:{sides})\b\.?(?:\s{_LETTER})?|[\"“«][a-h\d]{{1,2}}[\"”»]"
        r"|(?:c\.?\s?p\.?\s*)?\d{5}(?![\w-])(?!\s?[€$%])|\(\s*c\.?\s?p\.?\s*\d{4,5}\s*\)|cep\s*\d{5}-?\d{3}"
        r"|sur\b|norte\b|este\b|oeste\b|\d{1,4}(?=\s*(?:[,.;]|$)))"
    )
    return rf"(?:(?:\s*[,;·-]\s*|\s+|(?=[ºª°])){detail}){{0,6}}"


def _grid(parts: _Parts) -> Pattern:
    return regex.compile(
        r"(?<![\w/])(?<!\bc\.? ?)(?:(?:avenida|av|ak|ac)\.?\s+)?(?:la\s+)?"
        r"(?:ak|ac|calle|cl|cll|clle|c|carrera|cra|cr|kra|kr|k|avenida|av|avda"
        r"|diagonal|diag|dg|transversal|transv|trans|tv|circular|circ|autopista)\.?"
        r"\s*\d{1,3}\s?[a-z]{0,2}(?![a-z])(?:\s?bis)?(?:\s?[a-z]\b)?(?:\s(?:sur|norte|este|oeste))?\s*"
        r"(?:#|num\.?|nro\.?|n\.?[o°º]?\.?|con|-|,"
        r"|(?<=\s)(?=\d{1,3}[a-z]?\s*[- ]\s*\d{1,3}(?!\d)))\s*"
        r"(?:(?:calle|carrera|cra|cll?)\.?\s)?"
        r"\d{1,3}(?:-[a-h](?!\w)|\s?[b-z]|a)?(?![a-z])(?:\s?bis)?"
        r"(?:\s(?:sur|este))?(?:\s*[- ]\s*\d{1,3})?(?!\d)" + _BETWEEN + parts.details + _BETWEEN
    )


def _numbered(parts: _Parts) -> Pattern:
    return regex.compile(
        rf"(?<![\w/]){parts.ways}\s*(?:\d{{1,2}}[ºoª]?\s+(?:de\s+(?:la\s+|los\s+|las\s+)?)?\p{{L}}{{3,}}[\s,]+)?(?:{parts.name}[\s,]+){{0,7}}?(?:{parts.name})??[,\s]*"
        rf"(?:{_HOUSE}(?:\s*#\s?\d{{1,5}})?|{_HOUSELESS}){_BETWEEN}{parts.details}{_BETWEEN}"
    )


def _unnumbered(parts: _Parts) -> Pattern:
    return regex.compile(
        r"(?<![\w/])(?:calle|c/|avenida|avda?\.?|av\.|paseo|plaza|camino|ronda|travesia|callejon"
        r"|privada|pasaje|carrer|rambla|rua|travessa|praca|alameda|ladeira|boulevard|calzada)\s+"
        r"(?P<name>(?:(?:de|del|la|las|los|el|da|do|das|dos)\s+){0,2}"
        rf"{parts.name}(?:\s+(?:(?:de|del|la|las|los|da|do|das|dos|y|e)\s+){{0,2}}(?=\p{{L}}){parts.name}){{0,2}}?)"
        r"(?=\s*(?:[,.;:)/|]|$|\s(?:en|y|no|de|em|e|que|a|con|com|sin)\b))"
    )


def _rural(parts: _Parts) -> Pattern:
    return regex.compile(
        rf"(?<!\w)(?:vereda|finca|hacienda|rancho|sitio|fazenda|granja|caserio|corregimiento|masia"
        rf"|cortijo|chacara|estancia|quinta)\s+(?P<name>{parts.name}(?:\s{parts.name}){{0,2}}?)"
        rf"(?P<next>,?\s*(?:vereda|finca|hacienda|lote|parcela|km|sitio|fazenda)\s+{parts.name}(?:\s{parts.name}){{0,2}}?)?"
        r"(?=\s*(?:[,.;:)/|]|$|\s(?:en|y|no|de|em|e|que)\b))"
        rf"|(?<!\w)vereda\s+(?:(?:el|la|los|las)\s)?{parts.name}(?:\s{parts.name})?"
        rf"(?P<farm>,?\s(?:finca|hacienda|lote|parcela)\s(?:(?:el|la|los|las)\s)?{parts.name})"
    )


def _bare(parts: _Parts) -> Pattern:
    return regex.compile(
        rf"(?P<name>(?!\d)(?:{parts.name}\s+){{0,3}}{parts.name}),?\s+{_HOUSE}(?!\s*(?:{_UNITS})\b)"
        rf"{parts.details}"
    )


def _plain(parts: _Parts, words: dict[str, str]) -> Form:
    """A street without its type, behind a word that leads to one: "en Alem 1095"."""
    stops = _either(words["stops"])
    word = rf"(?!(?:{stops}|y|e|o|el|la|los|las|un|una)\b)\p{{L}}[\w'’]+"
    pattern = regex.compile(
        rf"(?<=(?:[,:]|\b(?P<lead>{_either(words['leads'])}))\s)"
        rf"(?P<name>(?:\d{{1,2}}\sde\s|(?:los|las|el|la)\s)?{word}\.?(?:\s(?:(?:de|del|la|los|las|da|do)\s)?{word}){{0,3}}),?\s"
        rf"(?P<house>{_HOUSE})(?!\s*(?:{_UNITS})\b)(?P<details>{parts.details})"
    )
    none = frozenset({*words["stops"].split(), "y", "e", "o", "un", "una"})
    return Form(pattern, leads=frozenset(words["leads"].split()), stops=none)


def _english_details(words: dict[str, str]) -> str:
    """What may follow: a letter, a compass point, a flat or a floor."""
    return (
        r"(?:,?\s+\d{1,3}[a-f]\b)?(?:\s+(?:ne|nw|se|sw|n|s|e|w|north|south|east|west)\b\.?)?"
        rf"(?:[,\s]+(?:(?:{_either(words['details'])})\b\.?\s*#?\s*(?:[a-z]?-?\d{{1,5}}[a-z]?|[a-z])\b|#\s*\w{{1,5}}\b"
        r"|\d{1,2}(?:st|nd|rd|th) (?:floor|fl)\b)){0,2}"
    )


def _english(words: dict[str, str], opened: Openings) -> Patterns:
    owned = r"[\w-]+['’]s\s+(?:place|house|view|way|close)"
    stops = _either(words["stops"])
    name = rf"(?!(?:{stops})\b|{owned})[\w'’-]+\.?"
    one_way = rf"(?:{_either(words['ways'])})\b\.?"
    way = rf"{one_way}(?:\s{one_way})?"
    details = _english_details(words)
    compass = r"(?:(?:[nsew]|ne|nw|se|sw|north|south|east|west)\b\.?\s+)?"
    numbered = regex.compile(
        rf"(?<![\w#.$/-])(?:[nsew]\d{{2,3}}\s?[nsew](?=\d{{3}}))?\d{{1,6}}[a-z]?(?:-\d{{1,4}})?\s+{compass}(?:{name}\s+){{1,4}}?{way}{details}"
    )
    ordinal = regex.compile(
        rf"(?<![\w#.$/-])(?:[nsew]\d{{0,3}}\s?[nsew]?)?\d{{1,6}}\s+{compass}"
        r"(?:broadway|(?:county|cty) (?:road|rd|hwy|trunk) (?:\d+|[a-z]{1,2})|(?:us |state )?"
        rf"(?:highway|hwy|(?:rural )?(?:route|rte)|rr) \d+|avenue [a-z])\b{details}"
    )
    box = regex.compile(
        r"(?<!\w)(?:p\.?\s?o\.?\s?box|rr \d+ box|hc \d+ box)\s*#?\d{1,6}\b"
        rf"|(?<!\w)(?:flat|apt|unit|suite)\.?\s+\w{{1,4}},\s+\d{{1,5}}\s+(?:{name}\s+){{1,4}}?{way}"
    )
    led = regex.compile(
        rf"(?<=\b(?:{'|'.join(sorted(_ON))})\s)(?P<name>(?:{name}\s+){{1,2}}{way}){details}"
    )
    spelled = regex.compile(
        rf"(?<!\w)(?P<name>{_SPELLED}\s+{compass}(?:{name}\s+){{1,3}}?(?:plaza|square|cent(?:er|re)|tower|place"
        rf"|parkway|avenue|ave|street|boulevard|blvd|drive|lane|road|court)\b){details}"
    )
    scored = (
        Form(numbered, opened["number"], 0.9),
        Form(ordinal, opened["number"], 0.9),
        Form(box, opened["english_box"], 0.92),
        Form(_foreign(stops, details), opened["number"], 0.85),
        Form(_wayless(stops, compass), opened["number"], 0.7),
    )
    unnumbered = (
        Form(led, leads=_ON, stops=frozenset(words["stops"].split())),
        Form(spelled, opened["spelled"]),
    )
    postal = Form(_POSTAL, opened["postal"], 0.6)
    return Patterns(scored, unnumbered, None, None, postal)


def _foreign(stops: str, details: str) -> regex.Pattern[str]:
    """A street of another language, as in Louisiana or California: "12 rue Dauphine"."""
    return regex.compile(
        rf"(?<![\w#.$/-])\d{{1,5}}\s+(?:rue|calle|avenida|camino|via|paseo|plaza|caminito|rua)\s"
        rf"(?:(?:de|del|la|las|los|el|du|des)\s){{0,2}}(?!(?:{stops})\b)[\p{{L}}'’-]+{details}"
    )


def _wayless(stops: str, compass: str) -> regex.Pattern[str]:
    """A street without its type, told by the flat behind it: "12 Elm apt 4"."""
    return regex.compile(
        rf"(?<![\w#.$/-])\d{{1,5}}\s+{compass}(?!(?:{stops})\b)[a-z'’]{{3,}}\s+(?:apt|apartment|unit|suite|ste)\b\.?\s*#?(?:\w{{0,3}}\d\w{{0,3}}|[a-z])\b"
    )


def _either(words: str) -> str:
    return "|".join(sorted((regex.escape(w) for w in words.split()), key=len, reverse=True))
