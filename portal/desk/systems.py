"""What only a person can do for a right: in systems that no call reaches, or that are silent."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.desk.access import Seat, at_desk, page
from portal.desk.refusals import in_words
from portal.phrases import locale
from portal.systems import telling
from rights.rectifying.fields import kinds
from rights.systems import errands, queries
from rights.systems.declaration import System, Work
from rights.systems.protocol import OUTCOMES
from rights.systems.stopping import LEGAL_HOLD

_LONGEST = 20_000


@require_safe
@at_desk
def systems(request: HttpRequest, seat: Seat) -> HttpResponse:
    """List the tasks that wait for a person."""
    found = [_row(one) for one in queries.for_people(at=timezone.now())]
    return page(request, seat, "systems.html", {"here": "systems", "rows": found})


@require_safe
@at_desk
def task(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Show one of them, with by whom the person is known there; each look leaves a trace."""
    return _shown(request, seat, number)


@require_POST
@at_desk
def confirm(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Record how it ended."""
    found = queries.for_person(number, at=timezone.now())
    if found is None:
        return redirect("desk:systems")
    note = request.POST.get("note", "")[:_LONGEST]
    records = _records(request, found.progress.system)
    try:
        errands.confirm(
            number,
            seat.acting(note),
            outcome=request.POST.get("outcome", ""),
            note=note,
            report={"records": records} if records else None,
        )
    except errands.ConfirmationRefused as refused:
        return _shown(request, seat, number, problem=in_words(refused), note=note)
    return redirect("desk:systems")


@require_POST
@at_desk
def again(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Let a silent system be called at once."""
    if queries.for_person(number, at=timezone.now()) is not None:
        errands.call_again(number, seat.acting())
    return redirect("desk:systems")


def _shown(
    request: HttpRequest, seat: Seat, number: int, *, problem: str = "", note: str = ""
) -> HttpResponse:
    found = queries.for_person(number, at=timezone.now())
    if found is None:
        raise Http404
    by = seat.acting()
    system = found.progress.system
    context: dict[str, Any] = {
        "here": "systems",
        "row": _row(found),
        "named": queries.named_to(number, actor=by.actor, at=by.at) if seat.may_act else (),
        "changes": _changes(number) if seat.may_act else [],
        "instructions": system.instructions.get(locale(), ""),
        "outcomes": OUTCOMES,
        "fields": [(one.key, one.title[locale()]) for one in system.fields]
        if found.progress.work == Work.EXPORT
        else [],
        "problem": problem,
        "note": note,
    }
    return page(request, seat, "system_task.html", context, status=422 if problem else 200)


def _changes(number: int) -> list[dict[str, str]]:
    """Return what a correction changes, with the name of each detail in words."""
    found = []
    for one in queries.payload_told(number).get("changes", []):
        kind = kinds().get(one.get("kind", ""))
        name = kind.words[locale()] if kind else one.get("field") or one.get("category") or ""
        values = {key: one.get(key) or "–" for key in ("old", "new")}
        found.append({"field": name} | values)
    return found


def _row(one: queries.Waiting) -> dict[str, Any]:
    return {
        "waiting": one,
        "task": one.progress.task,
        "title": telling.titled(one.progress.system),
        "work": one.progress.work,
        "trouble": _trouble(one),
        "is_late": one.progress.escalated_at is not None,
    }


def _trouble(one: queries.Waiting) -> str:
    """Return why a task is here; a hold comes first, for it says what must not be done."""
    if one.is_held:
        return telling.trouble(LEGAL_HOLD)
    return "" if one.is_manual else telling.trouble(one.progress.trouble)


def _records(request: HttpRequest, system: System) -> dict[str, list[dict[str, str]]]:
    """Return what was found by hand as an export tells it: one record of each declared set."""
    found: dict[str, list[dict[str, str]]] = {}
    for one in system.fields:
        written = request.POST.get(f"field-{one.key}", "").strip()[:_LONGEST]
        if written:
            name, _, member = one.key.rpartition(".")
            found.setdefault(name, [{}])[0][member] = written
    return found
