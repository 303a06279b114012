"""What is used, why, since when, and one tap to change it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from consent import queries as consent
from consent.act import FREQUENCIES
from consent.catalogue import Purpose
from jurisdictions.stack import laws_in_force
from portal import saving, telling, words
from portal.cards import Card, card, is_young
from portal.grounds import Mode, grounds
from portal.saving import Conflict, NeedsGuardian, Seen
from portal.selection import Selection, everything
from portal.visitor import Visitor, for_visitor, page
from pseudonymize import queries as subjects

_QUICK: dict[str, Callable[..., object]] = {
    "basics": lambda visitor, seen: saving.save(visitor, saving.only_basics, seen=seen),
    "nothing": lambda visitor, seen: saving.save(visitor, saving.nothing_optional, seen=seen),
    "stop": lambda visitor, seen: saving.save(visitor, saving.no_marketing, seen=seen),
    "pause": lambda visitor, seen: saving.pause(visitor, seen=seen),
    "resume": lambda visitor, seen: saving.resume(visitor, seen=seen),
}


@dataclass(frozen=True, slots=True)
class Theme:
    """The purposes of one theme, as far as this person meets them."""

    key: str
    cards: list[Card]

    @property
    def title(self) -> str:
        return words.label("themes", self.key)

    @property
    def asked(self) -> list[Card]:
        """What is off until the person allows it."""
        return [card for card in self.cards if card.asks]

    @property
    def on(self) -> list[Card]:
        return [card for card in self.asked if card.on]

    @property
    def running(self) -> list[Card]:
        """What runs without a yes, and may be objected to."""
        return [card for card in self.cards if card.optional and not card.asks and card.on]


@require_safe
@for_visitor
def overview(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Show every theme, and what can be done about all of them at once."""
    return _overview(request, visitor)


@require_safe
@for_visitor
def theme(request: HttpRequest, visitor: Visitor, key: str) -> HttpResponse:
    """Show the purposes of one theme."""
    return _theme(request, visitor, key)


@require_safe
@for_visitor
def purpose(request: HttpRequest, visitor: Visitor, key: str) -> HttpResponse:
    """Show everything about one purpose."""
    return _purpose(request, visitor, key)


@require_POST
@for_visitor
def quick(request: HttpRequest, visitor: Visitor, act: str) -> HttpResponse:
    """Do one of the acts that concern everything at once."""
    perform = _QUICK.get(act)
    if perform is None:
        raise Http404
    seen = _seen(request)
    try:
        perform(visitor, seen)
    except Conflict:
        return _overview(request, visitor, conflict=seen, status=409)
    except NeedsGuardian:
        return _overview(request, visitor, problem="guardian", status=422)
    return redirect(f"{reverse('portal:choices')}?saved={seen.acts}")


@require_POST
@for_visitor
def decide(request: HttpRequest, visitor: Visitor, key: str) -> HttpResponse:
    """Save a plain yes or no to one purpose, or what was ticked on its own page."""
    found = consent.purposes().get(key)
    if found is None:
        raise Http404
    seen, back = _seen(request), request.POST.get("page", "theme")
    choose = _asked(request, found)
    again = _purpose if back == "purpose" else _theme
    where = key if back == "purpose" else found.theme
    if choose is None:
        return again(request, visitor, where, problem="empty", about=key, status=422)
    try:
        saving.save(visitor, choose, seen=seen)
    except Conflict:
        return again(request, visitor, where, conflict=seen, status=409)
    except NeedsGuardian:
        return again(request, visitor, where, problem="guardian", about=key, status=422)
    if back == "why":
        return redirect(f"{reverse('portal:why')}?saved={seen.acts}")
    name = "portal:purpose" if back == "purpose" else "portal:theme"
    return redirect(f"{reverse(name, args=[where])}?saved={seen.acts}")


def _asked(request: HttpRequest, purpose: Purpose) -> saving.Choose | None:
    """Return what a form asks for; None for a yes to nothing."""
    sent = request.POST
    if sent.get("decision") != "yes":
        return saving.choosing(purpose.key, Selection())
    if not sent.get("ticked"):
        return saving.allowing(purpose.key)
    wanted = _ticked(sent, everything(purpose))
    return saving.choosing(purpose.key, wanted) if wanted.is_on else None


