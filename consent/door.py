"""
What the address of acts makes of a body, ahead of Django's own machinery: `config.acting`.

One statement reads, one writes, and nothing is held in between: who was overtaken, or meets
anything that is not as usual, is refused here and served by the view, under the subject's lock.
Whether a retry was answered shows when its answer is kept: the first one has taken the place.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import InterfaceError, OperationalError

from audit import keys, prepared
from audit import operations as audit
from audit import queries as callers
from consent import additions, answers, confirmations, forms, keeping, queries, writing
from consent.act import NewAct
from consent.intake import drafted
from consent.writing import Reply
from pseudonymize import queries as subjects

SCOPE = "consents:write"

_READ = """SELECT json_build_object('subject_key', p.subject_key, 'life', p.life,
    'key', (SELECT to_json(k) FROM audit_service_key k WHERE k.kid = $3), 'offer', ({}), {})
FROM pseudonymize_person p WHERE p.digest = $1::bytea AND p.identifier_type = 'public'""".format(  # noqa: S608  our own parts
    queries.OFFERED, keeping.PARTS.format(key="p.subject_key", purposes="ARRAY[$2::text]")
)


class Refused(Exception):
    """Not to be answered here. The view tells why, or does it."""


class Unsure(Exception):
    """The database went away while it wrote. Whether it did is not known; nobody may try again."""


@dataclass(frozen=True, slots=True)
class Retry:
    """By what a repeated request is known: its key, and a digest of all it says."""

    key: str
    fingerprint: bytes


class _Told(keeping.Told):
    """`_READ` as it is read."""

    life: str = ""
    key: msgspec.Raw = msgspec.Raw()
    offer: str | None = None


def record(
    body: bytes, public_id: str, *, authorization: str, retry: Retry | None, at: datetime
) -> bytes:
    """
    Record the act that a body tells of a subject, durably; return its signed receipt.

    :raises Refused, forms.Unusual, ActRefused, IntegrityError: nothing was recorded then.
    :raises Unsure: it may have been recorded.
    """
    presented, act = _presented(authorization), forms.act(body)
    told = _told(public_id, act, presented)
    _admit(presented, bytes(told.key), at)
    offer = queries.offer(told.offer)
    subject_key = told.subject_key or 0
    draft = drafted(act, subject_key, caller=f"key:{presented.kid}", at=at, offer=offer)
    addition = additions.add(told.of(subject_key), [draft])
    additions.settle([addition])
    draft.mail = confirmations.is_due(draft, addition.standings.get(act.purpose), offer)
    receipt = answers.receipt_of(draft, offer)
    reply = Reply(presented.kid, retry.key, retry.fingerprint, receipt, at) if retry else None
    try:
        _require(writing.write_first(addition, reply=reply))
    except (OperationalError, InterfaceError):
        raise Unsure from None
    return receipt


def _presented(authorization: str) -> keys.ServiceKey:
    scheme, _, text = authorization.partition(" ")
    presented = keys.parse(text.strip()) if scheme.lower() == "bearer" else None
    if presented is None:
        raise Refused
    return presented


def _admit(presented: keys.ServiceKey, stored: bytes, at: datetime) -> None:
    caller = callers.recognised(presented, stored)
    if caller is None or not caller.may(SCOPE):
        raise Refused
    audit.note_use(caller.kid, last_used_at=caller.last_used_at, at=at)


def _told(public_id: str, act: NewAct, presented: keys.ServiceKey) -> _Told:
    values = [
        b"\\x" + subjects.lookup_digest("public", public_id).hex().encode(),
        prepared.text(act.purpose),
        prepared.text(presented.kid),
    ]
    found = prepared.run(_READ, values)
    _require(len(found) == 1)
    told = msgspec.json.decode(found[0][0] or b"", type=_Told)
    _require(told.life == "active")
    return told


def _require(usual: bool) -> None:
    if not usual:
        raise Refused
