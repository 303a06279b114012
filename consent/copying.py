"""Writes additions of many subjects at once: by COPY where rows are only added."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

import msgspec

from audit import loading, prepared
from audit import operations as audit
from consent import drafts, writing
from consent.additions import Addition

_IDS = """SELECT nextval((SELECT pg_get_serial_sequence('consent_consentevent', 'id')::regclass))
FROM generate_series(1, $1::bigint)"""


def write_all(additions: Sequence[Addition], *, trail: Iterable[audit.Entry]) -> None:
    """
    Write additions, each of another subject, and what the audit trail says of them.

    The caller holds the subjects' locks, in a transaction.
    """
    written = list(chain.from_iterable(addition.drafts for addition in additions))
    if not written:
        return
    ids = [int(found or b"") for (found,) in prepared.run(_IDS, [b"%d" % len(written)])]
    numbered = list(zip(ids, written, strict=True))
    acts = ((number, *_values(draft.row)) for number, draft in numbered)
    loading.copy("consent_consentevent", ("id", *drafts.columns()), acts)
    proofs = ((number, draft.sealed) for number, draft in numbered if draft.sealed)
    loading.copy("consent_consentevidence", ("event_id", "sealed"), proofs)
    receipts = ((draft.receipt.hex, number) for number, draft in numbered if draft.receipt)
    loading.copy("consent_receipt", ("id", "event_id"), receipts)
    _keep(additions)
    audit.record_all(trail)


def _values(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return a row in the order of the columns; as text what the driver is slow to write."""
    told = {
        **row,
        "channels": row["channels"] and _array(*row["channels"]),
        "data_categories": row["data_categories"] and _array(*row["data_categories"]),
        "acted_at": str(row["acted_at"]),
        "recorded_at": str(row["recorded_at"]),
        "details": msgspec.json.encode(row["details"]).decode() if row["details"] else "{}",
    }
    return _in_order()(told)


@cache
def _in_order() -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    return itemgetter(*drafts.columns())


@lru_cache(maxsize=512)
def _array(*names: str) -> str:
    """Return the text form of an array; the same few come in every act, and tell of nobody."""
    return prepared.array(map(prepared.text, names)).decode()


def _keep(additions: Sequence[Addition]) -> None:
    standings = f"{writing.STANDINGS.format('$1')} {writing.REPLACED}"
    prepared.run(standings, [writing.standings(additions)])
    added, renewed = writing.persons()
    persons = msgspec.json.encode([addition.person for addition in additions])
    prepared.run(f"{added.format('$1')} {renewed}", [persons])