def _ticked(sent: QueryDict, whole: Selection) -> Selection:
    channels = whole.channels & set(sent.getlist("channel"))
    every = {channel: sent.get(f"every.{channel}", "") for channel in channels}
    both = sent.get("ticked") == "both"
    return Selection(
        channels,
        whole.categories & set(sent.getlist("data")) if both else whole.categories,
        {channel: name for channel, name in every.items() if name in FREQUENCIES},
    )


def _overview(request: HttpRequest, visitor: Visitor, **state: Any) -> HttpResponse:
    """`state` is what `_shown` takes: what was not saved, and why."""
    themes = _themes(visitor)
    cards = [card for theme in themes for card in theme.cards]
    paused = consent.permission(visitor.subject_key).person.paused_until
    context = {
        "themes": themes,
        "on": [card for card in cards if card.asks and card.on],
        "asked": [card for card in cards if card.asks],
        "laws": laws_in_force(visitor.person.country, visitor.person.region, visitor.today),
        "again": [card for card in cards if card.decided_by_guardian],
        "paused_until": paused if paused and paused >= visitor.today else None,
        "basics": next((card for card in cards if card.key == saving.BASIC), None),
        "may_ask_guardian": _may_ask_guardian(visitor, cards),
    }
    return _shown(request, visitor, "choices.html", context, **state)


def _may_ask_guardian(visitor: Visitor, cards: list[Card]) -> bool:
    below = any(card.found.below_consent_age for card in cards)
    known = subjects.person(visitor.subject_key).has_guardian
    return below and known and not visitor.is_guardian


def _theme(
    request: HttpRequest, visitor: Visitor, key: str, *, about: str = "", **state: Any
) -> HttpResponse:
    """`state` is what `_shown` takes: what was not saved, and why."""
    found = next((theme for theme in _themes(visitor) if theme.key == key), None)
    if found is None:
        raise Http404
    context = {"theme": found, "about": about}
    return _shown(request, visitor, "theme.html", context, **state)


def _purpose(
    request: HttpRequest, visitor: Visitor, key: str, *, about: str = "", **state: Any
) -> HttpResponse:
    """`state` is what `_shown` takes: what was not saved, and why."""
    found = next((one for one in _cards(visitor) if one.key == key), None)
    if found is None:
        raise Http404
    context = {"card": found, "theme": Theme(found.purpose.theme, [found]), "about": about}
    return _shown(request, visitor, "purpose.html", context, **state)


def _shown(
    request: HttpRequest,
    visitor: Visitor,
    template: str,
    context: dict[str, Any],
    *,
    conflict: Seen | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    version = _version(request, visitor, conflict=conflict, problem=problem)
    return page(request, visitor, template, {"here": "choices"} | context | version, status=status)


def _themes(visitor: Visitor) -> list[Theme]:
    cards = _cards(visitor)
    themes = [Theme(key, [c for c in cards if c.purpose.theme == key]) for key in words.themes()]
    met = [theme for theme in themes if theme.cards]
    return sorted(met, key=lambda theme: not theme.asked)  # what needs a decision comes first


def _cards(visitor: Visitor) -> list[Card]:
    """Return what this person meets: what their law has no ground for is not shown at all."""
    found = (card(one, visitor) for one in grounds(visitor.subject_key, at=visitor.at))
    return [one for one in found if one.found.mode is not Mode.CLOSED or is_young(visitor)]


def _seen(request: HttpRequest) -> Seen:
    acts = request.POST.get("seen", "")
    return Seen(int(acts) if acts.isdigit() else -1, request.POST.get("notice"))


def _version(
    request: HttpRequest, visitor: Visitor, *, conflict: Seen | None, problem: str
) -> dict[str, object]:
    """Return what every page with forms carries: its version, and what was just saved."""
    saved = request.GET.get("saved", "")
    return {
        "seen": saving.acts_so_far(visitor.subject_key),
        "saved": telling.since(visitor, int(saved)) if saved.isdigit() else None,
        "conflict": telling.since(visitor, conflict.acts) if conflict else None,
        "problem": problem,
    }
