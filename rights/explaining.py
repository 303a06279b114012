"""A stored clock in the language of a page: its rule and its steps. It is kept in English."""

import functools
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from jurisdictions.feasts import feast
from jurisdictions.model import Clock
from rights.wording import rule_in_words

FILE = Path(__file__).parent / "explaining.toml"
FEASTS = Path(__file__).parent / "feasts.toml"
_OF_THE_WEEK = ("Saturday", "Sunday", "Day off")
_OBSERVED, _MONDAY = " (observed)", "Monday following "


def explained(why: str, *, on: date, calendar: str, locale: str) -> str:
    """
    Return why a day counted or not, in `locale`; the English sentence where we have no other.

    `calendar` is what the clock keeps of it: code and version.
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


def rule_told(kept: str, rule: Clock | None, *, locale: str) -> tuple[str, str]:
    """
    Return the rule of a clock and the language in which it is told.

    `kept` is what the clock stores, `rule` what its law says now. Where the two are no longer the
    same, what is kept stands, in English.
    """
    if rule is None or rule_in_words(rule) != kept:
        return kept, "en"
    return rule_in_words(rule, locale, start=_known("starts", rule.starts, locale)), locale


def _feast(name: str, on: date, calendar: str, locale: str) -> str:
    """Return the name of a day off: the country's own, else ours, else the English one."""
    code = calendar.partition(";")[0]
    if name not in _OF_THE_WEEK and (own := feast(code, on, locale=locale)):
        return own
    if name == f"non-working day of {code}":
        return str(_feasts()["frames"]["fixed"][locale].format(calendar=code))
    return "; ".join(_part(part, locale) for part in name.split("; "))


def _part(name: str, locale: str) -> str:
    known: dict[str, dict[str, str]] = _feasts()["names"]
    if name in known:
        return known[name][locale]
    if name.endswith(_OBSERVED):
        frame, inner = "observed", name.removesuffix(_OBSERVED)
    elif name.startswith(_MONDAY):
        frame, inner = "monday", name.removeprefix(_MONDAY)
    else:
        return name
    return str(_feasts()["frames"][frame][locale].format(feast=_part(inner, locale)))


def _known(kind: str, words: str, locale: str) -> str:
    """Return words of the file in a language; English words are their own key."""
    entry: dict[str, str] = _file()[kind].get(words, {})
    return entry.get(locale, words)


@functools.cache
def _sentences() -> list[tuple[re.Pattern[str], dict[str, str]]]:
    return [(re.compile(entry["pattern"]), entry) for entry in _file()["sentence"]]


@functools.cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@functools.cache
def _feasts() -> dict[str, Any]:
    return tomllib.loads(FEASTS.read_text(encoding="utf-8"))
