"""Writes additions of many subjects at once: by COPY where rows are new."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

import msgspec

from audit import loading, prepared
from audit import operations as audit
from consent import compact, drafts, writing
from consent.additions import Addition, settle
from consent.drafts import Draft, Said
from consent.models import ConsentEvent
from consent.state import Standing

Trail = Callable[[Addition], Iterable[audit.Entry]]
Columns = Mapping[str, Callable[..., str]]  # what writes each, by name

_IDS = """SELECT json_agg(nextval(
    (SELECT pg_get_serial_sequence('consent_consentevent', 'id')::regclass)))
FROM generate_series(1, $1::bigint)"""
_STANDING = ("subject_id", "purpose", "standing")


@dataclass(slots=True)
class _Rows:
    """Rows on their way, as `loading.copy_lines` takes them."""

    acts: list[str] = field(default_factory=list)  # still without their ids
    proofs: list[tuple[int, str]] = field(default_factory=list)  # each with its act's place
    receipts: list[tuple[int, str]] = field(default_factory=list)
    trail: list[audit.Entry] = field(default_factory=list)
    persons: list[Mapping[str, Any]] = field(default_factory=list)
    standings: list[str] = field(default_factory=list)
    changed: list[Addition] = field(default_factory=list)  # with what is not new of what stands

    def take(self, addition: Addition) -> None:
        """Take over the acts of an addition."""
        for draft in addition.drafts:
            place = len(self.acts)
            self.acts.append(_line(draft))
            if draft.sealed:
                self.proofs.append((place, loading.hexed(draft.sealed)))
            if draft.receipt:
                self.receipts.append((place, draft.receipt.hex))

    def follow(self, addition: Addition) -> None:
        """Take over what stands after an addition that is settled."""
        self.persons.append(addition.person)
        again: dict[str, Standing] = {}
        for key, found in addition.standings.items():
            if key in addition.stood:
                again[key] = found
            else:
                standing = loading.json(compact.to_json(found))
                self.standings.append(f"{addition.subject_key}\t{_WORD(key)}\t{standing}")
        if again:
            self.changed.append(replace(addition, standings=again))


def write_all(additions: Iterable[Addition], *, trail: Trail) -> None:
    """
    Settle and write additions, each of another subject, and what the audit trail says of them.

    Each is spelled as soon as it comes, while the processor still has it at hand, and then let go.
    The caller holds the subjects' locks, in a transaction.
    """
    rows = _Rows()
    unsure = []
    for addition in additions:
        rows.take(addition)
        rows.trail += trail(addition)
        if addition.unsure:
            unsure.append(addition)
        else:
            rows.follow(addition)
    settle(unsure)
    for addition in unsure:
        rows.follow(addition)
    if rows.acts:
        _write(rows)


def _write(rows: _Rows) -> None:
    ids = _ids(len(rows.acts))
    acts = (f"{number}\t{act}" for number, act in zip(ids, rows.acts, strict=True))
    names = (name for columns in _columns() for name in columns)
    loading.copy_lines("consent_consentevent", ("id", *names), acts)
    proofs = (f"{ids[place]}\t{proof}" for place, proof in rows.proofs)
    loading.copy_lines("consent_consentevidence", ("event_id", "sealed"), proofs)
    receipts = (f"{ids[place]}\t{receipt}" for place, receipt in rows.receipts)
    loading.copy_lines("consent_receipt", ("event_id", "id"), receipts)
    # What is new nobody else can add meanwhile; the rest replaces what stood.
    loading.copy_lines("consent_consentstate", _STANDING, rows.standings)
    if rows.changed:
        replaced = f"{writing.STANDINGS.format('$1')} {writing.REPLACED}"
        prepared.run(replaced, [writing.standings(rows.changed)])
    added, renewed = writing.persons()
    prepared.run(f"{added.format('$1')} {renewed}", [msgspec.json.encode(rows.persons)])
    audit.record_all(rows.trail)


def _ids(count: int) -> list[int]:
    [(found,)] = prepared.run(_IDS, [b"%d" % count])
    return msgspec.json.decode(found or b"", type=list[int])


def _line(draft: Draft) -> str:
    """Return an act in the order of `_columns`, as `loading.copy_lines` takes it."""
    own, common = _columns()
    alike = _alike(draft.said) if draft.said else _spelled(draft.row, common)
    return f"{_spelled(draft.row, own)}\t{alike}"


@lru_cache(maxsize=1024)
def _alike(said: Said) -> str:
    _, common = _columns()
    return _spelled(said.row, common)


def _spelled(row: Mapping[str, Any], columns: Columns) -> str:
    return "\t".join([spelled(row[name]) for name, spelled in columns.items()])


@cache
def _columns() -> tuple[Columns, Columns]:
    """Return by name what writes the columns: those of an act of its own, and the others."""
    fields = {
        str(column.attname): _FIELDS[column.get_internal_type(), column.null]
        for column in ConsentEvent._meta.concrete_fields
        if not column.primary_key
    }
    common = {name: fields.pop(name) for name in drafts.IN_COMMON}
    return fields, common


@lru_cache(maxsize=512)
def _names(*names: str) -> str:
    return loading.field(prepared.array(map(prepared.text, names)).decode())


def _array(names: Collection[str] | None) -> str:
    return _NULL if names is None else _names(*names)


def _plain(value: object) -> str:
    return _NULL if value is None else str(value)


def _json(value: Mapping[str, Any]) -> str:
    return loading.json(value) if value else "{}"


_NULL = loading.field(None)
_FEW: Callable[..., Callable[..., str]] = lru_cache(maxsize=512)  # few in all acts, about nobody
_WORD, _FIGURE = _FEW(loading.field), _FEW(_plain)
_FIELDS: Mapping[tuple[str, bool], Callable[..., str]] = {  # by kind, and whether it may be NULL
    ("ArrayField", True): _array,
    ("BinaryField", False): loading.hexed,
    ("BinaryField", True): loading.hexed,
    ("BooleanField", False): str,
    ("CharField", False): _WORD,
    ("CharField", True): _WORD,
    ("DateField", True): _FIGURE,
    ("DateTimeField", False): compact.instant,
    ("ForeignKey", False): str,
    ("ForeignKey", True): _FIGURE,
    ("JSONField", False): _json,
    ("PositiveIntegerField", False): str,
    ("PositiveIntegerField", True): _FIGURE,
}
