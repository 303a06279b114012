"""Writes additions of many subjects at once: by COPY where rows are new."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

import msgspec

from audit import loading, prepared
from audit import operations as audit
from consent import compact, drafts, writing
from consent.additions import Addition
from consent.models import ConsentEvent

_IDS = """SELECT json_agg(nextval(
    (SELECT pg_get_serial_sequence('consent_consentevent', 'id')::regclass)))
FROM generate_series(1, $1::bigint)"""
_STANDING = ("subject_id", "purpose", "standing")


def write_all(additions: Sequence[Addition], *, trail: Iterable[audit.Entry]) -> None:
    """
    Write additions, each of another subject, and what the audit trail says of them.

    The caller holds the subjects' locks, in a transaction.
    """
    written = list(chain.from_iterable(addition.drafts for addition in additions))
    if not written:
        return
    numbered = list(zip(_ids(len(written)), written, strict=True))
    acts = (f"{number}\t{_line(draft.row)}" for number, draft in numbered)
    loading.copy_lines("consent_consentevent", ("id", *drafts.columns()), acts)
    proofs = (f"{number}\t{loading.hexed(d.sealed)}" for number, d in numbered if d.sealed)
    loading.copy_lines("consent_consentevidence", ("event_id", "sealed"), proofs)
    receipts = (f"{draft.receipt.hex}\t{number}" for number, draft in numbered if draft.receipt)
    loading.copy_lines("consent_receipt", ("id", "event_id"), receipts)
    _keep(additions)
    audit.record_all(trail)


def _ids(count: int) -> list[int]:
    [(found,)] = prepared.run(_IDS, [b"%d" % count])
    return msgspec.json.decode(found or b"", type=list[int])


def _line(row: Mapping[str, Any]) -> str:
    """Return a row in the order of the columns, as `loading.copy_lines` takes it."""
    values, fields = _in_order()
    return "\t".join([field(value) for field, value in zip(fields, values(row), strict=True)])


@cache
def _in_order() -> tuple[Callable[[Mapping[str, Any]], tuple[Any, ...]], list[Callable[..., str]]]:
    """Return what takes the values of a row, and what writes each of them."""
    kinds = {str(field.attname): field.get_internal_type() for field in _columns()}
    return itemgetter(*kinds), [_FIELDS[kind] for kind in kinds.values()]


def _columns() -> list[Any]:
    return [field for field in ConsentEvent._meta.concrete_fields if not field.primary_key]


@lru_cache(maxsize=512)
def _names(*names: str) -> str:
    return loading.field(prepared.array(map(prepared.text, names)).decode())


def _array(names: Collection[str] | None) -> str:
    return _NULL if names is None else _names(*names)


def _number(value: int | None) -> str:
    return _NULL if value is None else str(value)


def _json(value: Mapping[str, Any]) -> str:
    return loading.field(msgspec.json.encode(value).decode()) if value else "{}"


_NULL = loading.field(None)
_WORD = lru_cache(maxsize=512)(loading.field)  # the same few in every act, and about nobody
_FIELDS: Mapping[str, Callable[..., str]] = {
    "ArrayField": _array,
    "BinaryField": loading.hexed,
    "BooleanField": str,
    "CharField": _WORD,
    "DateField": lambda day: _NULL if day is None else str(day),
    "DateTimeField": compact.instant,
    "ForeignKey": _number,
    "JSONField": _json,
    "PositiveIntegerField": _number,
}


def _keep(additions: Sequence[Addition]) -> None:
    """Write what stands; by COPY where nothing stood, as nobody else can add it meanwhile."""
    new = (
        f"{one.subject_key}\t{_WORD(key)}\t{_json(compact.to_json(found))}"
        for one in additions
        for key, found in one.standings.items()
        if key not in one.stood
    )
    loading.copy_lines("consent_consentstate", _STANDING, new)
    if changed := [_without_new(one) for one in additions if one.stood]:
        replaced = f"{writing.STANDINGS.format('$1')} {writing.REPLACED}"
        prepared.run(replaced, [writing.standings(changed)])
    added, renewed = writing.persons()
    persons = msgspec.json.encode([addition.person for addition in additions])
    prepared.run(f"{added.format('$1')} {renewed}", [persons])


def _without_new(addition: Addition) -> Addition:
    standings = addition.standings.items()
    return replace(addition, standings={k: found for k, found in standings if k in addition.stood})
