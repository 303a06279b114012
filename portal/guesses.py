"""What was worked out about a person: shown, removed, and allowed again, each by an act."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from consent import operations
from consent import queries as consent
from consent.act import Kind, guess_word
from consent.operations import NewAct
from policies import queries as policies
from portal import words
from portal.decisions import PREFIX
from portal.grounds import Mode, grounds
from portal.saving import METHOD, Seen, only_if_unchanged
from portal.visitor import Visitor

_AMONG = 500  # newest predictions that are looked through


@dataclass(frozen=True, slots=True)
class Guess:
    """Something that was worked out about the person. `at` is its newest use, or its removal."""

    word: str  # as `consent.act.guess_word` writes it
    what: str
    at: datetime
    title: str = ""
    decision: str = ""
    needed: bool = False  # the contract needs it: there is nothing to object to


def held(visitor: Visitor) -> list[Guess]:
    """Return what the newest decisions permitted to be worked out, and nobody removed since."""
    rows = policies.decisions_about(visitor.subject_key).filter(action="predict")[:_AMONG]
    permitted = [row for row in rows if row.answer["effect"] == "permit"]
    if not permitted:
        return []
    gone, needed = _removals(visitor.subject_key), _needed(visitor)
    found: dict[str, Guess] = {}
    for row in permitted:
        word = guess_word(row.question.get("properties", {}).get("predicts") or "")
        if word and (word not in gone or row.at > gone[word]):
            title, decision = words.purpose(row.purpose), f"{PREFIX}{row.id}"
            bound = row.purpose in needed
            guess = Guess(word, in_words(word), row.at, title, decision, bound)
            found.setdefault(word, guess)
    return list(found.values())


def removed(visitor: Visitor) -> list[Guess]:
    """Return what the person does not want worked out, by when they said so."""
    standing = consent.permission(visitor.subject_key).person.removed_guesses
    said = _removals(visitor.subject_key) if standing else {}
    return [Guess(word, in_words(word), at) for word, at in said.items() if word in standing]


@transaction.atomic
def remove(visitor: Visitor, word: str, *, seen: Seen) -> None:
    """
    Record that a guess is neither to be made nor used again. The next check already obeys.

    :raises Conflict: when anything was recorded since the page was shown.
    """
    _record(Kind.GUESS_REMOVED, visitor, word, seen)


@transaction.atomic
def allow(visitor: Visitor, word: str, *, seen: Seen) -> None:
    """Record that a guess may be made again. :raises Conflict: as `remove`."""
    _record(Kind.GUESS_ALLOWED, visitor, word, seen)


def in_words(word: str) -> str:
    """Return what a guess is about, in words."""
    known = {
        "churn": _("whether you may leave us"),
        "propensity": _("what you may want to buy"),
        "willingness_to_pay": _("what price you may accept"),
        "next_purchase": _("what you may buy next"),
        "fault": _("whether your service may fail"),
        "segment": _("which group of customers you belong to"),
        "fraud": _("whether a payment may be a fraud"),
        "non_payment": _("whether a bill may stay unpaid"),
        "payment_delay": _("whether a payment may be late"),
        "satisfaction": _("how content you may be"),
        "support_need": _("whether you may need help"),
        "service_need": _("whether you may need service"),
    }
    kind, colon, name = word.partition(":")
    if kind == "segment" and name:
        return _("whether you belong to the group “%(name)s”") % {"name": name.replace("_", " ")}
    return known.get(word) or f"{kind}{colon} {name}".replace("_", " ").strip()


def _record(kind: Kind, visitor: Visitor, word: str, seen: Seen) -> None:
    only_if_unchanged(visitor, seen)
    act = NewAct(kind=kind, method=METHOD, actor=visitor.actor, guess=word)
    operations.record_act(visitor.subject_key, act, caller="person", at=visitor.at)


def _removals(subject_key: int) -> dict[str, datetime]:
    rows = consent.history(subject_key).filter(kind=Kind.GUESS_REMOVED)
    said = rows.order_by("acted_at", "sequence").values_list("details__guess", "acted_at")
    return dict(said)


def _needed(visitor: Visitor) -> set[str]:
    found = grounds(visitor.subject_key, at=visitor.at)
    return {one.purpose.key for one in found if one.mode is Mode.NEEDED}
