"""An erasure in words: for the letters that tell of it, and for the pages that show it."""

import functools
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rights.casework.events import legal_day
from rights.erasure import records, terms
from rights.erasure.course import Step
from rights.erasure.preview import Part, Preview, Stays, Titles, preview, preview_of
from rights.erasure.terms import Blocking
from rights.models import Erasure, RequestedRight
from rights.systems import identifiers
from rights.systems import queries as systems
from rights.systems.declaration import Work
from rights.systems.registry import system_of

FILE = Path(__file__).parent / "words.toml"
RIGHT = "erasure"


def say(kind: str, key: str, locale: str, **values: object) -> str:
    """Return the word or sentence for `key`; the key itself where none is written."""
    entry = _words().get(kind, {}).get(key)
    text = entry[locale] if entry else key.replace("_", " ")
    return text.format(**values) if values else text


def what_goes(shown: Preview, locale: str) -> list[str]:
    """Return what goes, a line per system; Venia's own record comes last."""
    told = [part for part in shown.parts if part.erases and not part.all_stays]
    return [_line(part, part.goes, locale) for part in told] + [say("sentences", "record", locale)]


def what_stays(shown: Preview, locale: str) -> list[str]:
    """Return what stays, with ground, source and time; the nameless ledger comes last."""
    kept = [_kept(part, one, locale) for part in shown.parts for one in part.stays]
    return [*kept, say("sentences", "ledger", locale)]


def why_blocked(blocking: Blocking, locale: str) -> list[str]:
    """Return the liabilities for which a law keeps data blocked, with months and article."""
    return [
        say(
            "sentences",
            "blocked_for",
            locale,
            liability=say("liabilities", period.name, locale),
            months=period.months,
            source=period.source,
        )
        for period in blocking.periods
    ]


def values(right: RequestedRight, *, at: datetime) -> dict[str, Any]:
    """
    Return what letters say of an erasure; nothing for other rights.

    Days are dates, for the letter to write in full. Before it begins it is what it would do.
    """
    key = right.request.subject_key
    if right.right != RIGHT or key is None:
        return {}
    locale, today = right.request.locale, legal_day(at, right.request.country)
    erasure = running(right)
    shown = _asked(erasure, on=today) if erasure else preview(key, right.request.laws, on=today)
    told: dict[str, Any] = {
        "goes": "; ".join(what_goes(shown, locale)),
        "stays": "; ".join(_reported(erasure, locale) or what_stays(shown, locale)),
        "models": ", ".join(shown.models),
        "suppressed": _suppressed(erasure, locale),
    }
    return told | _dates(erasure, shown, at)


def running(right: RequestedRight) -> Erasure | None:
    """Return the erasure that carries a right out; None before it begins."""
    link = getattr(right, "erasure", None)
    return link.erasure if link else None


def not_asked(erasure: Erasure, locale: str) -> list[str]:
    """Return a sentence for each system that could not be named the person, and was not asked."""
    return [
        say("sentences", "not_asked", locale, system=system_of(key).title[locale])
        for key in _unnamed(erasure)
    ]


def _asked(erasure: Erasure, *, on: date) -> Preview:
    """Return what an erasure does in the systems that could be asked."""
    shown, unnamed = preview_of(erasure, on=on), _unnamed(erasure)
    return replace(shown, parts=[part for part in shown.parts if part.key not in unnamed])


def _unnamed(erasure: Erasure) -> list[str]:
    sent = [one for work in (Work.BLOCK, Work.ERASE) for one in records.errands(erasure, work)]
    found = {
        key
        for errand in sent
        for key, report in systems.results(errand).items()
        if identifiers.was_unnamed(report)
    }
    return sorted(found)


def _dates(erasure: Erasure | None, shown: Preview, at: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {"stop_until": "", "blocked_until": "", "blocking_source": ""}
    step = Step(erasure.step) if erasure else Step.COOLING
    if step is Step.COOLING:
        told["stop_until"] = (erasure.cooling_until if erasure else at + terms.cooling_off()).date()
    if shown.blocking and step in (Step.COOLING, Step.BLOCKING, Step.BLOCKED):
        until = erasure.blocked_until if erasure else None
        told["blocked_until"] = until or shown.blocking.until
        told["blocking_source"] = shown.blocking.source
    return told


def _suppressed(erasure: Erasure | None, locale: str) -> str:
    if erasure is not None and not erasure.suppress:
        return ""
    return say("sentences", "suppressed", locale)


def _reported(erasure: Erasure | None, locale: str) -> list[str]:
    """Return what systems said that they kept, with their own days; nothing before they did."""
    if erasure is None or Step(erasure.step) is not Step.TELLING:
        return []
    told = (systems.results(one) for one in records.errands(erasure, Work.ERASE))
    lines = [
        _kept_line(key, kept, locale)
        for results in told
        for key, report in results.items()
        for kept in report.get("kept", [])
    ]
    return [*dict.fromkeys(lines), say("sentences", "ledger", locale)] if lines else []


def _kept_line(key: str, kept: Mapping[str, Any], locale: str) -> str:
    system = system_of(key)
    titles = {one.key: one.title for one in system.fields}
    declared = {keep.field: keep for keep in system.keeps}.get(str(kept.get("field", "")))
    until = str(kept.get("until") or "")
    return say(
        "sentences",
        "stays_until" if until else "stays",
        locale,
        system=system.title[locale],
        what=_listed([titles.get(str(kept.get("field", "")), {})], locale),
        ground=say("grounds", str(kept.get("ground") or "legal_duty"), locale),
        source=declared.source if declared else "—",
        until=until,
        months=declared.months if declared else 0,
        counted_from=say("counted_from", declared.counted_from, locale) if declared else "—",
    )


def _line(part: Part, titles: Sequence[Titles], locale: str) -> str:
    what = _listed(titles, locale)
    return say("sentences", "part", locale, system=part.title[locale], what=what)


def _kept(part: Part, one: Stays, locale: str) -> str:
    return say(
        "sentences",
        "stays",
        locale,
        system=part.title[locale],
        what=_listed(one.titles, locale),
        ground=say("grounds", one.ground, locale),
        source=one.source,
        months=one.months,
        counted_from=say("counted_from", one.counted_from, locale),
    )


def _listed(titles: Iterable[Titles], locale: str) -> str:
    named = [title[locale] for title in titles if title]
    return ", ".join(named) or say("sentences", "everything", locale)


@functools.cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
