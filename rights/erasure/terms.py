"""How long each part of an erasure lasts: the law's blocking, and the house's own days, as data."""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from jurisdictions.load import laws as packs
from jurisdictions.model import Period
from rights.deadlines import same_day_months_later

FILE = Path(__file__).parent / "terms.toml"
_RIGHT = "erasure"


@dataclass(frozen=True, slots=True)
class Blocking:
    """That a law wants the data blocked before they are destroyed, and until when."""

    law: str
    source: str
    until: date  # last day, inclusive
    periods: tuple[Period, ...]


def blocking_of(laws: Sequence[str], *, on: date) -> Blocking | None:
    """
    Return the blocking that the person's laws want from `on`; None where none does.

    The longest period of the law decides: each liability that can still be claimed keeps the
    data. Laws that block only until a request is decided name no period, and block nothing here.

    Source: LOPDGDD art. 32; LFPDPPP arts. 2 III, 10 and 24.
    """
    found = [
        Blocking(
            law=code,
            source=f"{code} {pack.blocking.source}",
            until=max(same_day_months_later(on, period.months) for period in periods),
            periods=periods,
        )
        for code in laws
        if (pack := packs()[code]).blocking.required
        and _RIGHT in pack.blocking.on
        and (periods := pack.blocking.periods)
    ]
    return max(found, key=lambda one: one.until, default=None)


def cooling_off() -> timedelta:
    """Return how long a granted erasure may still be stopped."""
    return timedelta(days=_terms()["cooling_off"]["days"])


def certificate_tried_for() -> timedelta:
    """Return how long the mail of a certificate is tried."""
    return timedelta(days=_terms()["certificate"]["days"])


def addressed_on() -> Mapping[str, Sequence[str]]:
    """Return the channels on which each kind of identifier can be addressed."""
    terms = _terms()["suppression"]
    return {kind: channels for kind, channels in terms.items() if kind != "source"}


def batch() -> int:
    """Return how many people a retention run begins at once."""
    return int(_terms()["retention"]["batch"])


def silence() -> timedelta:
    """Return how long a declined proposal is not made again."""
    return timedelta(days=_terms()["retention"]["silence_days"])


@functools.cache
def _terms() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
