"""An erasure on record: held while it changes, its errands, its rights, and what is noted of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from audit import operations as audit
from pseudonymize import legal
from pseudonymize import operations as subjects
from rights.casework import events
from rights.casework.events import Acting, legal_day
from rights.erasure.preview import erasable, kept_fields
from rights.models import Erasure, Errand, RequestedRight, RightsRequest
from rights.systems import queries as systems
from rights.systems.declaration import Work

RIGHT, RETENTION, REPLAY = "right", "retention", "replay"
_WORKS = (Work.BLOCK, Work.ERASE, Work.VERIFY)


def held(erasure_id: int) -> Erasure:
    """Return an erasure that nobody else changes, nor its person, until the transaction ends."""
    key = Erasure.objects.values_list("subject_key", flat=True).get(pk=erasure_id)
    subjects.lock(key)
    return Erasure.objects.select_for_update(no_key=True).get(pk=erasure_id)


def rights_of(erasure: Erasure) -> list[RequestedRight]:
    """Return the rights that an erasure carries out, with their requests, the first first."""
    rows = RequestedRight.objects.filter(erasure__erasure=erasure)
    return list(rows.select_related("request", "erasure__erasure").order_by("erasure__pk"))


def first_right(erasure: Erasure) -> RequestedRight | None:
    """Return the right that began it, with which its errands are sent; None without one."""
    return next(iter(rights_of(erasure)), None)


def errands(erasure: Erasure, work: Work | None = None) -> list[Errand]:
    """Return the errands that an erasure has sent, all or those of one work, the first first."""
    rows = Errand.objects.filter(
        subject_key=erasure.subject_key,
        cause=erasure.cause,
        work__in=[work] if work else _WORKS,
        started_at__gte=erasure.begun_at,
    )
    return list(rows.order_by("pk"))


def systems_answered(erasure: Erasure) -> bool:
    """Return whether every system that was told anything has answered."""
    sent = [*errands(erasure), *errands(erasure, Work.NOTIFY)]
    return all(errand.settled_at is not None for errand in sent)


def left_over(erasure: Erasure) -> dict[str, list[str]]:
    """Return, by system, the fields that the last verification found, but those that may stay."""
    asked = errands(erasure, Work.VERIFY)
    if not asked:
        return {}
    kept = {one.key: kept_fields(one) for one in erasable()}
    found = {}
    for key, report in systems.results(asked[-1]).items():
        held = _held(report)
        left = sorted(field for field, count in held.items() if count and field not in kept[key])
        if left and "" not in kept[key]:
            found[key] = left
    return found


def _held(report: Mapping[str, Any]) -> Mapping[str, Any]:
    held: Mapping[str, Any] = report.get("held") or {}
    return held


def others_open(erasure: Erasure) -> list[RequestedRight]:
    """Return what the same person asked beside the erasure and what is not closed yet."""
    rows = RequestedRight.objects.filter(
        request__subject_key=erasure.subject_key, request__closed_at=None, completed_on=None
    )
    rows = rows.exclude(state__in=["refused", "withdrawn", "abandoned", "completed"])
    return list(rows.exclude(right="erasure").select_related("request").order_by("pk"))


def requests_of(erasure: Erasure) -> list[RightsRequest]:
    """Return every request of the person, the first first."""
    rows = RightsRequest.objects.filter(subject_key=erasure.subject_key)
    return list(rows.order_by("pk"))


def today_of(erasure: Erasure, at: datetime) -> date:
    """Return the legal day of `at` where the person's controller sits."""
    return legal_day(at, country_of(erasure))


def country_of(erasure: Erasure) -> str:
    """Return the country of the person, else that of the first request."""
    right = first_right(erasure)
    known = legal.country_of(erasure.subject_key)
    return known or (right.request.country if right else "")


def note(erasure: Erasure, kind: str, by: Acting, details: Mapping[str, Any] | None = None) -> None:
    """Record what happened: with each right that asked for it, else in the audit trail."""
    told = {"erasure": erasure.pk, "step": erasure.step} | dict(details or {})
    rights = rights_of(erasure)
    for right in rights:
        events.note(right.request, f"erasure.{kind}", by, right=right, details=told)
    if not rights:
        audit.record(
            f"rights.erasure.{kind}",
            actor=by.actor,
            at=by.at,
            subject_key=erasure.subject_key,
            details=told | {"cause": erasure.cause},
        )
