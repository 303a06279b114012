"""Decisions about a person in plain sentences, made from the record of each decision alone."""

import functools
import tomllib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.utils.translation import gettext as _

import policies
from consent import queries as consent
from consent.act import Kind
from consent.catalogue import Purpose
from jurisdictions.load import laws
from policies import queries
from portal import words
from portal.grounds import Mode, grounds
from portal.selection import chosen, is_on
from portal.visitor import Visitor

PREFIX = "dec_"
_ON_ACTS = {
    "consent": Kind.GRANTED,
    "explicit_consent": Kind.GRANTED,
    "tacit_consent": Kind.NOTICE_SERVED,
}
_TONES = {"permit": "yes", "needs_human": "wait"}


class Record(Protocol):
    """A stored decision, as far as pages tell it."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def at(self) -> datetime: ...
    @property
    def purpose(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def question(self) -> Any: ...
    @property
    def answer(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Used:
    """A kind of data, and how the company came by it."""

    what: str
    origin: str


@dataclass(frozen=True, slots=True)
class Permission:
    """The act of the person on which a decision rested."""

    at: datetime
    receipt: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Known:
    """What stands for the visitor now: permissions, newest first, and what may be stopped."""

    permissions: Sequence[tuple[str, str, Permission]]
    running: Mapping[str, frozenset[str]]  # channels by purpose, where the person may end it


@dataclass(frozen=True, slots=True)
class Explained:
    """One decision as a page tells it. `tone` is yes, no or wait."""

    id: str
    at: datetime
    tone: str
    sentence: str
    title: str
    purpose: str  # key; empty when it is no longer offered
    action: str
    channel: str
    channel_key: str
    used: list[Used]
    not_used: list[str]
    permission: Permission | None
    basis: str
    laws: str
    can_stop: bool
    can_slow: bool

    @property
    def anchor(self) -> str:
        return self.id.removeprefix(PREFIX)


def parsed(decision: str) -> uuid.UUID | None:
    """Return the id in `dec_…`; None when it cannot be one."""
    try:
        return uuid.UUID(decision.removeprefix(PREFIX))
    except ValueError:
        return None


def about(visitor: Visitor, decision: str) -> Explained | None:
    """Return one decision about the visitor; None when it is nobody's, or somebody else's."""
    number = parsed(decision)
    record = queries.decision(number) if number else None
    if record is None or record.subject_key != visitor.subject_key:
        return None
    return explained(record, visitor, known=_known(visitor))


def listed(visitor: Visitor, *, first: int, most: int) -> tuple[list[Explained], bool]:
    """Return decisions about the visitor, newest first, and whether there are more."""
    rows = list(queries.decisions_about(visitor.subject_key)[first : first + most + 1])
    known = _known(visitor)
    told = [explained(row, visitor, known=known) for row in rows[:most]]
    return told, len(rows) > most


def explained(record: Record, visitor: Visitor, *, known: Known) -> Explained:
    """Return how a page tells `record`."""
    answer, codes = record.answer, [reason["code"] for reason in record.answer["reasons"]]
    offered = consent.purposes().get(record.purpose)
    channel = record.question.get("channel", "")
    return Explained(
        id=f"{PREFIX}{record.id}",
        at=record.at,
        tone=_TONES.get(answer["effect"], "no"),
        sentence=_sentence(answer, visitor),
        title=words.purpose(record.purpose),
        purpose=record.purpose if offered else "",
        action=words.label("actions", record.action),
        channel=words.label("channels", channel) if channel else "",
        channel_key=channel,
        used=_used(record),
        not_used=list(_not_used(answer)),
        permission=_permission(record, codes, known.permissions),
        basis=words.label("bases", codes[0]) if answer["effect"] == "permit" else "",
        laws="; ".join(laws()[code].name for code in answer.get("laws", ()) if code in laws()),
        can_stop=record.purpose in known.running,
        can_slow=channel in known.running.get(record.purpose, ()) and _is_paced(offered),
    )


def _sentence(answer: Mapping[str, Any], visitor: Visitor) -> str:
    """What the caller could have shown; where it told of others, that nothing was done."""
    texts = answer.get("reason_user") or {}
    if visitor.locale in texts:
        return str(texts[visitor.locale])
    return _("This time we did not do it.")


def _used(record: Record) -> list[Used]:
    permitted = record.answer.get("data", {}).get("permitted", ())
    origins = {item["category"]: item.get("origin") for item in record.question.get("data", ())}
    return [
        Used(
            words.beginning(words.phrase("data_categories", category)),
            words.phrase("origins", origins[category]) if origins.get(category) else "",
        )
        for category in permitted
    ]


def _not_used(answer: Mapping[str, Any]) -> Iterator[str]:
    for item in answer.get("data", {}).get("withheld", ()):
        texts = _withheld().get(item["code"])
        if texts:
            what = words.phrase("data_categories", item["category"])
            yield texts[words.locale()].format(data=what)


def _permission(
    record: Record, codes: Sequence[str], permissions: Sequence[tuple[str, str, Permission]]
) -> Permission | None:
    kinds = {_ON_ACTS[code] for code in codes if code in _ON_ACTS}
    for kind, purpose, permission in permissions:
        if purpose == record.purpose and kind in kinds and permission.at <= record.at:
            return permission
    return None


def _known(visitor: Visitor) -> Known:
    found = grounds(visitor.subject_key, at=visitor.at)
    optional = (one for one in found if one.mode not in (Mode.NEEDED, Mode.CLOSED))
    running = {one.purpose.key: chosen(one).channels for one in optional if is_on(one)}
    return Known(_permissions(visitor), running)


def _is_paced(offered: Purpose | None) -> bool:
    return offered is not None and offered.contact_limits


def _permissions(visitor: Visitor) -> list[tuple[str, str, Permission]]:
    acts = consent.history(visitor.subject_key).select_related("receipt")
    wanted = acts.filter(kind__in=set(_ON_ACTS.values())).order_by("-acted_at", "-sequence")
    return [
        (row.kind, row.purpose, Permission(row.acted_at, row.receipt.pk))
        for row in wanted
        if hasattr(row, "receipt")
    ]


@functools.cache
def _withheld() -> dict[str, Any]:
    file = Path(policies.__file__).parent / "explanations" / "withheld.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
