"""Inserts many rows at once: by COPY, which needs a tenth of the time of an INSERT."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import AutoField, Model
from psycopg import sql

_WORTH_IT = 200


def insert_all(rows: Iterable[Model]) -> None:
    """
    Insert new rows of one table, in this order, and give them their ids as `bulk_create` does.

    Constraints, triggers and grants hold as for any INSERT; one row that breaks one stops all.
    """
    found = list(rows)
    if len(found) < _WORTH_IT:
        if found:
            type(found[0])._default_manager.bulk_create(found)
        return
    _number(found)
    fields = found[0]._meta.concrete_fields
    names = [str(field.column) for field in fields]
    copy(
        found[0]._meta.db_table, names, ([_value(field, row) for field in fields] for row in found)
    )
    for row in found:
        row._state.adding = False


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows, with the values of these columns, to a table by COPY; JSON as text."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    cursor = connection.cursor()
    with cursor, connection.wrap_database_errors, cursor.copy(statement) as copying:
        for row in rows:
            copying.write_row(row)


def _number(rows: Collection[Model]) -> None:
    """Take ids from the table's own sequence where it has one."""
    meta = next(iter(rows))._meta
    if not isinstance(meta.pk, AutoField):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [meta.db_table, meta.pk.column, len(rows)],
        )
        ids = [number for (number,) in cursor.fetchall()]
    for row, number in zip(rows, ids, strict=True):
        row.pk = number


def _value(field: Any, row: Model) -> Any:
    return field.get_db_prep_save(field.pre_save(row, True), connection)
