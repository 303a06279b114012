"""
The end of a person in Venia: everything that leads to them goes in one transaction, or nothing.

What stays is the ledger of acts and events under a number that leads nowhere, digests of dead
ids, and, if it was wished, the digest by which they are not addressed again.
"""

from collections.abc import Sequence
from typing import Any

from audit import replies
from consent import operations as consent
from consent.act import Actor, Kind
from consent.operations import NewAct
from policies import operations as policies
from policies import reviews, suppressed
from pseudonymize import holds, legal
from pseudonymize import operations as subjects
from pseudonymize import queries as known_subjects
from rights.casework import closing
from rights.casework.events import Acting
from rights.casework.sealed import typed
from rights.erasure import closing_doors, journal, mails, records, suppression
from rights.models import (
    Change,
    DecisionReview,
    Erasure,
    Errand,
    Package,
    PackagePart,
    Pickup,
    PickupCode,
    RightsRequest,
)
from rights.systems import queries as systems

METHOD = "erasure"


class NotClean(Exception):
    """Something of the person would be left; nothing was destroyed and it is tried again."""

    code = "not_clean"

    def __init__(self, what: Sequence[str]) -> None:
        super().__init__(f"Left of the person: {', '.join(what)}. Nothing was destroyed.")


def destroy(erasure: Erasure, by: Acting) -> None:
    """
    Destroy a person's record in Venia, identifiers and secret last.

    :raises UnderLegalHold: while a hold covers the person; nothing is destroyed then.
    """
    key, at = erasure.subject_key, by.at
    holds.require_none(key, on=at.date())
    known = legal.every_identifier(key, reason="execution", actor="system", at=at)
    country = records.country_of(erasure)
    written = [words.email for one in records.requests_of(erasure) if (words := typed(one))]
    addresses = suppression.suppress(known, country=country, at=at) if erasure.suppress else []
    act = NewAct(kind=Kind.ERASED, method=METHOD, actor=Actor.SYSTEM)
    consent.record_act(key, act, caller=by.actor, at=at)
    closing_doors.close_all(key, at=at)
    _forget_requests(erasure, by)
    consent.forget(key)
    reviews.end_for(key, at=at)
    policies.forget_subject(key, kept=(), actor=by.actor, at=at)
    for _, value in known:
        replies.forget_answers(value.encode())
    suppressed.forget([known_subjects.lookup_digest(*one, country or None) for one in known])
    _remember(erasure, addresses, by)
    subjects.shred(key, at, actor=by.actor)
    if left := remains(key):
        raise NotClean(left)
    mails.remove([value for _, value in known] + written)


def digest_of(subject_key: int) -> bytes:
    """Return the digest by which the journal knows a person who has not been destroyed yet."""
    return known_subjects.dead_digest(legal.public_id(subject_key))


def remains(subject_key: int) -> list[str]:
    """Return what is still there of somebody who is destroyed; nothing when all is well."""
    sealed: dict[str, Any] = {"subject_key": subject_key, "envelope__isnull": False}
    doubts = {
        "identifiers": bool(known_subjects.kinds_of(subject_key)),
        "requests": RightsRequest.objects.filter(**sealed).exists(),
        "errands": Errand.objects.filter(**sealed).exists(),
    }
    return [name for name, doubtful in doubts.items() if doubtful]


def _forget_requests(erasure: Erasure, by: Acting) -> None:
    """Destroy what was written, asked of systems or packed; the sealed rest has lost its key."""
    requests = records.requests_of(erasure)
    for request in [*requests, *_unproved(erasure)]:
        closing.forget(request, Acting("system", by.at))
    for errand in Errand.objects.filter(subject_key=erasure.subject_key):
        systems.forget_results(errand)
    packages = Package.objects.filter(right__request__in=requests)
    for beside in (PackagePart, Pickup, PickupCode):
        beside._default_manager.filter(package__in=packages).delete()
    packages.exclude(state="destroyed").update(
        state="destroyed", key=None, due_at=None, destroyed_at=by.at
    )
    Change.objects.filter(right__request__in=requests).update(told=None)
    DecisionReview.objects.filter(right__request__in=requests).update(words=None)


def _unproved(erasure: Erasure) -> list[RightsRequest]:
    """Return the closed requests from an address of the person that nobody ever proved."""
    digests = known_subjects.digests_of(erasure.subject_key)
    rows = RightsRequest.objects.filter(subject_key=None, closed_at__isnull=False)
    return list(rows.filter(address__in=digests, envelope__isnull=False))


def _remember(erasure: Erasure, addresses: Sequence[tuple[str, str]], by: Acting) -> None:
    """Write into the journal what no restored backup may bring back."""
    digest = digest_of(erasure.subject_key)
    lines = [journal.line(journal.ERASED, digest, at=by.at)]
    country = records.country_of(erasure)
    for channel, listed in suppression.digests(addresses, country=country):
        lines.append(journal.line(journal.SUPPRESSED, listed, at=by.at, detail=channel))
    journal.append(lines)
