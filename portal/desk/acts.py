"""What officers do to a request. Each act says its reasons, and may write its letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portal.desk.access import Seat, at_desk, only_officers, page
from portal.desk.case import one_of, shown
from portal.desk.refusals import in_words
from portal.phrases import phrase
from pseudonymize import queries as subjects
from pseudonymize.holds import UnderLegalHold
from pseudonymize.identifiers import MalformedIdentifier
from pseudonymize.operations import IdentifiersConflict
from rights import operations, queries
from rights.casework import carrying, identity
from rights.casework.assigning import assign
from rights.contact import files, letters, messages
from rights.contact.letters import Draft
from rights.contact.wording import Text
from rights.execution import StillRunning
from rights.grounds import GroundUnknown
from rights.lifecycle import IllegalMove
from rights.operations import Acting
from rights.rectifying.correcting import NothingAccepted

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import RequestedRight, RightsRequest

REFUSALS = (
    StillRunning,
    UnderLegalHold,
    IllegalMove,
    GroundUnknown,
    operations.ExtensionRefused,
    operations.ReasonMissing,
    operations.AskingRefused,
    operations.TooEarly,
    operations.NothingOffered,
    operations.AlreadyProved,
    operations.TermUnknown,
    NothingAccepted,
    IdentifiersConflict,
)
OUTCOMES = ("granted", "partial", "refused")
Done = Callable[[int, Acting, HttpRequest], object]


@dataclass(frozen=True, slots=True)
class Act:
    """An act of the desk, and the kind of letter that tells the person of it."""

    do: Done
    letter: str = ""
    officer: bool = False


def _answer(right: int, by: Acting, request: HttpRequest) -> object:
    outcome, ground = request.POST.get("outcome", ""), request.POST.get("ground", "")
    if outcome not in OUTCOMES:
        raise operations.ReasonMissing
    return operations.answer(right, outcome, by, ground=ground)


ACTS: Mapping[str, Act] = {
    "answer": Act(_answer, "answer", officer=True),
    "extend": Act(lambda right, by, _: operations.extend(right, by), "extension", officer=True),
    "ask": Act(lambda right, by, _: operations.ask(right, by), "information"),
    "supplied": Act(lambda right, by, _: operations.supplied(right, by)),
    "execute": Act(lambda right, by, _: operations.execute(right, by)),
    "complete": Act(lambda right, by, _: operations.complete(right, by), "certificate"),
    "lift": Act(lambda right, by, _: carrying.lift(right, by), officer=True),
    "abandon": Act(lambda right, by, _: operations.abandon(right, by), officer=True),
    "recalculate": Act(lambda right, by, _: operations.recalculate(right, by), officer=True),
    "acknowledgement": Act(
        lambda right, by, _: operations.mark(right, "acknowledgement", by), "acknowledgement"
    ),
    "mark_disputed": Act(lambda right, by, _: operations.mark(right, "mark_disputed", by)),
}


@require_POST
@at_desk
def act(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Do what the form asks to one right, or only show the letter that would go out."""
    one = one_of(number)
    wanted = ACTS.get(request.POST.get("act", ""))
    right = queries.right_of(one, request.POST.get("right", ""))
    if right is None:
        raise Http404
    if wanted is None:
        return redirect("desk:case", number=number)
    if wanted.officer:
        only_officers(seat)
    by = seat.acting(request.POST.get("words", ""))
    try:
        if "preview" in request.POST and wanted.letter:
            text = _previewed(wanted, right, by, request)
            return page(request, seat, "preview.html", {"one": one, "text": text})
        _done(wanted, right, by, request)
    except REFUSALS as refused:
        return shown(request, seat, one, problem=in_words(refused))
    return redirect("desk:case", number=number)


@transaction.atomic
def _done(wanted: Act, right: RequestedRight, by: Acting, request: HttpRequest) -> None:
    wanted.do(right.pk, by, request)
    if wanted.letter and "letter" in request.POST:
        letters.send(_draft(wanted, right, by), by)


