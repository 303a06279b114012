"""The acts of a person and the words they are made of. Pure: no database, no clock."""

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import msgspec

from jurisdictions.vocabulary import CHANNELS as CHANNELS

FREQUENCIES = ("daily", "weekly", "monthly", "never")
EMAIL = "email"


class Kind(enum.StrEnum):
    """What an act does: the first six to one purpose, the others for the whole person."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    NOTICE_SERVED = "notice_served"
    CONFIRMED = "confirmed"
    PAUSED = "paused"
    RESUMED = "resumed"
    RESTRICTED = "restricted"
    UNRESTRICTED = "unrestricted"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    ERASED = "erased"
    CONTACT_HOURS = "contact_hours"
    GUESS_REMOVED = "guess_removed"
    GUESS_ALLOWED = "guess_allowed"

    __hash__ = str.__hash__  # as it compares; the enumeration's own is slow


DECISIONS = (Kind.GRANTED, Kind.REFUSED, Kind.WITHDRAWN, Kind.OBJECTED)
ON_GUESSES = (Kind.GUESS_REMOVED, Kind.GUESS_ALLOWED)


class Actor(enum.StrEnum):
    """Who made an act."""

    SUBJECT = "subject"
    GUARDIAN = "guardian"
    AGENT = "agent"
    SYSTEM = "system"

    __hash__ = str.__hash__


KINDS = {kind.value: kind for kind in Kind}  # quicker than to call the class
ACTORS = {actor.value: actor for actor in Actor}


@dataclass(frozen=True, slots=True)
class Window:
    """A span of the person's week in which a channel may be used, in the person's own time."""

    days: frozenset[int]  # ISO: 1 is Monday
    opens: time  # inclusive
    closes: time  # exclusive


ContactHours = Mapping[str, tuple[Window, ...]]  # by channel; a channel left out is not narrowed


class Act(msgspec.Struct, frozen=True, gc=False):  # made at a fifth of a dataclass's price
    """One act, with the fields that decide what stands after it."""

    kind: Kind
    sequence: int  # 1, 2, 3… per person
    acted_at: datetime  # aware
    purpose: str = ""  # empty for acts that concern the person
    notice_version: str | None = None
    channels: frozenset[str] | None = None  # None: all
    categories: frozenset[str] | None = None  # None: all
    frequency: str | None = None
    explicit: bool = False
    actor: Actor = Actor.SUBJECT
    email_proved: bool = False  # the double opt-in came with the act
    confirms: int | None = None  # sequence of the grant that a `confirmed` act names
    until: date | None = None  # last day of a pause
    hours: ContactHours | None = None
    guess: str | None = None  # what was worked out, as `guess_word` writes it


class NewAct(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An act as somebody reports it. None means: not said."""

    kind: Kind
    method: str  # lower-case word, such as web_form
    purpose: str = ""  # empty for acts that concern the whole person
    actor: Actor = Actor.SUBJECT
    notice_version: str | None = None
    locale: str = ""
    channels: Collection[str] | None = None
    data_categories: Collection[str] | None = None
    frequency: str | None = None
    explicit: bool = False
    acted_at: datetime | None = None  # aware; not said: when it was received
    evidence: Mapping[str, Any] | None = None  # any JSON; may hold double_opt_in_at
    until: date | None = None
    hours: ContactHours | None = None
    confirms: int | None = None
    guess: str | None = None  # what was worked out about the person, such as churn


@dataclass(frozen=True, slots=True)
class Details:
    """What an act says beyond the columns of the ledger."""

    confirms: int | None = None  # sequence of the grant that is confirmed
    double_opt_in_at: datetime | None = None  # proof that came with the act
    hours: ContactHours | None = None
    guess: str | None = None


def guess_word(said: str) -> str:
    """Return the one way to write a guess: a word of `predicts`, a segment, a detail of data."""
    return said.strip().casefold()


def is_within(category: str, categories: Collection[str]) -> bool:
    """Return whether `category` is one of `categories` or lies below one (dotted keys inherit)."""
    while category not in categories:
        category, dot, _ = category.rpartition(".")
        if not dot:
            return False
    return True
