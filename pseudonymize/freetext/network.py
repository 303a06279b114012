"""E-mail addresses, written and spoken, and network addresses."""

import ipaddress
from collections.abc import Iterator
from typing import Final

import regex

from pseudonymize.freetext.labels import Labels
from pseudonymize.freetext.reading import PATTERN_SECONDS, Reading, matches
from pseudonymize.freetext.spans import Hit

_EMAIL: Final = regex.compile(
    r"(?<![\w.+%-])[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}(?![\w@])"
)

_AT: Final = r"(?:arroba|aroba|@|at sign|\(at\)|\[at\]|at)"
_SPOKEN_DOT: Final = r"(?:punto|ponto|dot|\.)"
_SPOKEN_JOINER: Final = (
    r"(?:punto|ponto|dot|guion bajo|guion medio|guion|barra baja|sublinhado|underline|underscore"
    r"|traco|hifen|dash|hyphen|[._])"
)
#: Signs that are written: with a blank beside them they part one thing from the next.
_SIGN_JOINER: Final = r"(?<=\w)[+-](?=\w)"
_PIECE: Final = r"[a-z0-9ñ]+(?:[._+-][a-z0-9ñ]+)*"
_DOMAIN: Final = rf"{_PIECE}(?:\s*{_SPOKEN_DOT}\s*{_PIECE}){{0,4}}"
#: "meet at noon. Bring": without such an ending an English "at" says nothing.
_ENDING: Final = (
    r"(?:com|net|org|edu|gov|gob|info|biz|io|es|mx|co|ar|cl|pe|ec|uy|br|us|uk|pt|eu|cat|gal|eus"
    r"|example|app|dev|me|tv|cloud|online|shop)"
)
#: The end of an address: most of what an English "at" leads to is none.
_HOSTED: Final = (
    rf"{_AT}\s*{_PIECE}(?:\s*{_SPOKEN_DOT}\s*{_PIECE}){{0,3}}\s*{_SPOKEN_DOT}\s*{_ENDING}(?![\w@])"
)
_SPOKEN_END: Final = regex.compile(_HOSTED)
_SPOKEN: Final = regex.compile(
    rf"(?<![\w@])(?:{_PIECE}(?:\s*{_SPOKEN_JOINER}\s*|{_SIGN_JOINER})){{0,5}}{_PIECE}\s*{_HOSTED}"
)
#: Words beside which four small numbers are an address all the same.
_HOST: Final = frozenset(
    {
        "ip",
        "ips",
        "host",
        "servidor",
        "server",
        "login",
        "acceso",
        "acesso",
        "conexion",
        "conexao",
        "seen",
        "desde",
    }
)
_SMALL: Final = 35
#: From so large a first part four numbers are no version, whatever was said before.
_LEAST_HOST: Final = 40
#: Characters before and after "arroba" that an address may take.
_WIDEST: Final = 100
#: Versions are compared: "from 4.1.19.53 to 8.6.19.74", "la 2.14.5; en la 4.12.18.38".
_TOLD_OF: Final = regex.compile(
    r"(?<!\w)(?:version(?:es|s)?|versao|versoes|firmware|build|release|updat\w+|upgrad\w+"
    r"|actualiz\w+|atualiz\w+|parche|patch|rollback|downgrade\w*)(?!\w)"
    r"(?:(?!(?<!\w)(?:ips?|host|servidor|server|login|acceso|acesso)(?!\w)).)*$",
    regex.DOTALL,
)
#: What runs in a version that is not called one: "la app estaba en la 3.11.13.7".
_RUNS_IN: Final = regex.compile(
    r"(?<!\w)(?:apps?|aplicacion|aplicativo|programa|software|firmware|sistema|driver|plugin|extension"
    r"|navegador|browser|client)\s(?:\p{L}+\s){0,2}?(?:esta(?:ba|va)?|seguia|sigue|segue|quedo|iba|va"
    r"|andaba|anda|corria|corre|ficou|continua|rodava|roda|was|is|were|stayed|ran|runs|running|still)"
    r"\s(?:\p{L}+\s)?(?:en|na|no|em|on|at)\s(?:la\s|a\s|the\s)?$"
)
_SPELLED: Final = regex.compile(r"arroba|aroba|@|\(at\)|\[at\]|\bat\b")

_IPV4: Final = regex.compile(r"(?<![\w.,-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)")
_IPV6: Final = regex.compile(r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:]|\.\d)")
_VERSION_BEFORE: Final = regex.compile(
    r"(?:\bv\.?|\bver\.?|version(?:es|s)?|versao|versoes|firmware|release|build|app|aplicacion"
    r"|aplicativo|update|actualizacion|atualizacao|android|ios|windows|software|rev\.?|seccion"
    r"|section|apartado|capitulo|clausula|actualic\w+|actualiz\w+|atualiz\w+|upgrade\w*|updated?"
    r"|instal\w+)(?:\s(?!(?:desde|from|de|em|en|on|at|ip|con|com|with)\b)\p{L}[\w-]*){0,2}"
    r"\s*(?:a la |para a |to |la |a |the |de la app |de app |do app |n[o°º.]* ?"
    r"|es |is |:|=|to )?\s*$"
)


def find_emails(reading: Reading) -> Iterator[Hit]:
    """Yield e-mail addresses, also spoken ones: "ana punto ruiz arroba correo punto es"."""
    if "@" in reading.folded:
        for match in matches(_EMAIL, reading):
            start, end = match.span()
            yield Hit(start, end, "EMAIL_ADDRESS", 1.0, "format", "@")
    end = 0
    for at in matches(_SPELLED, reading):
        if at.start() < end:
            continue
        near = max(end, at.start() - _WIDEST), at.end() + _WIDEST
        if not _SPOKEN_END.search(reading.folded, *near, timeout=PATTERN_SECONDS):
            continue
        match = _SPOKEN.search(reading.folded, *near, timeout=PATTERN_SECONDS)
        if match:
            end = match.end()
            yield Hit(match.start(), end, "EMAIL_ADDRESS", 0.99, "format", "spoken")


def find_ip_addresses(reading: Reading) -> Iterator[Hit]:
    """Yield IPv4 and IPv6 addresses, but no version numbers."""
    labels = Labels.of(reading)
    for pattern in (_IPV4, _IPV6):
        for match in matches(pattern, reading):
            if not _is_address(match.group()):
                continue
            if _is_like_a_version(match.group()) and not labels.near(
                match.start(), match.end(), _HOST
            ):
                continue
            if not _follows_version(reading, match.start()):
                yield Hit(match.start(), match.end(), "IP_ADDRESS", 0.95, "format", "ip")


def _is_address(text: str) -> bool:
    digits = text.replace(":", "")
    if ":" in text and ("::" not in text or len(digits) < 3) and text.count(":") != 7:
        return False
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not address.is_unspecified


def _is_like_a_version(address: str) -> bool:
    """Tell whether all parts are as small as those of a version: 11.4.2.9."""
    parts = address.split(".")
    return len(parts) == 4 and all(int(part) <= _SMALL for part in parts)


def _follows_version(reading: Reading, start: int) -> bool:
    """Tell whether a version is told of right before, or of small numbers some words before."""
    before = reading.folded[max(0, start - 80) : start]
    if _VERSION_BEFORE.search(before) or _RUNS_IN.search(before):
        return True
    first, _, _ = reading.folded[start : start + 4].partition(".")
    small = first.isdigit() and int(first) < _LEAST_HOST
    return small and _TOLD_OF.search(before) is not None
