"""
The purposes of an installation and their notices: what `consent/catalogue/*.toml` may say.

A file is one version of one purpose. What it says is read strictly: a missing or an unknown key
is refused, so that a slip of the pen never becomes a permission.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from consent.act import CHANNELS

_T = TypeVar("_T")

FOLDER = Path(__file__).parent / "catalogue"
LOCALES = ("es", "pt-BR", "en")
CHANGES = ("major", "minor")
ORIGINS = ("provided", "observed", "derived", "inferred", "third_party")
BASES = (
    "consent",
    "explicit_consent",
    "tacit_consent",
    "contract",
    "legal_obligation",
    "legitimate_interest",
)


class CatalogueRejected(Exception):
    """A file of the catalogue says something that cannot be so."""

    code = "catalogue_rejected"

    def __init__(self, file: str, complaint: str) -> None:
        super().__init__(f"{file}: {complaint}")


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """A notice in one language."""

    title: str
    aim: str  # completes "…so that we may"
    summary: str
    text: tuple[str, ...]  # paragraphs
    adolescent: str  # the same, said to a person under age


@dataclass(frozen=True, slots=True)
class NoticeText:
    """One version of a purpose's notice, in every language."""

    version: str
    change: str  # major: older consent ends; minor: it goes on
    in_force_from: date  # that day included
    words: Mapping[str, NoticeWords]


@dataclass(frozen=True, slots=True)
class Purpose:
    """One version of one specific aim of processing of one controller."""

    key: str
    version: int
    theme: str
    controller: str
    data_use: str  # Fideslang
    dpv: str  # W3C DPV, with its prefix
    data_categories: tuple[str, ...]  # Fideslang; dotted keys inherit
    origins: tuple[str, ...]
    actions: tuple[str, ...]
    channels: tuple[str, ...]
    recipients: tuple[str, ...]
    profiling: bool
    advertising: bool
    high_risk: bool
    sells: bool
    pausable: bool
    contact_limits: bool
    requires_channels: bool
    aggregated_only: bool
    lists_models_on_erasure: bool
    validity_months: int
    data_window_days: int
    retention_months: int
    reuse_from: tuple[str, ...]  # purposes whose data the notice allows to be used here
    bases: Mapping[str, str]  # by law
    notices: tuple[NoticeText, ...]  # oldest first

    def notice_on(self, day: date) -> NoticeText | None:
        """Return the notice that is in force on `day`; None before the first."""
        begun = [notice for notice in self.notices if notice.in_force_from <= day]
        return begun[-1] if begun else None

    def notice(self, version: str) -> NoticeText | None:
        """Return the notice of that version; None when there is none."""
        return next((notice for notice in self.notices if notice.version == version), None)

    def is_outdated(self, version: str | None, on: date) -> bool:
        """Return whether a major notice has come into force after `version`, by the end of `on`."""
        versions = [notice.version for notice in self.notices]
        if version not in versions:
            return True
        later = self.notices[versions.index(version) + 1 :]
        return any(notice.change == "major" and notice.in_force_from <= on for notice in later)


def load(folder: Path = FOLDER) -> dict[str, Purpose]:
    """
    Return the purposes in `folder`, by key, in the order of their keys.

    :raises CatalogueRejected: with the file and the key, for the first thing that is wrong.
    """
    purposes = {}
    for path in sorted(folder.glob("*.toml")):
        purpose = _parsed(path)
        if path.stem != purpose.key:
            raise CatalogueRejected(path.name, f"name the file {purpose.key}.toml")
        purposes[purpose.key] = purpose
    for purpose in purposes.values():
        if strangers := set(purpose.reuse_from) - set(purposes):
            complaint = f"reuse_from names no purpose: {_listed(strangers)}"
            raise CatalogueRejected(f"{purpose.key}.toml", complaint)
    return purposes


def content_of(purpose: Purpose) -> dict[str, Any]:
    """Return what is kept of a purpose, as plain JSON: all but its notices."""
    names = (field.name for field in fields(Purpose) if field.name != "notices")
    kept = {name: getattr(purpose, name) for name in names}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in kept.items()}


def purpose_from(content: Mapping[str, Any], notices: Iterable[NoticeText]) -> Purpose:
    """Return the purpose of which `content_of` was kept."""
    return _built(Purpose, {**content, "notices": tuple(notices)})


def words_from(content: Mapping[str, Any]) -> NoticeWords:
    """Return the words of which `dataclasses.asdict` was kept."""
    return _built(NoticeWords, content)


