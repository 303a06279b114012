"""
A system whose own database is written: by a declared map, in one transaction, after a dry run.

The application of that company is not asked, so the map says what its tables mean.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql

from rights.systems import sql_changes
from rights.systems.declaration import System, Work
from rights.systems.protocol import DONE, KEPT, NOTHING, Answer, Call, Failed, Settled
from rights.systems.secrets import secret_of
from rights.systems.sql_person import Connection, Rows, TooManyRows, find, named, told
from rights.systems.tables import SqlMap

_CONNECT_SECONDS, _LOCK_SECONDS = 10, 5
_READING = frozenset({Work.EXPORT, Work.VERIFY})


def call(system: System, call: Call) -> Answer:
    """
    Do one work in a company's database; a connector.

    Either all of it is committed or nothing. A second call finds it done and changes no more.
    """
    address = secret_of(system.key)
    if not address or system.sql is None:
        return Failed("secret_missing", lasting=True)
    try:
        with psycopg.connect(address, connect_timeout=_CONNECT_SECONDS) as connection:
            _limit(connection, system.sql, reading=call.work in _READING)
            found = find(connection, system.sql, call.identifiers)
            if not told(found):
                return Settled(NOTHING, {"held": {}} if call.work == Work.VERIFY else {})
            return _DOING[call.work](connection, system, call, found)
    except (TooManyRows, sql_changes.StillThere, sql_changes.ChangeUnplaced) as wrong:
        return Failed(wrong.code, lasting=True)
    except sql_changes.RowsChanged as wrong:
        return Failed(wrong.code)
    except psycopg.OperationalError:  # away, busy, or somebody wrote at the same time
        return Failed("database_away")
    except psycopg.Error as wrong:  # its text may hold the values: only its code is told
        return Failed(f"sql_{wrong.sqlstate or 'broken'}", lasting=True)


def _limit(connection: Connection, known: SqlMap, *, reading: bool) -> None:
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = reading
    limits = {"statement_timeout": known.seconds, "lock_timeout": _LOCK_SECONDS}
    for name, seconds in limits.items():
        connection.execute("SELECT set_config(%s, %s, true)", [name, f"{seconds}s"])


def _export(
    connection: Connection, system: System, call: Call, found: Mapping[str, Rows]
) -> Settled:
    records = {name: _records(connection, rows) for name, rows in found.items() if rows.count}
    return Settled(DONE, {"records": records})


def _records(connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    names = [column.name for column in rows.table.columns]
    text = sql.SQL("SELECT {} FROM {} WHERE {}").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), named(rows.table.name), rows.condition
    )
    read = connection.execute(text, [rows.values]).fetchall()
    return [dict(zip(names, map(_plain, row), strict=True)) for row in read]


def _plain(value: Any) -> Any:
    """Return a value of a database as one of JSON; text for what JSON has no word for."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _erase(
    connection: Connection, system: System, call: Call, found: Mapping[str, Rows]
) -> Settled:
    sql_changes.erase(connection, found)
    kept = [
        {"field": keep.field, "ground": keep.ground, "until": ""}
        for keep in system.keeps
        if found[keep.field.rpartition(".")[0]].count
    ]
    return Settled(KEPT if kept else DONE, {"kept": kept, "rows": told(found)})


def _verify(
    connection: Connection, system: System, call: Call, found: Mapping[str, Rows]
) -> Settled:
    return Settled(DONE, {"held": sql_changes.left_of(connection, found)})


def _rectify(
    connection: Connection, system: System, call: Call, found: Mapping[str, Rows]
) -> Settled:
    changed = sql_changes.rectify(connection, found, call.payload.get("changes", []))
    return Settled(DONE if changed else NOTHING, {"changed": changed})


def _mark(connection: Connection, system: System, call: Call, found: Mapping[str, Rows]) -> Settled:
    assert system.sql is not None
    marked = sql_changes.mark(connection, system.sql, found, call.work)
    return Settled(DONE if marked else NOTHING, {"rows": told(found)})


def _release(
    connection: Connection, system: System, call: Call, found: Mapping[str, Rows]
) -> Settled:
    assert system.sql is not None
    of = str(call.payload.get("of", ""))
    released = sql_changes.unmark(connection, system.sql, found, of)
    return Settled(DONE if released else NOTHING, {"rows": told(found)})


_Doing = Callable[[Connection, System, Call, Mapping[str, Rows]], Settled]
_DOING: Mapping[Work, _Doing] = {
    Work.EXPORT: _export,
    Work.ERASE: _erase,
    Work.VERIFY: _verify,
    Work.RECTIFY: _rectify,
    Work.RESTRICT: _mark,
    Work.DISPUTE: _mark,
    Work.BLOCK: _mark,
    Work.OBJECT: _mark,
    Work.RELEASE: _release,
}
