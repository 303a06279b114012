"""What is copied into the ledger is what the driver itself would have written."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import loading
from config import grants
from consent import copying, drafts
from consent.drafts import Draft, Said

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_ODD = st.sampled_from(["\\N", "a\tb\\", '"', "{,}", "null", "NULL", "", " ", "\r\n", "\x01\\."])
_WORD = _TEXT | _ODD
_MOMENT = st.datetimes(
    datetime(1900, 1, 1, tzinfo=UTC).replace(tzinfo=None), timezones=st.timezones()
)
_NUMBER = st.integers(0, 2**31 - 1)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "subject_id": st.integers(0, 2**63 - 1),
    "sequence": _NUMBER,
    "purpose_version": st.none() | _NUMBER,
    "notice_id": st.none() | _NUMBER,
    "channels": st.none() | st.lists(_WORD, max_size=3),
    "data_categories": st.none() | st.lists(_WORD, max_size=3),
    "frequency": st.none() | st.sampled_from(["weekly", "\\N"]),
    "explicit": st.booleans(),
    "kind": st.sampled_from(["granted", "\\.", "a\tb"]),
    "actor": st.sampled_from(["subject", "\n"]),
    "acted_at": _MOMENT,
    "recorded_at": _MOMENT,
    "until": st.none() | st.dates(),
    "details": st.dictionaries(_TEXT, st.none() | st.integers() | _WORD, max_size=3),
    "evidence_digest": st.none() | st.binary(),
    "previous": st.binary(),
    "digest": st.binary(),
}
_ROW = st.fixed_dictionaries({name: _VALUES.get(name, _WORD) for name in drafts.columns()})


def _copied(
    copy: Callable[..., None], names: Iterable[str], rows: Iterable[Any]
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS copied")
        cursor.execute("CREATE TEMP TABLE copied (LIKE consent_consentevent)")
        copy("copied", ("id", *names), rows)
        cursor.execute("SELECT copied::text FROM copied ORDER BY id")
        return list(cursor.fetchall())


@pytest.mark.usefixtures("committed_db")
def test_rows_arrive_as_the_driver_would_write_them() -> None:
    with grants.as_owner():  # who may make a table to compare in
        _compared()


@settings(max_examples=30, deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=5))
def _compared(rows: list[dict[str, Any]]) -> None:
    told = [row | {"details": msgspec.json.encode(row["details"]).decode()} for row in rows]
    plainly = [(n, *(row[name] for name in drafts.columns())) for n, row in enumerate(told)]
    names = [name for columns in copying._columns() for name in columns]
    for said in (_said, lambda row: None):
        lines = (copying._line(Draft(row, said=said(row))) for row in rows)
        numbered = [f"{n}\t{line}" for n, line in enumerate(lines)]
        copied = _copied(loading.copy_lines, names, numbered)
        assert copied == _copied(loading.copy, drafts.columns(), plainly)


def _said(row: dict[str, Any]) -> Said:
    return Said({name: row[name] for name in drafts.IN_COMMON}, None, None)
