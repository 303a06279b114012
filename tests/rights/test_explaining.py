"""A clock is explained step by step in the three languages, whatever its law."""

import re
from datetime import date, timedelta

import pytest

from jurisdictions.calendars import calendar_for
from jurisdictions.load import laws
from jurisdictions.vocabulary import RIGHTS
from rights.casework import clocks
from rights.casework.clocks import Inputs, count
from rights.explaining import explained, rule_told
from rights.wording import rule_in_words

_ENGLISH = re.compile(r"\b(the|counted|clock|day|receipt|working|later)\b", re.IGNORECASE)
EVENTS = (*clocks.MAIN, clocks.OF_THE_PERSON, *clocks.FROM_RECEIPT, *clocks.FROM_COMPLETE)


def sentences(law: str, start: date) -> list[tuple[str, date, str]]:
    """Return every step of every clock of a law that begins on a day."""
    found = []
    region = laws()[law].default_calendar or "FR"
    for right in sorted(RIGHTS):
        for event in EVENTS:
            counted = count([law], right, event, Inputs(start, region))
            steps = counted.found.steps if counted else ()
            calendar = counted.found.calendar if counted else ""
            found += [(step.why, step.on, calendar) for step in steps]
    return found


@pytest.mark.parametrize("locale", ["es", "pt-BR"])
@pytest.mark.parametrize("law", laws())
def test_every_step_of_every_law_is_told_in_the_language(law: str, locale: str) -> None:
    last = laws()[law].effective_to
    start = min(last, date(2026, 12, 4)) if last else date(2026, 12, 4)
    start = max(start, laws()[law].effective_from)
    for days in (0, -30):
        begin = max(start + timedelta(days=days), laws()[law].effective_from)
        for why, on, calendar in sentences(law, begin):
            said = explained(why, on=on, calendar=calendar, locale=locale)
            assert not _ENGLISH.search(said), said


def test_feasts_have_the_name_that_people_know() -> None:
    why = "Immaculate Conception: the period runs on."
    told = {"on": date(2026, 12, 8), "calendar": "ES-AN; holidays 0.109", "locale": "es"}
    assert explained(why, **told) == "Inmaculada Concepción: el plazo sigue."  # type: ignore[arg-type]


CALENDARS = (
    "ES", "ES-AN", "ES-MD", "BR", "BR-SP", "MX/LFT", "MX/LFPA", "CO", "AR", "CL", "UY", "PE", "EC",
    "GB", "US-CA",
)  # fmt: skip
_ALIKE = {"Corpus Christi", "Diwali"}


@pytest.mark.parametrize("locale", ["es", "pt-BR"])
@pytest.mark.parametrize("code", CALENDARS)
def test_no_day_off_keeps_its_english_name(code: str, locale: str) -> None:
    calendar, day = calendar_for(code), date(2026, 1, 1)
    for on in (day + timedelta(days=n) for n in range(2 * 365)):
        off = calendar.day_off(on)
        if off is None or off.name in _ALIKE:
            continue
        said = explained(f"{off.name}: not counted.", on=on, calendar=code, locale=locale)
        assert not said.startswith(f"{off.name}:"), said
        assert not re.search(r"observed|following|non-working", said)


@pytest.mark.parametrize("locale", ["es", "pt-BR"])
@pytest.mark.parametrize("law", laws())
def test_the_rule_of_every_clock_that_a_request_has_is_told_in_the_language(
    law: str, locale: str
) -> None:
    rules = [clocks.rule_of(law, right, event) for right in sorted(RIGHTS) for event in EVENTS]
    for rule in filter(None, rules):
        told, language = rule_told(rule_in_words(rule), rule, locale=locale)
        assert language == locale
        assert not _ENGLISH.search(told), told
        assert "from" not in told.split(), told


def test_a_rule_that_the_law_has_changed_since_stands_as_it_was_kept() -> None:
    rule = clocks.rule_of("EU-GDPR", "access", "answer")
    assert rule_told("One moon from receipt.", rule, locale="es") == (
        "One moon from receipt.",
        "en",
    )


def test_an_unknown_sentence_stays_as_it_is() -> None:
    assert explained("Else.", on=date(2026, 1, 1), calendar="ES", locale="es") == "Else."