def _previewed(wanted: Act, right: RequestedRight, by: Acting, request: HttpRequest) -> Text:
    """Do the act, write its letter, and undo both: the letter shows the dates after the act."""
    with transaction.atomic():
        wanted.do(right.pk, by, request)
        text = letters.preview(_draft(wanted, right, by), at=by.at)
        transaction.set_rollback(True)
    return text


def _draft(wanted: Act, right: RequestedRight, by: Acting) -> Draft:
    after = queries.right_of(right.request, right.right) or right
    kind = "refusal" if after.outcome == "refused" else wanted.letter
    return Draft(kind, [after], by.words)


@require_POST
@at_desk
def terms(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Count a request by other terms, where its law leaves the choice to the controller."""
    only_officers(seat)
    one = one_of(number)
    by = seat.acting(request.POST.get("words", ""))
    try:
        operations.choose_terms(one.pk, request.POST.getlist("terms"), by)
    except REFUSALS as refused:
        return shown(request, seat, one, problem=in_words(refused))
    return redirect("desk:case", number=number)


@require_POST
@at_desk
def prove(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Record who asks, as an officer found out; identity documents are destroyed with it."""
    only_officers(seat)
    one = one_of(number)
    how = request.POST.get("how", "")
    by = seat.acting(request.POST.get("words", ""))
    try:
        key = _person(one, request.POST.get("who", ""), request.POST.get("identifier", ""))
        if how not in identity.HOW:
            raise operations.ReasonMissing
        with transaction.atomic():
            proved = operations.verify(one.pk, subject_key=key, how=how, by=by)
            files.destroy_identity_files(proved, seat.acting())
    except (*REFUSALS, subjects.SubjectUnknown) as refused:
        return shown(request, seat, one, problem=in_words(refused))
    return redirect("desk:case", number=number)


def _person(one: RightsRequest, who: str, identifier: str) -> int | None:
    """
    Return the subject that an officer means: the one that was typed, another, or nobody.

    :raises SubjectUnknown: when it is not exactly one.
    """
    if who == "nobody":
        return None
    found = identity.candidates(one) if who == "typed" else _named(identifier.strip())
    if len(found) != 1:
        raise subjects.SubjectUnknown
    return found[0]


def _named(identifier: str) -> list[int]:
    for kind in ("public", "external_id", "email"):
        try:
            if found := subjects.holders(kind, identifier):
                return found
        except MalformedIdentifier:
            continue
    return []


@require_POST
@at_desk
def message(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Write to the person, or give the request to a colleague."""
    one = one_of(number)
    if "to" in request.POST:
        name = request.POST["to"]
        assign([one.pk], f"user:{name}" if name else "", seat.acting())
    elif one.envelope is not None:
        messages.write(one, from_person=False, by=seat.acting(request.POST.get("words", "")))
    return redirect("desk:case", number=number)


@require_POST
@at_desk
def letter(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Write a letter outside any act, or show how it would read."""
    one = one_of(number)
    kind = request.POST.get("kind", "")
    rights = list(queries.rights_of(one))
    if kind not in letters.KINDS or one.envelope is None:
        return shown(request, seat, one, problem=phrase("desk.case.no_letter"))
    by = seat.acting(request.POST.get("words", ""))
    draft = Draft(kind, rights, by.words)
    if "preview" in request.POST:
        text = letters.preview(draft, at=by.at)
        return page(request, seat, "preview.html", {"one": one, "text": text})
    letters.send(draft, by)
    return redirect("desk:case", number=number)


@require_POST
@at_desk
def destroy(request: HttpRequest, seat: Seat, number: int, file: int) -> HttpResponse:
    """Destroy a document that was looked at."""
    if not queries.files_of(one_of(number)).filter(pk=file).exists():
        raise Http404
    files.destroy(file, seat.acting())
    return redirect("desk:case", number=number)
