"""An errand begins: one task for every system that supports its work."""

import json
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from pseudonymize import envelopes
from rights.casework.events import Acting
from rights.models import Errand, RequestedRight, SystemTask
from rights.systems import handing, holding
from rights.systems.declaration import System, Work
from rights.systems.registry import systems

PAYLOAD = "payload"


@transaction.atomic
def send(
    subject_key: int,
    work: Work,
    by: Acting,
    *,
    right: RequestedRight | None = None,
    cause: str = "right",
    payload: Mapping[str, Any] | None = None,
    only: Collection[str] | None = None,
) -> Errand:
    """
    Tell every system that supports `work`, or those of them in `only`, about one person.

    Joins the caller's transaction; the systems are called once it has ended. While the same
    errand is not settled, it is returned and nothing new begins; after that a call is the next
    round. Without any system it is settled at once.
    """
    holding.lock(subject_key, right)
    same = Errand.objects.filter(subject_key=subject_key, right=right, cause=cause, work=work)
    if running := same.filter(settled_at=None).first():
        return running
    told = [one for one in systems().values() if work in one.works]
    chosen = [one for one in told if only is None or one.key in only]
    errand = Errand(
        public_id="err_" + secrets.token_hex(13),
        subject_key=subject_key,
        right=right,
        cause=cause,
        work=work,
        round=(same.aggregate(last=Max("round"))["last"] or 0) + 1,
        started_by=by.actor,
        started_at=by.at,
        settled_at=None if chosen else by.at,
    )
    _keep(errand, payload or {}, by)
    _add_tasks(errand, chosen, by)
    details = {"systems": [one.key for one in chosen], "round": errand.round}
    holding.note(errand, "errand.sent", by, details=details)
    return errand


def _keep(errand: Errand, payload: Mapping[str, Any], by: Acting) -> None:
    errand.envelope = envelopes.make(at=by.at)
    text = json.dumps(payload, sort_keys=True).encode()
    errand.payload = envelopes.seal(errand.envelope, text, label=PAYLOAD)
    errand.save(force_insert=True)


def _add_tasks(errand: Errand, chosen: Collection[System], by: Acting) -> None:
    SystemTask.objects.bulk_create(
        SystemTask(
            public_id="tsk_" + secrets.token_hex(13),
            errand=errand,
            system=one.key,
            order=one.order if errand.work == Work.ERASE else 0,
            due_at=by.at,
        )
        for one in chosen
    )
    handing.hand_over(errand)


def payload_of(errand: Errand) -> dict[str, Any]:
    """Return what the systems are told beside who it is; empty once it was destroyed."""
    if errand.payload is None or errand.envelope is None:
        return {}
    text = envelopes.unseal(errand.envelope, bytes(errand.payload), label=PAYLOAD)
    found: dict[str, Any] = json.loads(text)
    return found