def _parsed(path: Path) -> Purpose:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueRejected(path.name, f"cannot be read as TOML ({error})") from None
    reader = _Reader(path.name)
    notices = reader.items(raw, "notices")
    content = {**raw, "notices": [reader.notice(notice) for notice in notices]}
    purpose = reader.build(Purpose, content, "")
    if complaint := next(_complaints(purpose), None):
        raise CatalogueRejected(path.name, complaint)
    return purpose


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the tables of one file; every complaint names the file and the key."""

    file: str

    def notice(self, raw: Any) -> NoticeText:
        where = f"notices.{raw.get('version', '?')}"
        words = raw.get("words", {})
        if missing := set(LOCALES) ^ set(words):
            raise CatalogueRejected(self.file, f"{where}.words: {_listed(missing)}")
        built = {
            locale: self.build(NoticeWords, words[locale], f"{where}.words.{locale}.")
            for locale in LOCALES
        }
        return self.build(NoticeText, {**raw, "words": built}, where + ".")

    def items(self, raw: Mapping[str, Any], key: str) -> list[Any]:
        found = raw.get(key)
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise CatalogueRejected(self.file, f"{key}: write one or more [[{key}]]")
        return found

    def build(self, kind: type[_T], raw: Mapping[str, Any], where: str) -> _T:
        expected = get_type_hints(kind)
        if missing := set(expected) - set(raw):
            raise CatalogueRejected(self.file, f"missing: {where}{_listed(missing)}")
        if unknown := set(raw) - set(expected):
            raise CatalogueRejected(self.file, f"unknown: {where}{_listed(unknown)}")
        for name, type_ in expected.items():
            if not _fits(raw[name], type_):
                raise CatalogueRejected(self.file, f"{where}{name}: not of the right type")
        return _built(kind, raw)


def _fits(value: Any, type_: Any) -> bool:
    if type_ in (str, bool, int):
        return type(value) is type_ and value != ""
    if type_ is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    if type_ == tuple[str, ...]:
        return isinstance(value, list) and all(isinstance(v, str) and v for v in value)
    return isinstance(value, (dict, list))


def _built(kind: type[_T], raw: Mapping[str, Any]) -> _T:
    return kind(**{name: tuple(v) if isinstance(v, list) else v for name, v in raw.items()})


def _complaints(purpose: Purpose) -> Iterator[str]:
    allowed: dict[str, Iterable[str]] = {
        "channels": CHANNELS,
        "origins": ORIGINS,
        "data_categories": taxonomy()[0],
    }
    for name, known in allowed.items():
        values = getattr(purpose, name)
        if strangers := set(values) - set(known):
            yield f"{name}: unknown {_listed(strangers)}"
        if not values:
            yield f"{name}: name at least one"
    if purpose.data_use not in taxonomy()[1]:
        yield f"data_use: no Fideslang data use {purpose.data_use}"
    if not purpose.dpv.startswith("dpv:"):
        yield "dpv: write a term of DPV, such as dpv:DirectMarketing"
    if strangers := set(purpose.bases.values()) - set(BASES):
        yield f"bases: unknown {_listed(strangers)}"
    for name in ("version", "validity_months", "data_window_days", "retention_months"):
        if getattr(purpose, name) < 1:
            yield f"{name}: write 1 or more"
    yield from _notice_complaints(purpose)


def _notice_complaints(purpose: Purpose) -> Iterator[str]:
    days = [notice.in_force_from for notice in purpose.notices]
    versions = [notice.version for notice in purpose.notices]
    if days != sorted(days):
        yield "notices: write the oldest first"
    if not versions or len(versions) != len(set(versions)):
        yield "notices: give each a version of its own"
    if strangers := {notice.change for notice in purpose.notices} - set(CHANGES):
        yield f"notices: change is major or minor, not {_listed(strangers)}"


def closest_locale(told: str) -> str:
    """Return the one of `LOCALES` that serves a person of locale `told` (BCP 47) best."""
    language = told.partition("-")[0].lower()
    same = (locale for locale in LOCALES if locale.partition("-")[0] == language)
    return next(same, LOCALES[0])


@cache
def taxonomy() -> tuple[frozenset[str], frozenset[str]]:
    """Return the data categories and the data uses of Fideslang, by key."""
    from fideslang.default_taxonomy import DEFAULT_TAXONOMY  # slow, and only loading needs it

    categories = frozenset(category.fides_key for category in DEFAULT_TAXONOMY.data_category)
    return categories, frozenset(use.fides_key for use in DEFAULT_TAXONOMY.data_use)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
