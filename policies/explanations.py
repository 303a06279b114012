"""The sentence that may be shown to the person, made from the decision alone."""

import functools
import string
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

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
    decision: Decision, question: Question, purpose: Purpose | None
) -> Sentences | None:
    """
    Return the explanation in each language, or None where it would tell of others or of a secret.

    A permit is always explained. Of a refusal only the deciding reasons are told, the first that
    may be.
    """
    told = [f for f in decision.findings if f.effect is decision.effect]
    for finding in told:
        texts = _sentences().get(finding.code)
        if texts and not texts.get("silent"):
            return {
                locale: _rendered(texts, locale, finding, decision, question, purpose)
                for locale in LOCALES
            }
    if decision.effect is Effect.PERMIT:
        bare = _sentences()["review_approved"]
        return {locale: bare["bare"][locale] for locale in LOCALES}
    return None


def _rendered(
    texts: Mapping[str, Any],
    locale: str,
    finding: Finding,
    decision: Decision,
    question: Question,
    purpose: Purpose | None,
) -> str:
    slots = _slots(locale, finding, decision, question, purpose)
    template = texts[locale]
    needed = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    if not needed <= {name for name, value in slots.items() if value}:
        template = texts.get("bare", {}).get(locale, template)
    text = template.format_map({name: slots.get(name, "") for name in (*needed, *slots)})
    return " ".join(text.split())


def _slots(
    locale: str,
    finding: Finding,
    decision: Decision,
    question: Question,
    purpose: Purpose | None,
) -> dict[str, str]:
    words = purpose.notices[-1].words[locale] if purpose else None
    data = finding.data or decision.permitted or tuple(i.category for i in question.data)
    until = finding.detail.get("until")
    return {
        "aim": words.aim if words else "",
        "title": words.title if words else "",
        "data": _listed([_phrase("data_categories", key, locale) for key in data], locale),
        "channel": _phrase("channels", question.channel, locale) if question.channel else "",
        "day": _day(decision.granted_at.date(), locale) if decision.granted_at else "",
        "until": _day(date.fromisoformat(until), locale) if until else "",
        "recipient": question.recipient.id if question.recipient else "",
    }


def _listed(phrases: list[str], locale: str) -> str:
    known = [phrase for phrase in dict.fromkeys(phrases) if phrase]
    if len(known) < 2:
        return "".join(known)
    return f"{', '.join(known[:-1])} {_AND[locale]} {known[-1]}"


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
