"""What a holiday is called in the languages of pages; calendars themselves speak English."""

from datetime import date
from functools import lru_cache

import holidays

from jurisdictions.overrides import overrides

_LANGUAGES = {"es": "es", "pt-BR": "pt_BR", "en": "en_US"}


def feast(calendar: str, day: date, *, locale: str) -> str | None:
    """
    Return the name of a holiday of a calendar (`ES-AN`, `MX/LFT`) in a language.

    None where the package does not speak that language for that country, or knows no such day.
    """
    return _names(overrides().aliases.get(calendar, calendar), day.year, locale).get(day)


@lru_cache(maxsize=512)
def _names(calendar: str, year: int, locale: str) -> dict[date, str]:
    country, _, subdivision = calendar.partition("-")
    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return {}
    wanted = {_LANGUAGES[locale], locale[:2], f"{locale[:2]}_{country}"}
    language = next(iter(sorted(wanted & set(known.supported_languages))), None)
    if language is None:
        return {}
    return dict(
        holidays.country_holidays(
            country,
            subdiv=subdivision if subdivision in known.subdivisions else None,
            years=year,
            categories=tuple({"public", "optional"} & set(known.supported_categories)),
            language=language,
        )
    )
