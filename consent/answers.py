"""How the consent API says what is on record."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from audit import signing
from consent import compact, queries, receipts
from consent.act import Kind
from consent.catalogue import Purpose, closest_locale, content_of
from consent.drafts import Draft, row_of
from consent.models import Circumstance, ConsentEvent, Notice
from consent.queries import Offer
from consent.state import Layer, Standing


def receipt(event: ConsentEvent) -> bytes:
    """Return the signed receipt of an act, the same bytes each time."""
    purpose = None
    if event.purpose:
        purpose = queries.purpose_on_record(event.purpose, event.purpose_version)
    return _receipt(row_of(event), event.notice, purpose, str(event.receipt.pk))


def receipt_of(draft: Draft, offer: Offer) -> bytes:
    """Return the receipt of an act on a purpose that is about to be recorded."""
    key, version = draft.row["purpose"], draft.row["purpose_version"]
    purpose = offer.purposes.get(key) or queries.purpose_on_record(key, version)
    return _receipt(draft.row, draft.notice, purpose, str(draft.receipt))


def _receipt(
    row: Mapping[str, Any], notice: Notice | None, purpose: Purpose | None, number: str
) -> bytes:
    if row["purpose"] and purpose is None:
        raise LookupError(f"receipt {number} names a purpose that is not on record")
    act = receipts.Receipted(
        id=number,
        kind=Kind(row["kind"]),
        acted_at=row["acted_at"],
        recorded_at=row["recorded_at"],
        actor=row["actor"],
        method=row["method"],
        explicit=row["explicit"],
        frequency=row["frequency"],
        channels=row["channels"],
        data_categories=row["data_categories"],
        notice_version=notice.version if notice else None,
        locale=row["locale"],
        title=notice.words["title"] if notice else None,
        digest=bytes(notice.digest).hex() if notice else None,
        guess=row["details"].get("guess"),
    )
    form = receipts.document(act, purpose)
    proved = receipts.signed(form, sign=signing.sign, public_key=signing.public_key())
    return receipts.canonical(proved)


def state(permission: queries.Permission, told: Iterable[Circumstance]) -> dict[str, Any]:
    """Return what a person allows."""
    person = permission.person
    return {
        "purposes": [_standing(key, found) for key, found in permission.standings.items()],
        "restricted": person.restricted,
        "paused_until": person.paused_until,
        "contact_hours": compact.hours_to_json(person.contact_hours),
        "removed_guesses": sorted(person.removed_guesses),
        "circumstances": [circumstance(row) for row in told],
    }


def _standing(purpose: str, standing: Standing) -> dict[str, Any]:
    deciding, served = standing.layer_for(None, None), standing.served
    return {
        "purpose": purpose,
        "decision": deciding.kind.value if deciding else None,
        "layers": [_layer(layer) for layer in standing.layers],
        "frequency": dict(standing.frequencies),
        "notice_served": served and {"version": served.version, "acted_at": served.acted_at},
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "decision": layer.kind.value,
        "acted_at": layer.acted_at,
        "channels": None if layer.channels is None else sorted(layer.channels),
        "data_categories": None if layer.categories is None else sorted(layer.categories),
        "notice_version": layer.notice_version,
        "explicit": layer.explicit,
        "actor": layer.actor.value,
        "pending_channels": sorted(layer.pending_channels),
    }


def past_act(event: ConsentEvent) -> dict[str, Any]:
    """Return one act of a person's history; evidence stays sealed."""
    notice = event.notice
    return {
        "sequence": event.sequence,
        "kind": event.kind,
        "purpose": event.purpose or None,
        "channels": event.channels,
        "data_categories": event.data_categories,
        "frequency": event.frequency,
        "notice": notice and {"version": notice.version, "locale": event.locale},
        "explicit": event.explicit,
        "method": event.method,
        "actor": event.actor,
        "acted_at": event.acted_at,
        "recorded_at": event.recorded_at,
        "until": event.until,
        "guess": event.details.get("guess"),
        "has_evidence": event.evidence_digest is not None,
        "receipt": str(event.receipt.pk) if hasattr(event, "receipt") else None,
    }


def circumstance(row: Circumstance) -> dict[str, Any]:
    """Return a circumstance on record."""
    return {"kind": row.kind, "since": row.since, "until": row.until}


def purpose(offered: Purpose, *, language: str, on: date) -> dict[str, Any]:
    """Return a purpose with the notice that is in force on `on`."""
    notice = offered.notice_on(on) or offered.notices[0]
    words = {locale: asdict(text) for locale, text in notice.words.items()}
    return {
        **content_of(offered),
        "title": notice.words[closest_locale(language)].title,
        "notice": {
            "version": notice.version,
            "locales": list(notice.words),
            "change": notice.change,
            "in_force_from": notice.in_force_from,
            "words": words,
        },
    }
