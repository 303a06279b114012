"""Policy bundles: the rules' own data, parsed, refused when wrong, and compiled once."""

import hashlib
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

import msgspec

from policies.codes import EFFECT_OF, OBLIGATIONS, OWN_PREFIX, Effect

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Term = Annotated[str, msgspec.Meta(pattern=r"[A-Za-z0-9]", max_length=64)]


class BundleRejected(Exception):
    """A bundle cannot be used. The message names the file, the line and what to correct."""

    code = "bundle_rejected"

    def __init__(self, name: str, line: int, why: str) -> None:
        self.name, self.line, self.why = name, line, why
        super().__init__(f"{name}:{line}: {why}")


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every key is known; a misspelt one is an error, not a rule that silently does nothing."""


class ActionRule(Strict, frozen=True):
    """What an action does to the person."""

    addresses: bool = False
    """It reaches out to the person: it needs a channel, quiet hours and a budget."""
    meets_person: bool = False
    """The person meets its result."""
    shares: bool = False
    """It hands data to a recipient."""
    reviewed_if_automated: bool = False


class Predictions(Strict, frozen=True):
    """The closed vocabulary of `predicts`."""

    harmless: frozenset[Word]
    refused: dict[Word, Word]
    """Word → the sensitive fact that it infers."""


class Proxy(Strict, frozen=True):
    """Terms that stand for a sensitive fact when they name a segment or a product."""

    reveals: Word
    terms: tuple[Term, ...]
    reviewed_on: date
    review_by: date


class QuietHours(Strict, frozen=True):
    """The house rule: local hours in which nobody is addressed. May pass midnight."""

    start: time
    end: time
    source: str


class Frequency(Strict, frozen=True):
    """Rolling windows in days for each frequency that a person may choose."""

    default: Word
    windows: dict[Word, Annotated[int, msgspec.Meta(gt=0)]]
    never: Word


class Minors(Strict, frozen=True):
    """Below this age nobody is profiled for advertising."""

    profiling_and_advertising_under: int
    source: str


class ValueFirst(Strict, frozen=True):
    """Nothing more is sold before a purchase has delivered its value."""

    told_together_seconds: int
    """Facts that a system tells one after the other within this span count as told at once."""


class Review(Strict, frozen=True):
    """How long a human review stays open, and an approval valid."""

    open_hours: int
    approval_hours: int


class ObligationRule(Strict, frozen=True):
    """On which permits an obligation is laid; what is left out does not narrow it."""

    actions: frozenset[Word] | None = None
    purposes: frozenset[Word] | None = None


class OwnRule(Strict, frozen=True):
    """A rule of the organisation's own, in CEL. On purposes it can only add caution."""

    id: Word
    when: Annotated[str, msgspec.Meta(max_length=2000)]
    effect: Literal["permit", "needs_human", "deny"]
    code: str
    source: str


class OwnResource(Strict, frozen=True):
    """A resource type that the organisation governs by own rules alone."""

    actions: tuple[Word, ...]
    rules: tuple[OwnRule, ...]
    subjects: tuple[Word, ...] = ()


class Bundle(Strict, frozen=True):
    """A whole policy document."""

    name: Word
    effective_from: datetime
    extends: str | None = None
    answer_ttl_seconds: Annotated[int, msgspec.Meta(gt=0, le=86_400)] | None = None
    actions: dict[Word, ActionRule] = {}
    predictions: Predictions | None = None
    proxies: tuple[Proxy, ...] = ()
    places: dict[Word, str] = {}
    quiet_hours: QuietHours | None = None
    frequency: Frequency | None = None
    minors: Minors | None = None
    review: Review | None = None
    value_first: ValueFirst | None = None
    ai_purpose: str | None = None
    reviewed_circumstance: str | None = None
    obligations: dict[Word, ObligationRule] = {}
    principles: dict[Word, str] = {}
    rules: tuple[OwnRule, ...] = ()
    resource_types: dict[Word, OwnResource] = {}


class Complete(Bundle, frozen=True, kw_only=True):
    """A bundle after its ancestors are merged in: nothing that the engine reads is missing."""

    answer_ttl_seconds: int
    predictions: Predictions
    quiet_hours: QuietHours
    frequency: Frequency
    minors: Minors
    review: Review
    value_first: ValueFirst
    ai_purpose: str
    reviewed_circumstance: str


