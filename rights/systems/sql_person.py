"""Find one person in a company's database, by the declared map and with parameters only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from rights.systems.tables import SqlMap, Table

Connection = psycopg.Connection[tuple[Any, ...]]


class TooManyRows(Exception):
    """More rows than one person has: the map is wrong, or somebody shares the identifier."""

    code = "too_many_rows"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a person in one table: how many, and the condition that finds them."""

    table: Table
    count: int
    values: Sequence[Any] = field(repr=False)  # the parameter of `condition`

    @property
    def condition(self) -> sql.Composable:
        """Return what stands behind WHERE; it takes `values` as its one parameter."""
        person = self.table.person
        column = sql.Identifier(person.column)
        if person.table:
            return sql.SQL("{} = ANY(%s)").format(column)
        text = "lower({}::text) = ANY(%s)" if person.kind == "email" else "{}::text = ANY(%s)"
        return sql.SQL(text).format(column)

    def keys(self, connection: Connection, column: str) -> list[Any]:
        """Return the values of a column that other tables refer to."""
        text = sql.SQL("SELECT DISTINCT {} FROM {} WHERE {}").format(
            sql.Identifier(column), named(self.table.name), self.condition
        )
        found = connection.execute(text, [self.values]).fetchall()
        return [key for (key,) in found if key is not None]


def find(
    connection: Connection, known: SqlMap, identifiers: Iterable[tuple[str, str]]
) -> dict[str, Rows]:
    """
    Return the person's rows by table, those that others refer to first.

    :raises TooManyRows: when a table has more than the map allows for one person.
    """
    values: dict[str, list[str]] = {}
    for kind, value in identifiers:
        values.setdefault(kind, []).append(value.lower() if kind == "email" else value)
    found: dict[str, Rows] = {}
    for table in in_order(known.tables):
        wanted = values.get(table.person.kind, [])
        if table.person.table:
            wanted = found[table.person.table].keys(connection, table.person.key)
        found[table.name] = _counted(connection, table, wanted, most=known.most_rows)
    return found


def in_order(tables: Sequence[Table]) -> list[Table]:
    """Return tables so that each comes after the one that it refers to."""
    by_name = {table.name: table for table in tables}

    def depth(table: Table) -> int:
        return 1 + depth(by_name[table.person.table]) if table.person.table else 0

    return sorted(tables, key=depth)


def named(table: str) -> sql.Identifier:
    """Return the quoted name of `table` or `schema.table`."""
    return sql.Identifier(*table.split("."))


def _counted(connection: Connection, table: Table, wanted: Sequence[Any], *, most: int) -> Rows:
    rows = Rows(table, 0, wanted)
    if not wanted:
        return rows
    text = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(named(table.name), rows.condition)
    count = count_of(connection, text, [wanted])
    if count > most:
        raise TooManyRows
    return Rows(table, count, wanted)


def count_of(connection: Connection, text: sql.Composed, values: Sequence[Any]) -> int:
    """Return the one number that a query gives."""
    row = connection.execute(text, values).fetchone()
    return int(row[0]) if row else 0


def told(rows: Mapping[str, Rows]) -> dict[str, int]:
    """Return how many rows of the person each table has, without those that have none."""
    return {name: found.count for name, found in rows.items() if found.count}
