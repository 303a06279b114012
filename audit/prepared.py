"""
Runs the statements of checks and acts as PostgreSQL plans them: once per connection.

Django sends the values inside the text, so PostgreSQL plans each execution anew; for the one
statement that a check reads with, planning costs several times what the reading does.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import cast
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Row = tuple[bytes | None, ...]

_names = itertools.count(1)
_prepared: WeakKeyDictionary[psycopg.Connection, dict[str, bytes]] = WeakKeyDictionary()


def run(statement: str, values: Sequence[bytes | None]) -> list[Row]:
    """
    Execute `statement`, with `$1`… for `values` in PostgreSQL's text form, and return its rows so.

    Takes part in the transaction that Django has open, if any; otherwise it is one of its own.
    `statement` comes from a small fixed set: each stays prepared while the connection lives.

    :raises django.db.Error: as Django's own cursor does.
    """
    found = executed(statement, values)
    width = range(found.nfields)
    return [tuple(found.get_value(row, column) for column in width) for row in range(found.ntuples)]


def executed(
    statement: str, values: Sequence[bytes | None], *, is_binary: bool = False
) -> PGresult:
    """
    Do as `run`, and return what PostgreSQL answered; `is_binary`: values and rows are so.

    :raises django.db.Error: as Django's own cursor does.
    """
    database = connections[DEFAULT_DB_ALIAS]
    database.close_if_health_check_failed()
    database.ensure_connection()
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        return _executed(database, statement, values, int(is_binary))


def array(values: Iterable[bytes | None]) -> bytes:
    """Return the text form of an array of `values`."""
    return b"{" + b",".join(map(_element, values)) + b"}"


def text(value: str | None) -> bytes | None:
    """Return the text form of a text; a NUL, which PostgreSQL cannot hold, becomes U+FFFD."""
    return None if value is None else value.replace("\0", "\ufffd").encode()


def _element(value: bytes | None) -> bytes:
    if value is None:
        return b"NULL"
    return b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _executed(
    database: BaseDatabaseWrapper, text: str, values: Sequence[bytes | None], form: int
) -> PGresult:
    driver: psycopg.Connection = database.connection
    raw = driver.pgconn
    if database.in_atomic_block and raw.transaction_status == TransactionStatus.IDLE:
        _checked(raw.exec_(b"BEGIN"))  # the driver would have sent it with its first statement
    kept = _prepared.get(driver) or _prepared.setdefault(driver, {})
    name = kept.get(text) or _prepare(raw, text)
    kept.pop(text, None)  # a statement that failed once is prepared anew the next time
    given = cast(Sequence[bytes], values)  # None is NULL
    found = _checked(raw.exec_prepared(name, given, (form,) * len(values), form))
    kept[text] = name
    return found


def _prepare(raw: PGconn, text: str) -> bytes:
    name = f"venia_{next(_names)}".encode()
    _checked(raw.prepare(name, text.encode()))
    return name


def _checked(found: PGresult) -> PGresult:
    if found.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        return found
    message = (found.error_message or b"").decode("utf-8", "replace").strip()
    state = found.error_field(DiagnosticField.SQLSTATE)
    kind = psycopg.errors.lookup(state.decode()) if state else psycopg.OperationalError
    raise kind(message)
