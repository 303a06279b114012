"""A file of texts, one JSON object a line, cut into parts. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import regex

from pseudonymize.freetext.engine import MOST_CHARACTERS
from pseudonymize.freetext.locales import UnknownLanguage, language_of

LONGEST_LINE: Final = 1024 * 1024
LONGEST_ID: Final = 128
PART_LINES: Final = 1_000
PART_CHARACTERS: Final = 500_000

_COUNTRY: Final = regex.compile("[A-Za-z]{2}")


class LineMalformed(ValueError):
    """A line of the input cannot be read. Nothing was kept."""

    code = "line_malformed"

    def __init__(self, line: int, advice: str) -> None:
        self.field = f"line {line}"
        super().__init__(f"Line {line} cannot be read: {advice}")


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read the lines that do not say it themselves."""

    language: str | None = None
    country: str | None = None


def parts_of(file: BinaryIO, defaults: Reading) -> Iterator[bytes]:
    """
    Yield the lines of a file in parts, each line with its own language and country.

    A part ends after a thousand lines or half a million characters, whichever comes first: some
    seconds of work.

    :raises LineMalformed: with the first line that cannot be read.
    """
    part: list[dict[str, Any]] = []
    characters = 0
    for asked in _asked(file, defaults):
        part.append(asked)
        characters += len(asked["text"])
        if len(part) == PART_LINES or characters >= PART_CHARACTERS:
            yield json.dumps(part).encode()
            part, characters = [], 0
    if part:
        yield json.dumps(part).encode()


def opened(part: bytes) -> list[dict[str, Any]]:
    """Return the lines of a part: `text`, `language`, `country`, and `id` where one was given."""
    lines: list[dict[str, Any]] = json.loads(part)
    return lines


def line(answer: dict[str, Any]) -> str:
    """Return an answer as a line of NDJSON."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n"


def _asked(file: BinaryIO, defaults: Reading) -> Iterator[dict[str, Any]]:
    number = 0
    while found := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(found) > LONGEST_LINE:
            raise LineMalformed(number, "it is over 1 MiB.")
        if found.strip():
            yield _checked(found, number, defaults)


def _checked(found: bytes, number: int, defaults: Reading) -> dict[str, Any]:
    given = _object(found, number)
    asked = {
        "text": given.get("text"),
        "language": given.get("language") or defaults.language,
        "country": given.get("country") or defaults.country,
    }
    if "id" in given:
        asked["id"] = given["id"]
    if advice := _advice(asked):
        raise LineMalformed(number, advice)
    return asked


def _object(found: bytes, number: int) -> dict[str, Any]:
    try:
        given = json.loads(found)
    except (ValueError, RecursionError):
        raise LineMalformed(number, "write one JSON object a line, in UTF-8.") from None
    if not isinstance(given, dict):
        raise LineMalformed(number, "write one JSON object a line.")
    return given


def _advice(asked: dict[str, Any]) -> str | None:
    """Return what to do about a line, without a word of it; None when it can be read."""
    if not _is_text(asked["text"]):
        return f"`text` is a string of at most {MOST_CHARACTERS} characters."
    if not _is_id(asked.get("id", "")):
        return f"`id` is a string of at most {LONGEST_ID} characters, or a whole number."
    country = asked["country"]
    if country is not None and not (isinstance(country, str) and _COUNTRY.fullmatch(country)):
        return "`country` is two letters of ISO 3166, such as ES."
    if not isinstance(asked["language"], str):
        return "name the `language`, in the line or for all lines in the address."
    try:
        language_of(asked["language"])
    except UnknownLanguage:
        return "`language` is es, pt or en, with or without a region."
    return None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_CHARACTERS and _is_encodable(value)


def _is_id(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_ID and _is_encodable(value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _is_encodable(value: str) -> bool:
    """Half a surrogate pair is no character, and no file can hold it."""
    return not any("\ud800" <= character <= "\udfff" for character in value)
