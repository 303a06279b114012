"""
The usual form of an act, read in a moment. What is not quite usual is left to `shapes`.

Both read the same into the same, which a test shows; only `shapes` says what is wrong.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from audit import jsontext
from consent import shapes
from consent.act import CHANNELS, DECISIONS, FREQUENCIES, Actor, Kind, NewAct
from consent.intake import EARLIEST
from consent.shapes import LATEST
from consent.takeover import Line

_CHANNELS, _FREQUENCIES = frozenset(CHANNELS), frozenset(FREQUENCIES)
_ACTORS = {actor.value: actor for actor in Actor if actor is not Actor.SYSTEM}
_DECISIONS = {kind.value: kind for kind in DECISIONS}
_PAST = _DECISIONS | {Kind.NOTICE_SERVED.value: Kind.NOTICE_SERVED}
_SUBJECTS = frozenset({"external_id", "email", "phone", "public"})


_Form = TypeVar("_Form", bound=msgspec.Struct)


class Unusual(Exception):
    """A text is not the usual form of an act; it may be one all the same."""


class _Notice(msgspec.Struct, forbid_unknown_fields=True):
    version: str
    locale: str


class _Act(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    purpose: str
    decision: str
    method: str
    actor: str
    channels: list[str] | None = None
    data_categories: list[str] | None = None
    frequency: str | None = None
    notice: _Notice | None = None
    acted_at: str | None = None
    explicit: bool = False
    evidence: dict[str, Any] | None = None


class _Subject(msgspec.Struct, forbid_unknown_fields=True):
    type: str
    value: str


class _Past(_Act, forbid_unknown_fields=True, kw_only=True):
    subject: _Subject
    acted_at: str


def act(raw: bytes) -> NewAct:
    """
    Return the act that a body tells, as `shapes.ActShape` would read it.

    :raises Unusual: it may also be wrong.
    """
    return _named(_read(raw, _Act), _DECISIONS)


def past_act(raw: bytes) -> Line:
    """
    Return the act that a line of an import tells, as `shapes.past_act` does.

    :raises LineRefused: with the field; the line itself is not repeated.
    """
    try:
        return usual_past_act(raw)
    except Unusual:
        return shapes.past_act(raw)


def usual_past_act(raw: bytes) -> Line:
    """
    Return the act that a line tells, if it has the usual form.

    :raises Unusual: it may also be wrong.
    """
    form = _read(raw, _Past)
    subject = form.subject
    _require(subject.type in _SUBJECTS and _is_plain(subject.value, 320))
    return Line(subject.type, subject.value, _named(form, _PAST))


def _read(raw: bytes, form: type[_Form]) -> _Form:
    _require(not jsontext.may_be_deep(raw))
    try:
        return msgspec.json.decode(raw, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unusual from None


def _named(form: _Act, decisions: dict[str, Kind]) -> NewAct:
    notice, categories = form.notice, form.data_categories
    _require(form.decision in decisions and form.actor in _ACTORS)
    _require(_is_word(form.purpose, 64) and _is_word(form.method, 40))
    _require(notice is None or (_is_word(notice.version, 16) and _is_word(notice.locale, 35)))
    _require(_CHANNELS.issuperset(form.channels or ()))
    _require(categories is None or all(_is_word(name, 96) for name in categories))
    _require(form.frequency is None or form.frequency in _FREQUENCIES)
    return NewAct(
        kind=decisions[form.decision],
        method=form.method,
        purpose=form.purpose,
        actor=_ACTORS[form.actor],
        notice_version=notice.version if notice else None,
        locale=notice.locale if notice else "",
        channels=form.channels,
        data_categories=categories,
        frequency=form.frequency,
        explicit=form.explicit,
        acted_at=_moment(form.acted_at),
        evidence=form.evidence,
    )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unusual from None
    _require(found.tzinfo is not None and EARLIEST <= found.year <= LATEST)
    return found


def _is_plain(text: str, longest: int) -> bool:
    """Return whether nothing about a text has to be mended or refused."""
    return 0 < len(text) <= longest and text == text.strip() and "\0" not in text


_is_word = lru_cache(maxsize=512)(_is_plain)  # the same few in every act, and about nobody


def _require(usual: bool) -> None:
    if not usual:
        raise Unusual
