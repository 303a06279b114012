"""What an act must be to be recorded. Whether it suffices is judged later, at the check."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from audit import jsontext
from consent import queries
from consent.act import (
    CHANNELS,
    DECISIONS,
    FREQUENCIES,
    ON_GUESSES,
    Actor,
    ContactHours,
    Details,
    Kind,
    guess_word,
    is_within,
)
from consent.act import NewAct as NewAct
from consent.catalogue import Purpose, taxonomy
from consent.compact import details_to_json
from consent.drafts import Draft, Said
from consent.models import Notice
from consent.queries import Offer
from pseudonymize import queries as subjects

CLOCKS_MAY_DIFFER = timedelta(minutes=5)
EARLIEST = 1900  # nobody's act is older; a year like 1 is a program's empty date
_METHOD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_GUESS = re.compile(r"[^@\s][^@\n]{0,95}")
_EVIDENCE_BYTES = 16 * 1024
_FLAT = frozenset({str, int, bool, type(None)})
_OF_A_PURPOSE = {*DECISIONS, Kind.NOTICE_SERVED, Kind.CONFIRMED}
_WEEK = frozenset(range(1, 8))
_SHOWN = {Kind.GRANTED, Kind.NOTICE_SERVED}


class ActRefused(Exception):
    """An act cannot be recorded as it was sent; nothing was changed."""

    def __init__(self, code: str, field: str, sentence: str) -> None:
        self.code, self.field = code, field
        super().__init__(sentence)


def drafted(act: NewAct, subject_key: int, *, caller: str, at: datetime, offer: Offer) -> Draft:
    """
    Return the draft of `act`, received at `at`.

    :raises ActRefused: with the code and the field of what cannot be so.
    """
    acted_at = received(act.acted_at, at=at, field="acted_at")
    said = _said(_in_common(act), offer)
    if said.since and acted_at.date() < said.since:
        sentence = (
            "That notice was not yet in force when the person acted (acted_at). "
            "Name the notice that they were shown."
        )
        raise ActRefused("notice_not_in_force", _notice_field(act), sentence)
    if act.hours is not None:
        _check_hours(act.hours)
    evidence = None if act.evidence is None else evidence_bytes(act.evidence)
    if evidence is not None and len(evidence) > _EVIDENCE_BYTES:
        sentence = "Evidence takes up to 16 KiB of JSON. Keep the rest and send its digest."
        raise ActRefused("evidence_too_large", "evidence", sentence)
    _check_actor(act, subject_key)
    row = {
        **said.row,
        "subject_id": subject_key,
        "sequence": 0,  # the ledger numbers and links it
        "acted_at": acted_at.astimezone(UTC),
        "recorded_at": at,
        "until": act.until,
        "details": _details(act, at),
        "evidence_digest": None,
        "caller": caller,
        "previous": b"",
        "digest": b"",
    }
    return Draft(row, said.notice, evidence, said=said)


def _in_common(act: NewAct) -> NewAct:
    """Return what many acts say alike, whoever says it and when."""
    channels, categories = act.channels, act.data_categories
    return NewAct(
        kind=act.kind,
        method=act.method,
        purpose=act.purpose,
        actor=act.actor,
        notice_version=act.notice_version,
        locale=act.locale,
        channels=None if channels is None else tuple(channels),
        data_categories=None if categories is None else tuple(categories),
        frequency=act.frequency,
        explicit=act.explicit,
    )


@lru_cache(maxsize=1024)
def _said(act: NewAct, offer: Offer) -> Said:
    """Return what is common to acts that say what `act` does: the same few come all the time."""
    purpose = _purpose(act, offer)
    notice, since = _notice(act, purpose, offer) if purpose else (None, None)
    _check_words(act)
    if purpose:
        _check_scope(act, purpose)
    row = {
        "kind": act.kind.value,
        "purpose": act.purpose,
        "purpose_version": purpose.version if purpose else None,
        "notice_id": notice.pk if notice else None,
        "locale": act.locale,
        "channels": _ordered(act.channels),
        "data_categories": _ordered(act.data_categories),
        "frequency": act.frequency,
        "explicit": act.explicit,
        "method": act.method,
        "actor": act.actor.value,
    }
    return Said(row, notice, since)


def _details(act: NewAct, at: datetime) -> dict[str, Any]:
    proved, guess = _double_opt_in(act, at), _guess(act)
    if proved is None and guess is None and act.confirms is None and act.hours is None:
        return {}
    return details_to_json(Details(act.confirms, proved, act.hours, guess))


def received(told: datetime | None, *, at: datetime, field: str) -> datetime:
    """
    Return when something happened, never later than its receipt `at`.

    :raises ActRefused: when it is told for more than `CLOCKS_MAY_DIFFER` ahead, or for a year
        in which nobody acted.
    """
    if told is not None and told.year < EARLIEST:
        sentence = f"Send the moment of the act. Before {EARLIEST} there was none."
        raise ActRefused("acted_too_long_ago", field, sentence)
    if told is not None and told > at + CLOCKS_MAY_DIFFER:
        sentence = "It lies more than five minutes ahead. Send the moment of the act, in UTC."
        raise ActRefused("acted_in_the_future", field, sentence)
    return at if told is None else min(told, at)


def _purpose(act: NewAct, offer: Offer) -> Purpose | None:
    if act.kind not in _OF_A_PURPOSE:
        return None
    purpose = offer.purposes.get(act.purpose)
    if purpose is None and act.kind not in _SHOWN:  # a purpose of the past can be left as well
        purpose = queries.purpose_on_record(act.purpose)
    if purpose is None:
        sentence = "No such purpose is offered. GET /api/v1/purposes lists them."
        raise ActRefused("purpose_unknown", "purpose", sentence)
    return purpose


def _notice(act: NewAct, purpose: Purpose, offer: Offer) -> tuple[Notice, date] | tuple[None, None]:
    """Return the notice that was shown, and when it came into force."""
    if act.notice_version is None:
        if act.kind in _SHOWN:
            sentence = "Name the notice that was shown: version and locale."
            raise ActRefused("notice_missing", _notice_field(act), sentence)
        return None, None
    found = offer.notice(act)
    text = purpose.notice(act.notice_version)
    if found is None or text is None:
        sentence = "No such notice. GET /api/v1/purposes/{key} lists versions and locales."
        raise ActRefused("notice_unknown", _notice_field(act), sentence)
    return found, text.in_force_from


def _notice_field(act: NewAct) -> str:
    return "version" if act.kind is Kind.NOTICE_SERVED else "notice"


def _guess(act: NewAct) -> str | None:
    if act.kind not in ON_GUESSES:
        return None
    if not _GUESS.fullmatch(act.guess or ""):
        sentence = "Name the guess as `predicts` or `detail` does: up to 96 characters, and no @."
        raise ActRefused("guess_malformed", "guess", sentence)
    return guess_word(act.guess or "")


def _check_words(act: NewAct) -> None:
    if not _METHOD.fullmatch(act.method):
        sentence = "Write a lower-case word of up to 40 letters, digits and _, such as web_form."
        raise ActRefused("method_malformed", "method", sentence)
    if act.frequency is not None and act.frequency not in FREQUENCIES:
        sentence = f"Write one of {', '.join(FREQUENCIES)}."
        raise ActRefused("frequency_unknown", "frequency", sentence)


def _check_hours(hours: ContactHours) -> None:
    windows = [window for of_channel in hours.values() for window in of_channel]
    real = all(w.days and w.days <= _WEEK and w.opens < w.closes for w in windows)
    if not real or set(hours) - set(CHANNELS):
        sentence = (
            "Name known channels, days 1 (Monday) to 7, and hours that open before they close."
        )
        raise ActRefused("contact_hours_malformed", "hours", sentence)


def _check_actor(act: NewAct, subject_key: int) -> None:
    if act.actor is Actor.GUARDIAN and not subjects.person(subject_key).has_guardian:
        sentence = "No guardian is registered. Send guardian with POST /api/v1/subjects first."
        raise ActRefused("guardian_not_registered", "actor", sentence)


def _check_scope(act: NewAct, purpose: Purpose) -> None:
    for field in ("channels", "data_categories"):
        named = getattr(act, field)
        if named is not None and not named:
            sentence = "Name at least one, or leave it out to speak for all."
            raise ActRefused(f"{field}_empty", field, sentence)
    if not all(name in purpose.channels and name in CHANNELS for name in act.channels or ()):
        sentence = f"The notice names these channels: {', '.join(purpose.channels)}."
        raise ActRefused("channel_not_of_purpose", "channels", sentence)
    if not all(_is_of(category, purpose) for category in act.data_categories or ()):
        sentence = f"The notice names these data: {', '.join(purpose.data_categories)}."
        raise ActRefused("data_category_not_of_purpose", "data_categories", sentence)
    if act.kind is Kind.GRANTED and purpose.requires_channels and act.channels is None:
        sentence = "A grant of this purpose names its channels."
        raise ActRefused("channels_needed", "channels", sentence)


def _is_of(category: str, purpose: Purpose) -> bool:
    return category in taxonomy()[0] and is_within(category, purpose.data_categories)


def _double_opt_in(act: NewAct, at: datetime) -> datetime | None:
    told = (act.evidence or {}).get("double_opt_in_at")
    if told is None:
        return None
    field = "evidence.double_opt_in_at"
    try:
        moment = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        sentence = "Write a date and time with its offset, such as 2026-03-01T12:00:00Z."
        raise ActRefused("double_opt_in_malformed", field, sentence)
    return received(moment, at=at, field=field)


def evidence_bytes(evidence: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of evidence, as they are sealed."""
    if _FLAT.issuperset(map(type, evidence.values())):
        return jsontext.canonical(evidence)
    return jsontext.spelled(evidence)


def _ordered(names: Collection[str] | None) -> list[str] | None:
    return None if names is None else sorted(set(names))