@dataclass(frozen=True, slots=True)
class Document:
    """A bundle as it was written, with the digest of its bytes."""

    bundle: Bundle
    text: str
    digest: str

    @property
    def version(self) -> str:
        """Name and content hash: what every decision says it was made under."""
        return f"{self.bundle.name}@sha256:{self.digest[:16]}"


def parse(text: str, *, name: str) -> Document:
    """
    Parse one document.

    :raises BundleRejected: unknown key, wrong type, unknown code; with file and line.
    """
    try:
        bundle = msgspec.convert(tomllib.loads(text), Bundle)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise BundleRejected(name, int(found[1]) if found else 1, str(error)) from None
    except msgspec.ValidationError as error:
        raise BundleRejected(name, line_of(text, str(error)), f"{error}.") from None
    _check_codes(bundle, text, name)
    return Document(bundle, text, hashlib.sha256(text.encode()).hexdigest())


def merged(document: Document, find: Callable[[str], Document | None]) -> Complete:
    """
    Return the bundle with everything that it `extends`: tables merge, lists add up, its own
    values win.

    :raises BundleRejected: an unknown or circular ancestor, or something still missing.
    """
    values: dict[str, Any] = {}
    for text in _lineage(document, find):
        for key, value in tomllib.loads(text).items():
            if isinstance(value, dict):
                value = values.get(key, {}) | value
            elif isinstance(value, list):
                value = values.get(key, []) + value
            values[key] = value
    try:
        return msgspec.convert(values, Complete)
    except msgspec.ValidationError as error:
        why = f"{error}. Write it here, or extend a bundle that has it."
        raise BundleRejected(document.bundle.name, 1, why) from None


def _lineage(document: Document, find: Callable[[str], Document | None]) -> list[str]:
    texts, seen, parent = [document.text], {document.bundle.name}, document.bundle.extends
    while parent is not None:
        where = line_of(document.text, "extends")
        if parent in seen:
            why = f"extends {parent}, which extends it back. Break the cycle."
            raise BundleRejected(document.bundle.name, where, why)
        found = find(parent)
        if found is None:
            why = f"extends {parent}, which is not published. Publish that first."
            raise BundleRejected(document.bundle.name, where, why)
        texts.insert(0, found.text)
        seen.add(parent)
        parent = found.bundle.extends
    return texts


def _check_codes(bundle: Bundle, text: str, name: str) -> None:
    for code in bundle.places.values():
        if code and EFFECT_OF.get(code) is not Effect.DENY:
            raise BundleRejected(name, line_of(text, code), f"{code!r} is not a refusal's code.")
    for obligation in bundle.obligations:
        if obligation not in OBLIGATIONS:
            raise BundleRejected(name, line_of(text, obligation), f"Unknown {obligation!r}.")
    for rule in bundle.rules:
        _check_own_code(rule, text, name)
        if rule.effect == "permit":
            why = f"rule {rule.id!r}: on purposes an own rule can only add caution."
            raise BundleRejected(name, line_of(text, rule.id), why)
    for resource in bundle.resource_types.values():
        for rule in resource.rules:
            _check_own_code(rule, text, name)


def _check_own_code(rule: OwnRule, text: str, name: str) -> None:
    own = rule.code.startswith(OWN_PREFIX)
    if own or EFFECT_OF.get(rule.code) is Effect[rule.effect.upper()]:
        return
    wrong = f"unknown code {rule.code!r} for {rule.effect}; own ones begin {OWN_PREFIX!r}."
    why = f"rule {rule.id!r}: {wrong}"
    raise BundleRejected(name, line_of(text, rule.code), why)


def line_of(text: str, message: str) -> int:
    """Return the line of the last name that `message` mentions, as near as TOML lets us."""
    names = re.findall(r"`\$?\.?([\w.\[\]-]+)`|([\w.-]+)", message)
    words = [part for pair in names for part in pair if part]
    for word in reversed([w.rsplit(".", 1)[-1].split("[")[0] for w in words if len(w) > 3]):
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", line):
                return number
    return 1
