"""An erasure as a page shows it: in the language of the page, with what may be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from portal import phrases
from pseudonymize import holds
from rights import grounds
from rights.casework.events import legal_day
from rights.erasure import words
from rights.erasure.course import Step
from rights.erasure.preview import Part, Preview, preview, preview_of
from rights.erasure.terms import Blocking

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import Erasure, RequestedRight


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page says of an erasure, begun or not; `erasure` is None before it begins."""

    erasure: Erasure | None
    step: str
    goes: Sequence[str]
    stays: Sequence[str]
    models: Sequence[str]
    parts: Sequence[Part]
    blocking: Blocking | None
    liabilities: Sequence[str]  # for which it is blocked
    blocked_until: date | None
    stop_until: datetime | None
    hold: holds.LegalHold | None
    grounds: Sequence[grounds.Ground]

    @property
    def can_stop(self) -> bool:
        return self.erasure is not None and self.erasure.step == Step.COOLING

    @property
    def is_held(self) -> bool:
        return self.erasure is not None and self.erasure.held_at is not None

    @property
    def waits_for_post(self) -> bool:
        return self.erasure is not None and self.erasure.step == Step.TELLING


def shown(right: RequestedRight) -> Shown | None:
    """Return what to show of an erasure; None for other rights and for who is not known."""
    key = right.request.subject_key
    if right.right != words.RIGHT or key is None:
        return None
    erasure, now = words.running(right), timezone.now()
    today = legal_day(now, right.request.country)
    seen = preview_of(erasure, on=today) if erasure else preview(key, right.request.laws, on=today)
    return _shown(erasure, seen, right, key)


def words_of(erasure: Erasure) -> str:
    """Return the step of an erasure in the language of the page."""
    return words.say("steps", erasure.step, phrases.locale())


def _shown(erasure: Erasure | None, seen: Preview, right: RequestedRight, key: int) -> Shown:
    locale = phrases.locale()
    until = erasure.blocked_until if erasure else None
    return Shown(
        erasure=erasure,
        step=words_of(erasure) if erasure else "",
        goes=words.what_goes(seen, locale),
        stays=words.what_stays(seen, locale),
        models=seen.models,
        parts=seen.parts,
        blocking=seen.blocking,
        liabilities=words.why_blocked(seen.blocking, locale) if seen.blocking else [],
        blocked_until=until or (seen.blocking.until if seen.blocking else None),
        stop_until=erasure.cooling_until if erasure else None,
        hold=holds.standing(key, on=timezone.now().date()),
        grounds=list(grounds.grounds(right.request.laws, right.right).values()),
    )
