"""The steps of a stored clock in the language of a page. A clock itself is stored in English."""

import functools
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from jurisdictions.feasts import feast

FILE = Path(__file__).parent / "explaining.toml"


def explained(why: str, *, on: date, calendar: str, locale: str) -> str:
    """
    Return why a day counted or not, in `locale`; the English sentence where we have no other.

    `calendar` is what the clock keeps of it: code and version. Holidays whose name is known in
    no other language keep their English one.
    """
    if locale == "en":
        return why
    for pattern, words in _sentences():
        if found := pattern.fullmatch(why):
            said = found.groupdict()
            if "start" in said:
                said["start"] = _known("starts", said["start"], locale)
            if "feast" in said:
                said["feast"] = _feast(said["feast"], on, calendar, locale)
            return words[locale].format(**said)
    return why


def _feast(name: str, on: date, calendar: str, locale: str) -> str:
    if name in _file()["feasts"]:
        return _known("feasts", name, locale)
    return feast(calendar.partition(";")[0], on, locale=locale) or name


def _known(kind: str, words: str, locale: str) -> str:
    entry: dict[str, str] = _file()[kind].get(words, {})
    return entry.get(locale, words)


@functools.cache
def _sentences() -> list[tuple[re.Pattern[str], dict[str, str]]]:
    return [(re.compile(entry["pattern"]), entry) for entry in _file()["sentence"]]


@functools.cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
