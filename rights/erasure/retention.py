"""
Retention: what is over is proposed by a scheduled run, and erased once an officer approves.

The same path as a right: holds, blocking, every system, verification. A proposal goes forward in
batches, so that neither memory nor queues grow with the number of people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from audit import operations as audit
from jurisdictions.stack import laws_in_force
from pseudonymize import holds
from pseudonymize import operations as subjects
from pseudonymize import queries as known_subjects
from rights.casework.events import Acting, legal_day
from rights.erasure import outdated, records, terms
from rights.erasure.course import Step
from rights.erasure.outdated import Outdated, Term
from rights.models import Erasure, RetentionProposal


class ProposalClosed(Exception):
    """A proposal is decided once."""

    code = "proposal_closed"

    def __init__(self) -> None:
        super().__init__("This proposal is decided. Wait for the next run.")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an approved proposal is."""

    begun: int
    ended: int
    blocked: int
    held: int


def propose(*, at: datetime) -> int:
    """Count whose terms are over and propose them, one proposal for each; returns how many."""
    due = [term for term in outdated.all_terms() if not _is_quiet(term, at)]
    return sum(_propose(term, at) is not None for term in due)


def _is_quiet(term: Term, at: datetime) -> bool:
    """A proposal that waits or runs is not made again, one that was declined not for a while."""
    rows = RetentionProposal.objects.filter(kind=term.kind, key=term.key)
    recently = Q(declined_at__gt=at - terms.silence())
    return rows.filter(Q(finished_at=None, declined_at=None) | recently).exists()


def _propose(term: Term, at: datetime) -> RetentionProposal | None:
    before = term.before(at.date())
    people, held, oldest = 0, 0, None
    for one in _everybody(term, before):
        if holds.standing(one.subject_key, on=at.date()):
            held += 1
            continue
        people += 1
        oldest = min(oldest or one.last, one.last)
    if oldest is None:
        return None
    proposal = RetentionProposal.objects.create(
        kind=term.kind,
        key=term.key,
        before=before,
        people=people,
        held=held,
        oldest_on=oldest.date(),
        proposed_at=at,
    )
    details = {"proposal": proposal.pk, "kind": term.kind, "key": term.key, "people": people}
    audit.record("retention.proposed", actor="system", at=at, details=details)
    return proposal


def _everybody(term: Term, before: date) -> Iterator[Outdated]:
    for batch in outdated.outdated(term, before=before):
        yield from batch


@transaction.atomic
def approve(proposal_id: int, by: Acting) -> RetentionProposal:
    """
    Let a proposal be carried out; a worker does it in batches.

    :raises ProposalClosed: when it is decided already.
    """
    return _decided(proposal_id, by, "approved", approved_at=by.at, approved_by=by.actor)


@transaction.atomic
def decline(proposal_id: int, by: Acting) -> RetentionProposal:
    """
    Put a proposal aside; the next run proposes anew after a while.

    :raises ProposalClosed: when it is decided already.
    """
    return _decided(proposal_id, by, "declined", declined_at=by.at)


def _decided(proposal_id: int, by: Acting, how: str, **fields: object) -> RetentionProposal:
    waiting = RetentionProposal.objects.filter(approved_at=None, declined_at=None)
    if not waiting.filter(pk=proposal_id).update(**fields):
        raise ProposalClosed
    details = {"proposal": proposal_id}
    audit.record(f"retention.{how}", actor=by.actor, at=by.at, details=details)
    return RetentionProposal.objects.get(pk=proposal_id)


def carry_out(*, at: datetime, most: int | None = None) -> int:
    """
    Begin the next people of approved proposals; returns how many.

    Of each no more than `most` (by default the house's batch) are under way at once.
    """
    begun, most = 0, terms.batch() if most is None else most
    for proposal in approved():
        room = most - _under_way(proposal)
        if room > 0:
            begun += _begin_some(proposal, room, at)
    return begun


def approved() -> QuerySet[RetentionProposal]:
    """Return the approved proposals that are not finished, oldest first."""
    rows = RetentionProposal.objects.filter(approved_at__isnull=False, finished_at=None)
    return rows.order_by("pk")


def _under_way(proposal: RetentionProposal) -> int:
    running = Erasure.objects.filter(proposal=proposal, ended_at=None, held_at=None)
    return running.exclude(step=Step.BLOCKED).count()


def _begin_some(proposal: RetentionProposal, room: int, at: datetime) -> int:
    term = Term(proposal.kind, proposal.key, 0)
    begun = 0
    batches = outdated.outdated(term, before=proposal.before, after_key=proposal.after_key)
    for batch in batches:
        for one in batch:
            begun += _begin(proposal, term, one.subject_key, at)
            if begun >= room:
                return begun
    RetentionProposal.objects.filter(pk=proposal.pk).update(finished_at=at)
    details = {"proposal": proposal.pk, "begun": proposal.begun + begun}
    audit.record("retention.begun_all", actor="system", at=at, details=details)
    return begun


@transaction.atomic
def _begin(proposal: RetentionProposal, term: Term, subject_key: int, at: datetime) -> bool:
    """Begin one person's erasure, unless something has come up since they were counted."""
    life = subjects.lock(subject_key)
    row = RetentionProposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    row.after_key = proposal.after_key = max(row.after_key, subject_key)
    begins = life == "active" and not _kept_back(subject_key, at)
    if begins:
        row.begun += 1
        _create(row, term, subject_key, at)
    row.save(update_fields=["after_key", "begun"])
    return begins


def _kept_back(subject_key: int, at: datetime) -> bool:
    if holds.standing(subject_key, on=at.date()):
        return True
    return Erasure.objects.filter(subject_key=subject_key, ended_at=None).exists()


def _create(proposal: RetentionProposal, term: Term, subject_key: int, at: datetime) -> None:
    person = known_subjects.person(subject_key)
    today = legal_day(at, person.country)
    laws = laws_in_force(person.country, person.region or None, today)
    erasure = Erasure.objects.create(
        subject_key=subject_key,
        cause=records.RETENTION,
        proposal=proposal,
        step=Step.COOLING,
        laws=[law.code for law in laws],
        only=outdated.scope(subject_key, term, today=today),
        suppress=False,
        begun_by=proposal.approved_by,
        begun_at=at,
        cooling_until=at,
        due_at=at,
    )
    records.note(erasure, "begun", Acting(proposal.approved_by, at), {"proposal": proposal.pk})


def progress(proposal: RetentionProposal) -> Progress:
    """Return how far an approved proposal is."""
    mine = Erasure.objects.filter(proposal=proposal)
    return Progress(
        begun=proposal.begun,
        ended=mine.filter(step=Step.ENDED).count(),
        blocked=mine.filter(step=Step.BLOCKED).count(),
        held=mine.filter(ended_at=None, held_at__isnull=False).count(),
    )


def listed(*, since: timedelta, at: datetime) -> QuerySet[RetentionProposal]:
    """Return the proposals that wait, run, or were made lately, the newest first."""
    recent = Q(proposed_at__gt=at - since) | Q(finished_at=None, declined_at=None)
    return RetentionProposal.objects.filter(recent).order_by("-pk")
