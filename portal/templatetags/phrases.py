"""Words in templates: `{% say "rights.form.title" %}`, `{{ right.right|word:"rights" }}`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from portal import phrases, words
from rights.casework import clocks
from rights.contact.letters import company
from rights.explaining import explained, rule_told
from rights.grounds import Ground
from rights.words import say as said

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import Clock

register = template.Library()
_LONG = {"es": r"j \d\e F \d\e Y", "pt-BR": r"j \d\e F \d\e Y", "en": "j F Y"}


@register.simple_tag
def say(key: str, **values: object) -> str:
    """Return a phrase of the pages."""
    return phrases.phrase(key, **values)


@register.simple_tag
def controller() -> str:
    """Return who asks for leave here: the controller's name, as letters bear it."""
    return company()


@register.filter
def word(key: str, kind: str) -> str:
    """Return the word for a right, a state or an act."""
    return said(kind, str(key), phrases.locale())


@register.filter
def named(key: str, kind: str) -> str:
    """Return the catalogue's name of a country, a channel, a data category."""
    return words.label(kind, str(key))


@register.filter
def purpose(key: str) -> str:
    """Return the title of a purpose in the language of the page."""
    return words.purpose(str(key))


@register.filter
def told(key: str, section: str) -> str:
    """Return what the desk calls a key of a closed list (effects, reasons); the key if unknown."""
    try:
        return phrases.phrase(f"desk.{section}.{key}")
    except phrases.PhraseUnknown:
        return str(key)


@register.filter
def ground_words(ground: Ground) -> str:
    """Return a ground of refusal in the language of the page."""
    return ground.words[phrases.locale()]


@register.filter
def steps(clock: Clock) -> list[dict[str, Any]]:
    """Return the steps of a clock, told in the language of the page."""
    language = phrases.locale()
    return [
        step
        | {
            "told": explained(
                step["why"],
                on=date.fromisoformat(step["on"]),
                calendar=clock.calendar,
                locale=language,
            )
        }
        for step in clock.steps
    ]


@register.filter
def rule(clock: Clock) -> dict[str, str]:
    """Return the rule of a clock in words, and the language they are in."""
    told, language = rule_told(clock.rule, clocks.rule_behind(clock), locale=phrases.locale())
    return {"told": told, "lang": language}


@register.filter
def chosen_terms(clock: Clock) -> list[str]:
    """Return by which terms of the controller a clock was counted, in words."""
    asked = clock.query
    simplified = asked.get("event") == clocks.SIMPLIFIED_ANSWER
    terms = [asked.get("size"), asked.get("calendar"), clocks.SIMPLIFIED if simplified else None]
    return [said("terms", term, phrases.locale()) for term in terms if term]


@register.filter
def day(value: Any) -> str:
    """Return a day as the language writes it in full; empty for none."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    written = date_format(value, _LONG[phrases.locale()])
    return written if phrases.locale() == "en" else written.lower()


@register.filter
def short_day(value: date | str | None) -> str:
    """Return a day in few letters, for tables; empty for none."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    written = date_format(value, "j M Y")
    return written if phrases.locale() == "en" else written.lower()


@register.filter
def actor(name: str) -> str:
    """Return who acted, in words: a colleague by their name, a key by its public half."""
    kind, _, rest = name.partition(":")
    if kind == "user":
        return rest
    try:
        return phrases.phrase(f"desk.actors.{kind}", name=rest)
    except phrases.PhraseUnknown:
        return name


@register.filter
def moment(value: datetime | None) -> str:
    """Return a day and a time in the zone of the page; empty for none."""
    if value is None:
        return ""
    return f"{day(timezone.localtime(value).date())}, {timezone.localtime(value):%H:%M}"
