"""The sentence that may be shown to the person, made from the decision alone."""

import functools
import string
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.formats import date_format

from consent.catalogue import LOCALES, Purpose
from policies.codes import Effect
from policies.decision import Decision, Finding
from policies.question import Question

_FOLDER = Path(__file__).parent / "explanations"
_WORDS = Path(__file__).parent.parent / "consent" / "catalogue" / "words"
_AND = {"es": "y", "pt-BR": "e", "en": "and"}

Sentences = dict[str, str]


def reason_user(
    decision: Decision, question: Question, purpose: Purpose | None, *, recipient: str = ""
) -> Sentences | None:
    """
    Return the explanation in each language, or None where it would tell of others or of a secret.

    A permit is always explained. Of a refusal only the deciding reasons are told, the first that
    may be. `recipient` is the name that the register has for the one that is asked about.
    """
    told = [f for f in decision.findings if f.effect is decision.effect]
    for finding in told:
        texts = _sentences().get(finding.code)
        if texts and not texts.get("silent"):
            about = _about(finding, decision, question, recipient)
            return {
                locale: _rendered(finding.code, locale, *_words_of(purpose, locale), about)
                for locale in LOCALES
            }
    if decision.effect is Effect.PERMIT:
        bare = _sentences()["review_approved"]
        return {locale: bare["bare"][locale] for locale in LOCALES}
    return None


class About(NamedTuple):
    """What a sentence is about, in no language yet."""

    data: tuple[str, ...]
    channel: str | None
    granted_on: date | None
    until: str | None
    recipient: str


def _about(finding: Finding, decision: Decision, question: Question, recipient: str) -> About:
    return About(
        data=finding.data or decision.permitted or tuple(i.category for i in question.data),
        channel=question.channel,
        granted_on=decision.granted_on,
        until=finding.detail.get("until"),
        recipient=recipient or (question.recipient.id if question.recipient else ""),
    )


def _words_of(purpose: Purpose | None, locale: str) -> tuple[str, str]:
    if purpose is None:
        return "", ""
    words = purpose.notices[-1].words[locale]
    return words.aim, words.title


@functools.lru_cache(maxsize=8192)
def _rendered(code: str, locale: str, aim: str, title: str, about: About) -> str:
    texts = _sentences()[code]
    slots = {"aim": aim, "title": title, **_slots(locale, about)}
    template = texts[locale]
    needed = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    if not needed <= {name for name, value in slots.items() if value}:
        template = texts.get("bare", {}).get(locale, template)
    text = template.format_map({name: slots.get(name, "") for name in (*needed, *slots)})
    return " ".join(text.split())


def _slots(locale: str, about: About) -> dict[str, str]:
    until = date.fromisoformat(about.until) if about.until else None
    return {
        "data": _listed([_phrase("data_categories", key, locale) for key in about.data], locale),
        "channel": _phrase("channels", about.channel, locale) if about.channel else "",
        "day": _day(about.granted_on, locale) if about.granted_on else "",
        "until": _day(until, locale) if until else "",
        "recipient": about.recipient,
    }


def _listed(phrases: list[str], locale: str) -> str:
    known = [phrase for phrase in dict.fromkeys(phrases) if phrase]
    if len(known) < 2:
        return "".join(known)
    return f"{', '.join(known[:-1])} {_AND[locale]} {known[-1]}"


def has_words_for(category: str) -> bool:
    """Return whether a data category (Fideslang) is one that we name to people."""
    return category in _words("data_categories")


def _phrase(kind: str, key: str, locale: str) -> str:
    entry = _words(kind).get(key)
    if entry is None:
        return ""
    phrase = entry.get("phrase", entry)
    return str(phrase[locale])


@functools.lru_cache(maxsize=4096)
def _day(day: date, locale: str) -> str:
    with translation.override(locale.lower()):
        return date_format(day, "DATE_FORMAT")


@functools.cache
def _sentences() -> dict[str, Any]:
    return tomllib.loads((_FOLDER / "sentences.toml").read_text(encoding="utf-8"))


@functools.cache
def _words(kind: str) -> dict[str, Any]:
    return tomllib.loads((_WORDS / f"{kind}.toml").read_text(encoding="utf-8"))
