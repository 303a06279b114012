"""Why am I seeing this? The person's own list of decisions."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal import decisions, guesses, saving, telling
from portal.saving import Conflict, NeedsGuardian, Seen
from portal.selection import DEFAULT_FREQUENCY, Selection, chosen
from portal.visitor import Visitor, for_visitor, page

_PAGE = 20
_SLOWER = {"daily": "weekly", "weekly": "monthly", "monthly": "never", "never": "never"}


@require_safe
@for_visitor
def why(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """List the decisions about the person, and what was guessed about them."""
    return _list(request, visitor)


@require_safe
@for_visitor
def one(request: HttpRequest, visitor: Visitor, decision: str) -> HttpResponse:
    """Show one decision; this is where the link beside a message leads."""
    found = decisions.about(visitor, decision)
    if found is None:
        raise Http404
    seen = saving.acts_so_far(visitor.subject_key)
    return page(request, visitor, "decision.html", {"here": "why", "decision": found, "seen": seen})


@require_POST
@for_visitor
def less(request: HttpRequest, visitor: Visitor, decision: str) -> HttpResponse:
    """Let a decision's channel be used one step less often for its purpose."""
    found = decisions.about(visitor, decision)
    if found is None or not found.can_slow:
        raise Http404
    seen = _seen(request)
    try:
        saving.save(visitor, _slower(found.purpose, found.channel_key), seen=seen)
    except (Conflict, NeedsGuardian):
        return _list(request, visitor, conflict=seen, status=409)
    return redirect(f"{reverse('portal:why')}?saved={seen.acts}")


@require_POST
@for_visitor
def guess(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Remove a guess that the page shows, or allow one again that was removed."""
    word, again = request.POST.get("guess", ""), "again" in request.POST
    known = guesses.removed(visitor) if again else guesses.held(visitor)
    if word not in {one.word for one in known if not one.needed}:
        raise Http404
    seen = _seen(request)
    try:
        (guesses.allow if again else guesses.remove)(visitor, word, seen=seen)
    except Conflict:
        return _list(request, visitor, conflict=seen, status=409)
    return redirect(f"{reverse('portal:why')}?saved={seen.acts}")


def _seen(request: HttpRequest) -> Seen:
    acts = request.POST.get("seen", "")
    return Seen(int(acts) if acts.isdigit() else -1)


def _slower(purpose: str, channel: str) -> saving.Choose:
    def choose(found: saving.Found) -> list[saving.Wish]:
        one = found.get(purpose)
        now = chosen(one) if one else Selection()
        if one is None or channel not in now.channels:
            return []
        pace = _SLOWER[now.frequencies.get(channel, DEFAULT_FREQUENCY)]
        wanted = Selection(now.channels, now.categories, {**now.frequencies, channel: pace})
        return list(saving.choosing(purpose, wanted)(found))

    return choose


def _list(
    request: HttpRequest, visitor: Visitor, *, conflict: Seen | None = None, status: int = 200
) -> HttpResponse:
    number = request.GET.get("from", "0")
    first = int(number) if number.isdigit() else 0
    told, more = decisions.listed(visitor, first=first, most=_PAGE)
    saved = request.GET.get("saved", "")
    context = {
        "here": "why",
        "decisions": told,
        "guesses": guesses.held(visitor) if not first else [],
        "removed": guesses.removed(visitor) if not first else [],
        "older": first + _PAGE if more else None,
        "seen": saving.acts_so_far(visitor.subject_key),
        "saved": telling.since(visitor, int(saved)) if saved.isdigit() else None,
        "conflict": telling.since(visitor, conflict.acts) if conflict else None,
    }
    return page(request, visitor, "why.html", context, status=status)
