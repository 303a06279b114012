"""One request with everything on it, and the next step named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jurisdictions.load import laws as packs
from policies import queries as policies
from policies.codes import Effect
from portal.desk.access import Seat, at_desk, page
from portal.desk.accounts import colleagues
from portal.desk.queue import BESIDE, Row, rows
from pseudonymize import queries as subjects
from rights import grounds, queries
from rights.casework import identity, recalculation, terms
from rights.casework.events import NOTE
from rights.casework.sealed import text_of, typed
from rights.contact import files, letters, messages
from rights.lifecycle import State

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import Clock, RequestEvent, RightsRequest

_DECISIONS = 10
_ANSWERABLE = (State.IN_PROGRESS, State.EXTENDED)


@dataclass(frozen=True, slots=True)
class Panel:
    """One right on the page: where it stands, its clocks, and what may be done now."""

    row: Row
    clocks: list[Clock]
    grounds: list[grounds.Ground]
    marks: list[str]
    offers: list[recalculation.Offer]


@require_safe
@at_desk
def case(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Show the page of a request."""
    return shown(request, seat, one_of(number))


def shown(
    request: HttpRequest, seat: Seat, one: RightsRequest, *, problem: str = "", told: str = ""
) -> HttpResponse:
    """Render the page of a request, after an act as before it."""
    if seat.may_act:
        messages.mark_read(one, from_person=True, at=seat.acting().at)
    blocked = _is_blocked(one)
    opens = seat.may_act and not blocked
    panels = _panels(one, seat)
    context: dict[str, Any] = {
        "one": one,
        "state": queries.state_of(one),
        "laws": [packs()[law] for law in one.laws],
        "typed": typed(one) if opens else None,
        "blocked": blocked,
        "panels": panels,
        "events": [(event, _note(one, event) if opens else "") for event in queries.history(one)],
        "letters": queries.letters_of(one),
        "letter_kinds": letters.KINDS,
        "messages": messages.said(one) if opens else [],
        "files": [(file, files.name_of(file)) for file in queries.files_of(one)] if opens else [],
        "related": queries.related(one)[:10],
        "candidates": len(identity.candidates(one)) if not one.identity else 0,
        "how": ("document", "mandate", "recognised"),
        "decisions": [] if blocked else _decisions(one),
        "answerable": [panel for panel in panels if panel.row.right.state in _ANSWERABLE],
        "colleagues": colleagues(),
        "terms": _terms(one, [panel.row.right.right for panel in panels]),
        "problem": problem,
        "told": told,
    }
    return page(request, seat, "case.html", context, status=422 if problem else 200)


def _is_blocked(one: RightsRequest) -> bool:
    """Of a blocked person nothing is shown; letters stay, for whoever has to post them."""
    return one.subject_key is not None and subjects.person(one.subject_key).life == "blocked"


def _panels(one: RightsRequest, seat: Seat) -> list[Panel]:
    rights = list(queries.rights_of(one))
    found = []
    for row in rows(rights, seat.today):
        kept = sorted(row.right.clocks.all(), key=lambda clock: clock.pk)
        running = [clock.event for clock in kept if clock.ended_on is None]
        found.append(
            Panel(
                row=row,
                clocks=kept,
                grounds=list(grounds.grounds(one.laws, row.right.right).values()),
                marks=[event for event in running if event in BESIDE],
                offers=recalculation.offered(row.right),
            )
        )
    return found


def _terms(one: RightsRequest, rights: list[str]) -> list[str]:
    return terms.offered(one.laws, rights) if one.closed_at is None else []


def _note(one: RightsRequest, event: RequestEvent) -> str:
    return text_of(one, event.note, label=NOTE)


def _decisions(one: RightsRequest) -> list[tuple[Any, str]]:
    if one.subject_key is None:
        return []
    newest = policies.decisions_about(one.subject_key)[:_DECISIONS]
    return [(record, Effect(record.effect).word) for record in newest]


@require_safe
@at_desk
def letter(request: HttpRequest, seat: Seat, number: int, letter: int) -> HttpResponse:
    """Return a letter's PDF as it was sent; not to an auditor, who sees that it was."""
    found = queries.letters_of(one_of(number)).filter(pk=letter).first()
    if found is None or not seat.may_act or not found.pdf:
        raise Http404
    return _file(letters.pdf_of(found), "application/pdf", f"{found.kind}-{number}.pdf")


@require_safe
@at_desk
def file(request: HttpRequest, seat: Seat, number: int, file: int) -> HttpResponse:
    """Return a file that came with a request, for download only."""
    one = one_of(number)
    found = queries.files_of(one).filter(pk=file).first()
    content = files.content_of(found) if found and seat.may_act and not _is_blocked(one) else None
    if found is None or content is None:
        raise Http404
    ending = found.media_type.partition("/")[2]
    return _file(content, found.media_type, f"{found.kind}-{number}-{file}.{ending}")


def one_of(number: int) -> RightsRequest:
    """Return the request with this number. :raises Http404: when there is none."""
    found = queries.request(number)
    if found is None:
        raise Http404
    return found


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
