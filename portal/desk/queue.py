"""The queue: what is due first stands first, with the time left in the law's own unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit import operations as audit
from jurisdictions.load import laws
from portal.desk.access import Seat, at_desk, page
from portal.desk.accounts import colleagues
from portal.phrases import locale
from pseudonymize import queries as subjects
from pseudonymize.identifiers import MalformedIdentifier
from rights import queries, words
from rights.casework.assigning import assign as give
from rights.casework.clocks import FROM_COMPLETE, FROM_RECEIPT
from rights.casework.remaining import Remaining, remaining
from rights.casework.warnings import warnings
from rights.systems import queries as systems

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import Clock, RequestedRight

BESIDE = (*FROM_RECEIPT, *FROM_COMPLETE)
_PAGE = 50
_SHOW = ("open", "mine", "nobody", "soon", "late", "closed")


@dataclass(frozen=True, slots=True)
class Row:
    """One right in the queue."""

    right: RequestedRight
    clock: Clock | None
    left: Remaining | None

    @property
    def late_by(self) -> int:
        """By how many days it is late, in the law's own unit."""
        return -self.left.count if self.left else 0

    @property
    def next_step(self) -> str:
        """What to do now, in words: a small duty that is due before the answer comes first."""
        if self.clock and self.clock.event in BESIDE:
            return words.say("clock_events", self.clock.event, locale())
        return words.say("next_steps", self.right.state, locale())

    @property
    def unit(self) -> str:
        """What the law counts here, in words."""
        if self.left is None:
            return ""
        kind = "unit" if abs(self.left.count) == 1 else "units"
        return words.say(kind, self.left.unit, locale())


@require_safe
@at_desk
def queue(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the queue, filtered."""
    asked = {name: request.GET.get(name, "") for name in ("show", "law", "right", "state")}
    asked["show"] = asked["show"] if asked["show"] in _SHOW else "open"
    found = _filtered(asked, seat)
    shown = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "here": "queue",
        "rows": rows(list(shown.object_list), seat.today),
        "page": shown,
        "asked": asked,
        "shows": _SHOW,
        "laws": list(laws()),
        "rights": words.keys("rights"),
        "states": words.keys("states"),
        "colleagues": colleagues(),
        "warnings": warnings(on=seat.today),
        "for_people": len(systems.for_people(at=timezone.now())),
    }
    return page(request, seat, "queue.html", context)


def rows(rights: list[RequestedRight], today: date) -> list[Row]:
    """Return rights with the clock that runs out first, and what is left of it."""
    running = queries.main_clocks(rights)
    found = []
    for right in rights:
        clock = running.get(right.pk)
        left = remaining(clock, right=right.right, today=today) if clock else None
        found.append(Row(right, clock, left))
    return found


def _filtered(asked: dict[str, str], seat: Seat) -> Any:
    found = queries.closed() if asked["show"] == "closed" else queries.waiting()
    match asked["show"]:
        case "mine":
            found = found.filter(request__assigned_to=seat.actor)
        case "nobody":
            found = found.filter(request__assigned_to="")
        case "soon":
            found = found.filter(prudent_due__lte=seat.today)
        case "late":
            found = found.filter(statutory_due__lt=seat.today)
    if asked["law"]:
        found = found.filter(request__laws__contains=[asked["law"]])
    if asked["right"]:
        found = found.filter(right=asked["right"])
    if asked["state"]:
        found = found.filter(state=asked["state"])
    return found


@require_POST
@at_desk
def assign(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Give the ticked requests to somebody, or to nobody."""
    name = request.POST.get("to", "")
    if name == "" or name in colleagues():
        numbers = [int(n) for n in request.POST.getlist("requests") if n.isdigit()]
        give(numbers, f"user:{name}" if name else "", seat.acting())
    return redirect("desk:queue")


@require_POST
@at_desk
def search(request: HttpRequest, seat: Seat) -> HttpResponse:
    """
    Find requests by their number, or by an identifier that the officer already knows.

    What was typed goes by POST, is shown on no page and stays in no address.
    """
    typed = request.POST.get("q", "").strip()[:320]
    found = queries.found(typed, _holders(typed)) if typed else []
    audit.record(
        "desk.searched", actor=seat.actor, at=timezone.now(), details={"found": len(found)}
    )
    if len(found) == 1:
        return redirect("desk:case", number=found[0].pk)
    context = {"here": "queue", "found": [(one, queries.state_of(one)) for one in found]}
    return page(request, seat, "found.html", context)


def _holders(typed: str) -> list[int]:
    kinds = ("public",) if typed.startswith("sub_") else ("external_id", "email", "phone")
    found: set[int] = set()
    for kind in kinds:
        try:
            found |= set(subjects.holders(kind, typed))
        except MalformedIdentifier:
            continue
    return sorted(found)
