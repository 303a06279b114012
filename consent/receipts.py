"""
The receipt of an act, as canonical bytes. Pure: the signature comes from the edge.

JSON-LD that reads as plain JSON too: a receipt with a copy of the record, after ISO/IEC
TS 27560:2023 in the terms of W3C DPV 2.3. It names no person: whoever holds it knows whose it is.
"""

import base64
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from consent.act import Kind
from consent.catalogue import Purpose

PROFILE = "https://w3id.org/dpv/schema/dpv-27560#receipt-record"
_CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "fides": "https://ethyca.github.io/fideslang/taxonomy/",
    "venia": "urn:venia:",
    "type": "@type",
    "profile": {"@id": "dct:conformsTo", "@type": "@id"},
    "id": "dct:identifier",
    "recorded_at": "dct:issued",
    "acted_at": "dpv:isIndicatedAtTime",
    "actor": "dpv:isIndicatedBy",
    "method": "dpv:hasIndicationMethod",
    "decision": "venia:decision",
    "status": {"@id": "dpv:hasConsentStatus", "@type": "@id"},
    "notice": "dpv:hasNotice",
    "version": "dct:hasVersion",
    "locale": "dct:language",
    "title": "dct:title",
    "digest": "venia:digest",
    "process": "dpv:hasProcess",
    "purpose": "dpv:hasPurpose",
    "key": "dct:identifier",
    "dpv_purpose": {"@id": "dct:type", "@type": "@id"},
    "data_use": "venia:data_use",
    "controller": "dpv:hasDataController",
    "data_categories": "dpv:hasPersonalData",
    "channels": "venia:channels",
    "recipients": "dpv:hasRecipient",
    "explicit": "venia:explicit",
    "frequency": "dpv:hasFrequency",
    "validity_months": "dpv:hasDuration",
    "proof": "venia:proof",
}
_STATUS = {
    Kind.GRANTED: "dpv:ConsentGiven",
    Kind.CONFIRMED: "dpv:ConsentGiven",
    Kind.REFUSED: "dpv:ConsentRefused",
    Kind.WITHDRAWN: "dpv:ConsentWithdrawn",
    Kind.OBJECTED: "venia:Objected",
    Kind.NOTICE_SERVED: "venia:NoticeServed",
    Kind.GUESS_REMOVED: "venia:GuessRemoved",
    Kind.GUESS_ALLOWED: "venia:GuessAllowed",
}


@dataclass(frozen=True, slots=True)
class Receipted:
    """An act as its receipt tells it."""

    id: str  # opaque, of this receipt alone
    kind: Kind
    acted_at: datetime
    recorded_at: datetime
    actor: str
    method: str
    explicit: bool
    frequency: str | None
    channels: Collection[str] | None
    data_categories: Collection[str] | None
    notice_version: str | None
    locale: str
    title: str | None
    digest: str | None  # of the notice's text
    guess: str | None = None  # what may not be worked out any more, or again


def document(act: Receipted, purpose: Purpose | None) -> dict[str, Any]:
    """
    Return the receipt without its proof; members that say nothing are left out.

    An act on a guess is about no one purpose.
    """
    notice = {
        "type": "dpv:ConsentNotice",
        "version": act.notice_version,
        "locale": act.locale,
        "title": act.title,
        "digest": act.digest and f"sha256:{act.digest}",
    }
    form = {
        "@context": _CONTEXT | ({"guess": "venia:guess"} if act.guess else {}),
        "type": "dpv:ConsentReceipt",
        "profile": PROFILE,
        "id": act.id,
        "recorded_at": _instant(act.recorded_at),
        "acted_at": _instant(act.acted_at),
        "actor": act.actor,
        "method": act.method,
        "decision": act.kind.value,
        "status": _STATUS[act.kind],
        "explicit": act.explicit,
        "frequency": act.frequency,
        "notice": _said(notice) if act.notice_version else None,
        "guess": act.guess,
        "process": _process(act, purpose) if purpose else None,
        "validity_months": purpose.validity_months
        if purpose and act.kind is Kind.GRANTED
        else None,
    }
    return _said(form)


def signed(
    form: dict[str, Any], *, sign: Callable[[bytes], bytes], public_key: str
) -> dict[str, Any]:
    """Return the receipt with its proof: Ed25519 over the canonical bytes of all the rest."""
    signature = base64.urlsafe_b64encode(sign(canonical(form))).rstrip(b"=").decode()
    proof = {"type": "Ed25519Signature", "public_key": public_key, "value": signature}
    return {**form, "proof": proof}


def canonical(form: dict[str, Any]) -> bytes:
    """Return the one way to write `form` as bytes: sorted members, no space, UTF-8."""
    return msgspec.json.encode(form, order="sorted")


def _process(act: Receipted, purpose: Purpose) -> dict[str, Any]:
    return {
        "type": "dpv:Process",
        "purpose": {
            "key": purpose.key,
            "version": str(purpose.version),
            "dpv_purpose": purpose.dpv,
            "data_use": purpose.data_use,
        },
        "controller": purpose.controller,
        "channels": sorted(act.channels or purpose.channels),
        "data_categories": [
            f"fides:{name}" for name in sorted(act.data_categories or purpose.data_categories)
        ],
        "recipients": sorted(purpose.recipients),
    }


def _said(form: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in form.items() if value is not None}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
