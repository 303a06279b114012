"""What an act did, in words: for the history, after saving, and where two tabs collide."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent import answers, queries
from consent.act import Actor, ContactHours, Kind, Window
from portal import guesses, words
from portal.visitor import Visitor

_VERBS = {
    Kind.GRANTED: gettext_lazy("Allowed"),
    Kind.REFUSED: gettext_lazy("Not allowed"),
    Kind.WITHDRAWN: gettext_lazy("Permission taken back"),
    Kind.OBJECTED: gettext_lazy("Objection"),
    Kind.NOTICE_SERVED: gettext_lazy("Notice shown"),
    Kind.CONFIRMED: gettext_lazy("E-mail confirmed"),
    Kind.PAUSED: gettext_lazy("Pause begun"),
    Kind.RESUMED: gettext_lazy("Pause ended"),
    Kind.RESTRICTED: gettext_lazy("Use of all data limited"),
    Kind.UNRESTRICTED: gettext_lazy("Limit on the use of data lifted"),
    Kind.BLOCKED: gettext_lazy("Data blocked"),
    Kind.UNBLOCKED: gettext_lazy("Data no longer blocked"),
    Kind.ERASED: gettext_lazy("Data erased"),
    Kind.CONTACT_HOURS: gettext_lazy("Days and hours changed"),
    Kind.GUESS_REMOVED: gettext_lazy("Guess removed"),
    Kind.GUESS_ALLOWED: gettext_lazy("Guess allowed again"),
}
_TONES = {
    Kind.GRANTED: "yes",
    Kind.CONFIRMED: "yes",
    Kind.RESUMED: "yes",
    Kind.GUESS_ALLOWED: "yes",
}
_NEUTRAL = {Kind.NOTICE_SERVED, Kind.CONTACT_HOURS, Kind.UNRESTRICTED, Kind.UNBLOCKED}
_METHODS = {
    "preference_center": gettext_lazy("in this privacy centre"),
    "stop_link": gettext_lazy("by the link in a message"),
    "gpc_signal": gettext_lazy("by your browser's signal (GPC)"),
    "double_opt_in": gettext_lazy("by the link in an e-mail"),
    "made_available": gettext_lazy("shown to you"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One act as a page tells it. `tone` is yes, no or fixed."""

    verb: str
    title: str
    details: list[str]
    who: str
    how: str
    at: datetime
    tone: str
    receipt: uuid.UUID | None
    purpose: str


def told(past: Mapping[str, Any], visitor: Visitor, *, hours: ContactHours | None = None) -> Told:
    """
    Return how a page tells `past`, an act as `consent.answers.past_act` gives it.

    `hours` are those of an act about days and hours, which that form leaves out.
    """
    kind, purpose = Kind(past["kind"]), past["purpose"] or ""
    return Told(
        verb=str(_VERBS[kind]),
        title=_title(past, visitor),
        details=[*_details(past), *_hours(hours)],
        who=_who(Actor(past["actor"]), visitor),
        how=str(_METHODS.get(past["method"], "")),
        at=past["acted_at"],
        tone="fixed" if kind in _NEUTRAL else _TONES.get(kind, "no"),
        receipt=uuid.UUID(past["receipt"]) if past["receipt"] else None,
        purpose=purpose if purpose in queries.purposes() else "",
    )


def since(visitor: Visitor, sequence: int) -> list[Told]:
    """Return the acts recorded after act number `sequence`, oldest first."""
    rows = queries.history(visitor.subject_key).filter(sequence__gt=sequence)
    return [_told(row, visitor) for row in rows.select_related("receipt")]


def backwards(visitor: Visitor, *, before: int | None, most: int) -> tuple[list[Told], int | None]:
    """Return acts, newest first, and the number before which the next page goes on."""
    rows = queries.history(visitor.subject_key).select_related("receipt").order_by("-sequence")
    page = list((rows.filter(sequence__lt=before) if before else rows)[: most + 1])
    following = page[most - 1].sequence if len(page) > most else None
    return [_told(row, visitor) for row in page[:most]], following


def _told(row: Any, visitor: Visitor) -> Told:
    return told(answers.past_act(row), visitor, hours=queries.act_of(row).hours)


def _hours(hours: ContactHours | None) -> Iterable[str]:
    if hours is None:
        return
    if not hours:
        yield _("As usual on every channel")
    for channel in sorted(hours):
        times = [_window(window) for window in hours[channel]]
        what = "; ".join(times) or words.phrase("frequencies", "never")
        yield f"{words.label('channels', channel)}: {what}"


def _window(window: Window) -> str:
    days = ", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in sorted(window.days))
    return f"{days}, {window.opens:%H:%M}–{window.closes:%H:%M}"


def _title(past: Mapping[str, Any], visitor: Visitor) -> str:
    key = past["purpose"]
    if not key:
        return guesses.in_words(past["guess"]) if past["guess"] else ""
    purpose = queries.purposes().get(key) or queries.purpose_on_record(key)
    if purpose is None:
        return str(key)
    shown = purpose.notice(past["notice"]["version"]) if past["notice"] else None
    return (shown or purpose.notices[-1]).words[visitor.locale].title


def _details(past: Mapping[str, Any]) -> Iterable[str]:
    if past["channels"] is not None:
        names = [words.label("channels", channel) for channel in sorted(past["channels"])]
        yield _("Channels: %(names)s") % {"names": ", ".join(names)}
    if past["data_categories"] is not None:
        names = [words.phrase("data_categories", key) for key in past["data_categories"]]
        yield _("Data: %(names)s") % {"names": words.listed(names)}
    if past["frequency"]:
        yield words.beginning(words.phrase("frequencies", past["frequency"]))
    if past.get("until"):
        yield _("Until %(day)s, that day included") % {"day": words.day(past["until"])}


def _who(actor: Actor, visitor: Visitor) -> str:
    if actor is visitor.actor:
        return _("You")
    return {
        Actor.SUBJECT: _("The person in your care"),
        Actor.GUARDIAN: _("Your guardian"),
        Actor.AGENT: _("Somebody acting for you"),
        Actor.SYSTEM: _("The company"),
    }[actor]
