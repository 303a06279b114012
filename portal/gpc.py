"""Global Privacy Control: a browser that says no for its owner is believed."""

from datetime import datetime

from consent import operations, queries
from consent.act import Actor, Kind
from consent.operations import NewAct

METHOD = "gpc_signal"


def honour(subject_key: int, *, actor: Actor, at: datetime) -> int:
    """
    Record the signal as an objection to every purpose that shares with others; returns how many.

    Once only: who afterwards allows sharing on the page is not overruled by the same signal,
    though no check that carries it will permit either.

    Source: Global Privacy Control, W3C; CCPA Regulations § 7025.
    """
    sharing = [key for key, purpose in queries.purposes().items() if purpose.recipients]
    known = queries.history(subject_key).filter(purpose__in=sharing, method=METHOD)
    heard = set(known.values_list("purpose", flat=True))
    acts = [
        NewAct(kind=Kind.OBJECTED, purpose=key, method=METHOD, actor=actor)
        for key in sharing
        if key not in heard
    ]
    if acts:
        operations.record_history(subject_key, acts, caller="person", at=at)
    return len(acts)
