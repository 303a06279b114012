"""
The archive of a package: every table as JSON and CSV, the schema, the report, the files.

Written once from front to back, a row at a time, so that its size is no matter of memory.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from rights.access.tables import Row, Table

REPORT, SCHEMA, README = "report.pdf", "schema.json", "README.txt"
_MANY = 256 * 1024  # rows are handed on in pieces of this many characters


@dataclass(frozen=True, slots=True)
class Filled:
    """A table with a way to read its rows, as often as they are needed."""

    table: Table
    rows: Callable[[], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class File:
    """A file that lies in the archive as it came."""

    path: str
    content: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Counted:
    """A table that was written, and how many rows it has."""

    table: Table
    rows: int


class Archive:
    """A ZIP file that is being written to a stream which cannot be read or wound back."""

    def __init__(self, sink: io.RawIOBase, *, made_at: datetime) -> None:
        self._zip = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._made = made_at.timetuple()[:6]

    def tables(self, filled: Iterable[Filled]) -> list[Counted]:
        """Write tables that have rows, each twice; return all of them with their counts."""
        return [self._table(one) for one in filled]

    def _table(self, one: Filled) -> Counted:
        first = next(one.rows(), None)
        if first is None:
            return Counted(one.table, 0)
        path = one.table.path
        self._write(f"{path}.csv", _csv(one))
        counts: list[int] = []
        self._write(f"{path}.json", _json(one, counts))
        return Counted(one.table, counts[0])

    def file(self, path: str, content: bytes) -> None:
        """Write one file whole."""
        self._zip.writestr(self._entry(path), content)

    def close(self) -> None:
        """Write the directory of the archive; nothing can be added afterwards."""
        self._zip.close()

    def _write(self, path: str, pieces: Iterable[str]) -> None:
        with self._zip.open(self._entry(path), "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece.encode())

    def _entry(self, path: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(path, self._made)
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry


def _json(one: Filled, counts: list[int]) -> Iterator[str]:
    written, waiting, size = 0, ["["], 0
    for row in one.rows():
        text = json.dumps(plain(_only(row, one.table)), ensure_ascii=False)
        waiting.append(("\n" if written == 0 else ",\n") + text)
        written, size = written + 1, size + len(text)
        if size > _MANY:
            yield "".join(waiting)
            waiting, size = [], 0
    counts.append(written)
    yield "".join([*waiting, "\n]\n"])


def _csv(one: Filled) -> Iterator[str]:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.key for column in one.table.columns])
    for row in one.rows():
        writer.writerow([_cell(value) for value in plain(_only(row, one.table)).values()])
        if text.tell() > _MANY:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _only(row: Row, table: Table) -> dict[str, Any]:
    return {column.key: row.get(column.key) for column in table.columns}


def plain(value: Any) -> Any:
    """Return a value as JSON has it: times as ISO 8601 with their zone, lists and objects whole."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value


def _cell(value: Any) -> Any:
    if isinstance(value, list) and not any(isinstance(inner, dict | list) for inner in value):
        value = "; ".join(map(str, value))
    elif isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value[:1] in ("=", "@", "\t", "\r"):
        return f"'{value}"  # a spreadsheet would run it
    return "" if value is None else value


def schema(counted: Sequence[Counted], *, locale: str) -> list[dict[str, Any]]:
    """Return what `schema.json` says of the tables."""
    return [
        {
            "system": one.table.system,
            "table": one.table.key,
            "title": one.table.title[locale],
            "rows": one.rows,
            "json": f"{one.table.path}.json" if one.rows else None,
            "csv": f"{one.table.path}.csv" if one.rows else None,
            "columns": [
                {
                    "key": column.key,
                    "title": column.title[locale],
                    "category": column.category,
                    "origin": column.origin,
                    "others_hidden": column.free_text or column.third_party,
                }
                for column in one.table.columns
            ],
        }
        for one in counted
    ]
