"""What systems told of a person, brought into the tables that they declared. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from rights.access.tables import ONE, Row, Table


def rows_of(report: Mapping[str, Any], table: str, declared: Table) -> list[Row]:
    """
    Return the rows of one table of an export; a column that was not declared is left out.

    A system may tell rows (`{"orders": [{"total": 1}]}`) or columns (`{"orders.total": [1]}`).
    """
    records = report.get("records", {})
    known = [column.key for column in declared.columns]
    rows = [*_as_rows(records, table), *_as_columns(records, table, known)]
    return [{key: row.get(key) for key in known} for row in rows]


def undeclared(report: Mapping[str, Any], tables: Mapping[str, Table]) -> list[str]:
    """Return the names that a system told and never declared: counted and said, not shown."""
    told = set(report.get("records", {}))
    return sorted(name for name in told if not _is_declared(name, tables))


def _is_declared(name: str, tables: Mapping[str, Table]) -> bool:
    if name in tables:
        return True
    table, _, column = name.rpartition(".")
    found = tables.get(table or ONE)
    return found is not None and any(known.key == column for known in found.columns)


def _as_rows(records: Mapping[str, Any], table: str) -> Iterator[Row]:
    told = records.get(table)
    if isinstance(told, Mapping):
        yield told
    elif isinstance(told, list):
        yield from (row for row in told if isinstance(row, Mapping))


def _as_columns(records: Mapping[str, Any], table: str, known: Sequence[str]) -> Iterator[Row]:
    prefix = "" if table == ONE else f"{table}."
    told = {key: records[prefix + key] for key in known if prefix + key in records}
    lists = {key: value if isinstance(value, list) else [value] for key, value in told.items()}
    for values in zip_longest(*lists.values()):
        yield dict(zip(lists, values, strict=True))
