"""
Terms that a controller may count by where its law leaves a choice: small, simplified, LFPA.

A small processing agent has doubled periods in Brazil, and access may be answered in simplified
form there; in Mexico days are counted by the labour calendar or the one of administrative
procedure. The installation has its usual terms; an officer chooses others for one request by an
act with its reason, which counts the running clocks again.

Source: LGPD art. 19, I; Res. CD/ANPD 2/2022 arts. 14-15; LFPDPPP art. 3 with LFT and LFPA.
"""

from collections.abc import Collection, Sequence

from django.conf import settings
from django.db import transaction

from jurisdictions.load import laws as packs
from jurisdictions.model import Law
from jurisdictions.vocabulary import RIGHTS
from rights.casework import recalculation
from rights.casework.answers import ReasonMissing
from rights.casework.clocks import SIMPLIFIED, SIMPLIFIED_ANSWER, SMALL
from rights.casework.events import Acting, note
from rights.casework.holding import held
from rights.lifecycle import OPEN
from rights.models import Clock, RightsRequest


class TermUnknown(Exception):
    """The laws of the request leave no such choice."""

    code, field = "term_unknown", "terms"

    def __init__(self, known: Collection[str]) -> None:
        offered = f"Choose among {', '.join(known)}." if known else "They leave none."
        super().__init__(f"The laws of this request leave no such choice. {offered}")


def known() -> list[str]:
    """Return every term that any law leaves to the controller."""
    return list(dict.fromkeys(term for law in packs().values() for term in _of(law, RIGHTS)))


def offered(laws: Sequence[str], rights: Collection[str]) -> list[str]:
    """Return the terms that these laws leave to the controller for these rights."""
    return list(dict.fromkeys(term for code in laws for term in _of(packs()[code], rights)))


def usual(laws: Sequence[str], rights: Collection[str]) -> list[str]:
    """Return the terms of this installation (`DEADLINE_TERMS`) that these laws leave open."""
    return [term for term in offered(laws, rights) if term in settings.DEADLINE_TERMS]


def _of(law: Law, rights: Collection[str]) -> list[str]:
    found = [SMALL] if any(clock.small for clock in law.clocks.values()) else []
    if any(law.grants(right) and law.clock_for(right, SIMPLIFIED_ANSWER) for right in rights):
        found.append(SIMPLIFIED)
    calendars = law.calendar_options.items()
    return [*found, *(name for name, code in calendars if code != law.default_calendar)]


@transaction.atomic
def choose(request_id: int, terms: Collection[str], by: Acting) -> Sequence[Clock]:
    """
    Count a request by these terms from now on; returns the clocks that run in place of others.

    :raises TermUnknown: when a law of the request leaves no such choice.
    :raises ReasonMissing: the act says why.
    """
    request = held(request_id)
    rights = list(request.rights.all())
    open_to_choice = offered(request.laws, [right.right for right in rights])
    if set(terms) - set(open_to_choice):
        raise TermUnknown(open_to_choice)
    if not by.words.strip():
        raise ReasonMissing
    wanted = [term for term in open_to_choice if term in terms]
    if wanted == request.terms:
        raise recalculation.NothingOffered
    details = {"from": request.terms, "to": wanted}
    request.terms = wanted
    request.save(update_fields=["terms"])
    note(request, "terms_chosen", by, details=details)
    return _recounted(request, by)


def _recounted(request: RightsRequest, by: Acting) -> list[Clock]:
    replaced: list[Clock] = []
    for right in request.rights.filter(state__in=sorted(OPEN)):
        right.request = request
        again = list(recalculation.counted_again(right))
        changed = [offer for offer in again if offer.counted.query != offer.clock.query]
        replaced += recalculation.take(right, changed, Acting(by.actor, by.at))
    return replaced
