"""Acts on their way into the ledger: rows by column name, cheap enough for many at once."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from audit import jsontext
from consent import compact
from consent.act import ACTORS, KINDS, Act, Details
from consent.models import ConsentEvent, Notice, Receipt

# The columns of what many acts say alike, whoever says it and when.
IN_COMMON = (
    *("kind", "purpose", "purpose_version", "notice_id", "locale", "channels"),
    *("data_categories", "frequency", "explicit", "method", "actor"),
)
_FORM = "venia-act-1"
_GAP = "\0"  # PostgreSQL holds no such text, so none of ours is taken for it
_NO_DETAILS = Details()


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What acts that say the same have in common. Two are equal when they are one."""

    row: Mapping[str, Any]  # the columns `IN_COMMON`
    notice: Notice | None
    since: date | None  # when the notice came into force


@dataclass(slots=True)
class Draft:
    """One act; the ledger gives it its number, its link, its receipt and its sealed evidence."""

    row: dict[str, Any]  # every column of the ledger but `id`
    notice: Notice | None = None  # the text that was shown
    evidence: bytes | None = None  # canonical
    sealed: bytes | None = None
    receipt: uuid.UUID | None = None
    mail: bool = False  # a confirmation mail is due
    said: Said | None = None  # what its row has in common with others

    @property
    def act(self) -> Act:
        """Return what the fold needs of it."""
        return act_of(self.row, self.notice.version if self.notice else None)

    @property
    def covered(self) -> bytes:
        """Return what `covered` returns of its row."""
        row = self.row
        if self.said is None or row["details"] or row["until"]:
            return covered(row, self.notice)
        proof = row["evidence_digest"]
        own = (  # in the order of their names
            f'"{compact.instant(row["acted_at"])}"',
            "null" if proof is None else f'"{proof.hex()}"',
            row["sequence"],
            row["subject_id"],
        )
        return (_frame(self.said, row["caller"], row["recorded_at"]) % own).encode()


@cache
def columns() -> tuple[str, ...]:
    """Return the names of the ledger's columns but `id`, as the database has them."""
    fields = ConsentEvent._meta.concrete_fields
    return tuple(str(field.attname) for field in fields if not field.primary_key)


def row_of(event: ConsentEvent) -> dict[str, Any]:
    """Return the row of an act on record."""
    return {name: getattr(event, name) for name in columns()}


def event_of(draft: Draft, event_id: int) -> ConsentEvent:
    """Return the act on record that a draft has become."""
    event = ConsentEvent(id=event_id, **draft.row)
    event._state.adding = False
    event.notice = draft.notice
    if draft.receipt:
        event.receipt = Receipt(id=draft.receipt, event=event)
    return event


def covered(row: Mapping[str, Any], notice: Notice | None) -> bytes:
    """Return the bytes of an act that its link covers: every column, and the notice's own text."""
    until, proof = row["until"], row["evidence_digest"]
    body = {
        **row,
        "acted_at": compact.instant(row["acted_at"]),
        "recorded_at": compact.instant(row["recorded_at"]),
        "until": until and until.isoformat(),
        "evidence_digest": None if proof is None else bytes(proof).hex(),
    }
    del body["digest"], body["previous"]  # the link itself covers `previous`
    return _spelled(body, notice)


def _spelled(body: Mapping[str, Any], notice: Notice | None) -> bytes:
    shown = [notice.purpose, notice.version, notice.locale, notice.digest] if notice else []
    return jsontext.canonical([_FORM, body, shown])


@lru_cache(maxsize=1024)
def _frame(said: Said, caller: str, recorded_at: datetime) -> str:
    """Return what `covered` spells of acts that say the same, with a `%s` for what is their own."""
    body = {
        **said.row,
        **dict.fromkeys(("acted_at", "evidence_digest", "sequence", "subject_id"), _GAP),
        "caller": caller,
        "recorded_at": compact.instant(recorded_at),
        "details": {},
        "until": None,
    }
    text = _spelled(body, said.notice).decode()
    return text.replace("%", "%%").replace(jsontext.canonical(_GAP).decode(), "%s")


def trace(row: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return what the audit trail keeps of an act: its place in the chain, and its link.

    The trail is signed with a key that is not in the database, so whoever rewrites a chain whole,
    or cuts off its end, is still found out.
    """
    return {"sequence": row["sequence"], "purpose": row["purpose"], "link": row["digest"].hex()}


def act_of(row: Mapping[str, Any], notice_version: str | None) -> Act:
    """Return what the fold needs of an act in the ledger, and of the notice that was shown."""
    details = compact.details_from_json(row["details"]) if row["details"] else _NO_DETAILS
    channels, categories = row["channels"], row["data_categories"]
    return Act(
        kind=KINDS[row["kind"]],
        sequence=row["sequence"],
        acted_at=row["acted_at"],
        purpose=row["purpose"],
        notice_version=notice_version,
        channels=None if channels is None else frozenset(channels),
        categories=None if categories is None else frozenset(categories),
        frequency=row["frequency"],
        explicit=row["explicit"],
        actor=ACTORS[row["actor"]],
        email_proved=details.double_opt_in_at is not None,
        confirms=details.confirms,
        until=row["until"],
        hours=details.hours,
        guess=details.guess,
    )
