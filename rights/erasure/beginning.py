"""A granted erasure begins, and may be stopped for some days; a second request joins it."""

from collections.abc import Sequence

from django.db import transaction

from pseudonymize import queries as subjects
from rights.casework import answers
from rights.casework.events import Acting
from rights.erasure import going_on, preview, records, terms
from rights.erasure.course import Step
from rights.models import Erasure, ErasureOf, Errand, RequestedRight


@transaction.atomic
def begin(right: RequestedRight, by: Acting) -> None:
    """
    Let a right be carried out by an erasure: a new one, or the one that runs for the person.

    The caller holds the person. Who is erased already has nothing left: the right is done.
    """
    key = right.request.subject_key
    assert key is not None  # execution.start asks
    if subjects.person(key).life == "shredded":
        answers.complete(right.pk, by)
        return
    erasure = Erasure.objects.filter(subject_key=key, ended_at=None).first()
    erasure = _widened(erasure, by) if erasure else _created(key, right.request.laws, by)
    ErasureOf.objects.get_or_create(right=right, defaults={"erasure": erasure})
    records.note(erasure, "begun", by, {"until": erasure.cooling_until.isoformat()})
    if erasure.step == Step.BLOCKED:
        going_on.complete(erasure, by)


def _created(subject_key: int, laws: Sequence[str], by: Acting) -> Erasure:
    until = by.at + terms.cooling_off()
    return Erasure.objects.create(
        subject_key=subject_key,
        cause=records.RIGHT,
        step=Step.COOLING,
        laws=list(laws),
        begun_by=by.actor,
        begun_at=by.at,
        cooling_until=until,
        due_at=until,
    )


def _widened(erasure: Erasure, by: Acting) -> Erasure:
    """What retention began for some systems becomes the whole erasure that the person wants."""
    if erasure.cause != records.RETENTION or erasure.only is None:
        return erasure
    erasure.only, erasure.cause, erasure.step = None, records.RIGHT, Step.COOLING
    erasure.cooling_until = erasure.due_at = by.at + terms.cooling_off()
    erasure.begun_at = by.at
    erasure.save()
    return erasure


@transaction.atomic
def hurry(erasure_id: int, by: Acting) -> Erasure:
    """Wait no longer: for the cooling-off because the person wishes it, or for a posted letter."""
    erasure = records.held(erasure_id)
    if erasure.step == Step.COOLING:
        erasure.cooling_until = min(erasure.cooling_until, by.at)
    elif erasure.step == Step.TELLING and erasure.told_at is not None:
        erasure.told_at = min(erasure.told_at, by.at - terms.certificate_tried_for())
    else:
        return erasure
    erasure.save()
    records.note(erasure, "hurried", by)
    return going_on.go_on(erasure_id, by)


@transaction.atomic
def choose(
    erasure_id: int, by: Acting, *, suppress: bool, spared: Sequence[str] | None = None
) -> Erasure:
    """
    Choose, while it cools off, whether the person is remembered as not to be addressed.

    An erasure granted in part leaves the `spared` systems alone, and with them our own record:
    as long as somebody holds data of the person, their choices have to be known.
    """
    erasure = records.held(erasure_id)
    if erasure.step != Step.COOLING:
        return erasure
    erasure.suppress = suppress
    if spared is not None:
        rest = [one.key for one in preview.erasable() if one.key not in spared]
        erasure.only = rest if spared else None
    erasure.save()
    details = {"suppress": suppress, "only": erasure.only}
    records.note(erasure, "chosen", Acting(by.actor, by.at), details)
    return erasure


@transaction.atomic
def systems_answered(errand: Errand, by: Acting) -> None:
    """Go on with the erasure that sent an errand; harmless when it went on, or is none."""
    rows = Erasure.objects.filter(subject_key=errand.subject_key, ended_at=None)
    for erasure in rows:
        if errand.pk in {one.pk for one in records.errands(erasure)}:
            going_on.go_on(erasure.pk, Acting("system", by.at))
