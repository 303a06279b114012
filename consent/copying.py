"""Writes additions of many subjects at once: by COPY where rows are only added."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import msgspec

from audit import loading, prepared
from audit import operations as audit
from consent import drafts, writing
from consent.additions import Addition

_IDS = """SELECT nextval(pg_get_serial_sequence('consent_consentevent', 'id'))
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
    receipts = ((draft.receipt, number) for number, draft in numbered if draft.receipt)
    loading.copy("consent_receipt", ("id", "event_id"), receipts)
    _keep(additions)
    audit.record_all(trail)


def _values(row: dict[str, Any]) -> tuple[Any, ...]:
    told = row | {"details": msgspec.json.encode(row["details"]).decode()}
    return tuple(told[name] for name in drafts.columns())


def _keep(additions: Sequence[Addition]) -> None:
    standings = f"{writing.STANDINGS.format('$1')} {writing.REPLACED}"
    prepared.run(standings, [writing.standings(additions)])
    added, renewed = writing.persons()
    persons = msgspec.json.encode([addition.person for addition in additions])
    prepared.run(f"{added.format('$1')} {renewed}", [persons])
