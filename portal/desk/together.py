"""Several rights of a request answered at once, each with its outcome, in one letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portal.desk.access import Seat, at_desk, only_officers, page
from portal.desk.acts import OUTCOMES, REFUSALS
from portal.desk.case import one_of, shown
from portal.desk.refusals import in_words
from rights import operations, queries
from rights.contact import letters, outcomes
from rights.contact.letters import Draft
from rights.contact.wording import Text
from rights.operations import Acting

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import RequestedRight, RightsRequest


@dataclass(frozen=True, slots=True)
class Answer:
    """What an officer decides on one right."""

    right: int
    outcome: str
    ground: str


@require_POST
@at_desk
def answer(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Answer every right for which an outcome was chosen, or only show the letter."""
    only_officers(seat)
    one = one_of(number)
    by = seat.acting(request.POST.get("words", ""))
    chosen = list(_chosen(one, request.POST))
    try:
        if not chosen:
            raise operations.ReasonMissing
        if "preview" in request.POST:
            return page(
                request, seat, "preview.html", {"one": one, "text": _previewed(one, chosen, by)}
            )
        with transaction.atomic():
            rights = _answered(one, chosen, by)
            if "letter" in request.POST:
                letters.send(Draft(outcomes.kind_of(rights), rights, by.words), by)
    except REFUSALS as refused:
        return shown(request, seat, one, problem=in_words(refused))
    return redirect("desk:case", number=number)


def _chosen(one: RightsRequest, told: QueryDict) -> Iterator[Answer]:
    for right in queries.rights_of(one):
        outcome = told.get(f"outcome.{right.right}", "")
        if outcome in OUTCOMES:
            yield Answer(right.pk, outcome, told.get(f"ground.{right.right}", ""))


def _answered(one: RightsRequest, chosen: list[Answer], by: Acting) -> list[RequestedRight]:
    for each in chosen:
        operations.answer(each.right, each.outcome, by, ground=each.ground)
    return list(queries.rights_of(one).filter(pk__in=[each.right for each in chosen]))


def _previewed(one: RightsRequest, chosen: list[Answer], by: Acting) -> Text:
    """Answer, write the letter, and undo both: the letter shows the dates after the answers."""
    with transaction.atomic():
        rights = _answered(one, chosen, by)
        text = letters.preview(Draft(outcomes.kind_of(rights), rights, by.words), at=by.at)
        transaction.set_rollback(True)
    return text
