"""
Runs the statements of the check path as PostgreSQL plans them: once per connection.

Django sends the values inside the text, so PostgreSQL plans each execution anew; for the one
statement that a check reads with, planning costs several times what the reading does. Values go
and come in PostgreSQL's binary form: there is nothing to quote, and little to parse.
"""

import functools
import struct
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar, cast

from psycopg.adapt import AdaptersMap, Transformer
from psycopg.types.string import ByteaBinaryLoader

from audit import prepared

T = TypeVar("T")
Row = tuple[bytes | None, ...]
Values = list[bytes | None]
"""A row that is written, column by column."""

TYPES = {"bytea": 17, "bigint": 20, "smallint": 21, "integer": 23, "text": 25}
TYPES |= {"date": 1082, "timestamptz": 1184, "uuid": 2950}
"""What our statements exchange, and the numbers under which PostgreSQL knows it."""
_SIZES = {"bigint": 8, "smallint": 2, "integer": 4, "date": 4, "timestamptz": 8, "uuid": 16}

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NULL = b"\xff\xff\xff\xff"
_int16, _int32, _int64 = struct.Struct(">h"), struct.Struct(">i"), struct.Struct(">q")
_head = struct.Struct(">iiIii")


class _Context(NamedTuple):
    """What the driver reads rows with: whatever their type, as they were sent."""

    adapters: AdaptersMap
    connection: None = None


_WHATEVER = 0  # the number of no type: what is known of no other
_as_sent = _Context(AdaptersMap())
_as_sent.adapters.register_loader(_WHATEVER, ByteaBinaryLoader)


def run(statement: str, values: Sequence[bytes | None]) -> list[Row]:
    """
    Execute `statement`, with `$1`… for `values` in PostgreSQL's binary form; return its rows so.

    Takes part in the transaction that Django has open, if any; otherwise it is one of its own.
    `statement` comes from a small fixed set: each stays prepared while the connection lives.

    :raises django.db.Error: as Django's own cursor does.
    """
    return rows(statement, values, tuple)


def rows(
    statement: str, values: Sequence[bytes | None], row: Callable[[Sequence[Any]], T]
) -> list[T]:
    """Do as `run`, and return each row as `row` makes it."""
    found = prepared.executed(statement, values, is_binary=True)
    reader = Transformer(_as_sent)
    reader.set_pgresult(found)
    return reader.load_rows(0, found.ntuples, row)


def text(value: str | None) -> bytes | None:
    """Return the form of a text; a NUL, which PostgreSQL cannot hold, becomes U+FFFD."""
    return None if value is None else value.replace("\0", "\ufffd").encode()


def smallint(value: int) -> bytes:
    """Return the form of a smallint."""
    return _int16.pack(value)


def integer(value: int | None) -> bytes | None:
    """Return the form of an integer."""
    return None if value is None else _int32.pack(value)


def bigint(value: int | None) -> bytes | None:
    """Return the form of a bigint."""
    return None if value is None else _int64.pack(value)


@functools.lru_cache(maxsize=8)  # all of a batch are of one moment
def moment(at: datetime) -> bytes:
    """Return the form of a timestamptz; `at` is aware, and kept to the microsecond."""
    return _int64.pack((at - _EPOCH) // _MICROSECOND)


def number(form: bytes | None) -> int | None:
    """Return the whole number of whatever size that PostgreSQL wrote."""
    return None if form is None else int.from_bytes(form, "big", signed=True)


def array(kind: str, values: Sequence[bytes | None]) -> bytes:
    """Return the form of an array of `values`, each in the form of `kind`."""
    if not values:
        return _empty(kind)
    if kind in _SIZES:
        with suppress(TypeError):  # there is a NULL among them
            return _of_one_size(kind, _SIZES[kind], cast(Sequence[bytes], values))
    sizes = {None if value is None else len(value) for value in values}
    if len(sizes) == 1 and None not in sizes:
        return _of_one_size(kind, len(values[0] or b""), cast(Sequence[bytes], values))
    head = _head.pack(1, None in sizes, TYPES[kind], len(values), 1)
    return head + b"".join(_members(values))


def _of_one_size(kind: str, size: int, values: Sequence[bytes]) -> bytes:
    """Return the array at once, as that of most columns can be."""
    between = _int32.pack(size)
    return _head.pack(1, 0, TYPES[kind], len(values), 1) + between + between.join(values)


def _empty(kind: str) -> bytes:
    return _head.pack(0, 0, TYPES[kind], 0, 0)[:12]


def _members(values: Iterable[bytes | None]) -> list[bytes]:
    parts: list[bytes] = []
    for value in values:
        parts += (_NULL,) if value is None else (_int32.pack(len(value)), value)
    return parts
