"""Change one person's rows in a company's database: what the dry run counted, and nothing else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from psycopg import sql

from rights.systems.sql_person import Connection, Rows, count_of, named
from rights.systems.tables import Column, SqlMap, Table

RANDOM = "{random}"  # in replace_with: another value for every row, where a column is unique


class RowsChanged(Exception):
    """Somebody wrote between the dry run and the change; nothing was changed."""

    code = "rows_changed"


class StillThere(Exception):
    """What was to go is still there after the change; nothing was changed."""

    code = "still_there"


def erase(connection: Connection, found: Mapping[str, Rows]) -> None:
    """
    Delete or change the rows that the dry run found, those that refer to others first.

    :raises RowsChanged: when another number of rows would be changed than was counted.
    :raises StillThere: when the map's rules leave something that they say goes.
    """
    for rows in reversed(list(found.values())):
        if rows.count:
            _erase(connection, rows)
    if left_of(connection, found):
        raise StillThere


def _erase(connection: Connection, rows: Rows) -> None:
    table = named(rows.table.name)
    if rows.table.erase == "delete":
        text = sql.SQL("DELETE FROM {} WHERE {}").format(table, rows.condition)
        if connection.execute(text, [rows.values]).rowcount != rows.count:
            raise RowsChanged
        return
    rules = [column for column in rows.table.columns if column.erase in {"null", "replace"}]
    if rules:
        news = {column.name: _new(column) for column in rules}
        still = list(_still(rows.table))
        # Looked at as it is changed: by a replaced identifier no row would be found again.
        left = _update(connection, rows, news, returning=_any(still))
        if any(row[0] for row in left):
            raise StillThere


_Conditions = Sequence[tuple[sql.Composed, list[Any]]]


def _any(conditions: _Conditions) -> tuple[sql.Composable, list[Any]]:
    """Return the conditions as one, with its parameters."""
    text = sql.SQL(" OR ").join(sql.SQL("({})").format(one) for one, _ in conditions)
    return text, [value for _, given in conditions for value in given]


def _new(column: Column) -> tuple[sql.SQL, Any]:
    """Return the expression that a column is set to, and its parameter."""
    if isinstance(column.replace_with, str) and RANDOM in column.replace_with:
        return sql.SQL("replace(%s, '{random}', gen_random_uuid()::text)"), column.replace_with
    return sql.SQL("%s"), column.replace_with


def _update(
    connection: Connection,
    rows: Rows,
    news: Mapping[str, tuple[sql.SQL, Any]],
    *,
    returning: tuple[sql.Composable, list[Any]] = (sql.SQL("false"), []),
) -> list[tuple[Any, ...]]:
    """Change the rows; return of each what `returning` says of it afterwards."""
    sets = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), expression)
        for name, (expression, _) in news.items()
    )
    text = sql.SQL("UPDATE {} SET {} WHERE {} RETURNING {}").format(
        named(rows.table.name), sets, rows.condition, returning[0]
    )
    values = [*(value for _, value in news.values()), rows.values, *returning[1]]
    found = connection.execute(text, values).fetchall()
    if len(found) != rows.count:
        raise RowsChanged
    return found


def left_of(connection: Connection, found: Mapping[str, Rows]) -> dict[str, int]:
    """Return in how many rows of each table something is left that an erasure destroys."""
    left = {name: _left(connection, rows) for name, rows in found.items() if rows.values}
    return {name: count for name, count in left.items() if count}


def _left(connection: Connection, rows: Rows) -> int:
    conditions: list[sql.Composable] = [rows.condition]
    values: list[Any] = [rows.values]
    if rows.table.erase == "columns":
        pairs = list(_still(rows.table))
        if not pairs:
            return 0
        still, given = _any(pairs)
        conditions.append(still)
        values += given
    where = sql.SQL(" AND ").join(sql.SQL("({})").format(one) for one in conditions)
    text = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(named(rows.table.name), where)
    return count_of(connection, text, values)


def _still(table: Table) -> Iterator[tuple[sql.Composed, list[Any]]]:
    """Yield, for each column that is to go, the condition under which it has not gone."""
    for column in table.columns:
        name = sql.Identifier(column.name)
        if column.erase == "null":
            yield sql.SQL("{} IS NOT NULL").format(name), []
        elif column.erase == "replace" and RANDOM in str(column.replace_with):
            start, _, end = str(column.replace_with).partition(RANDOM)
            text = sql.SQL("NOT (starts_with({0}, %s) AND right({0}, length(%s)) = %s)")
            yield text.format(name), [start, end, end]
        elif column.erase == "replace":
            yield sql.SQL("{} IS DISTINCT FROM %s").format(name), [column.replace_with]


class ChangeUnplaced(Exception):
    """A correction finds its old value nowhere, though the system has such fields."""

    code = "change_unplaced"


def rectify(
    connection: Connection, found: Mapping[str, Rows], changes: Iterable[Mapping[str, Any]]
) -> int:
    """
    Set what was wrong to what is right; return how many changes concerned this system.

    A change names a `field` of the map, or a `category` and then every column of it. It has
    `new` (None: nothing), and with an `old` changes only where that still stands.

    :raises ChangeUnplaced: when a person has to look for the place.
    """
    done = 0
    for change in changes:
        places = list(_meant(found, change))
        placed = [_set(connection, rows, column, change) for rows, column in places]
        if not any(placed) and (places or _has_like_it(found, change)):
            raise ChangeUnplaced
        done += any(placed)
    return done


def _has_like_it(found: Mapping[str, Rows], change: Mapping[str, Any]) -> bool:
    """Say whether a part, or the whole, of what is wrong stands here: a street of an address."""
    wanted = f"{change.get('category') or change.get('field') or ''}."
    parts = (f"{c.category}." for rows in found.values() if rows.count for c in rows.table.columns)
    return len(wanted) > 1 and any(
        part.startswith(wanted) or wanted.startswith(part) for part in parts
    )


def _meant(found: Mapping[str, Rows], change: Mapping[str, Any]) -> Iterator[tuple[Rows, Column]]:
    for rows in found.values():
        for column in rows.table.columns:
            key = f"{rows.table.name}.{column.name}"
            by_field = change.get("field") == key
            by_category = not change.get("field") and change.get("category") == column.category
            if rows.count and (by_field or by_category):
                yield rows, column


def _set(connection: Connection, rows: Rows, column: Column, change: Mapping[str, Any]) -> bool:
    name = sql.Identifier(column.name)
    text = sql.SQL("UPDATE {} SET {} = %s WHERE {}").format(
        named(rows.table.name), name, rows.condition
    )
    values = [change["new"], rows.values]
    if change.get("old") is not None:  # or the new one already: it was tried before
        text = sql.SQL("{} AND (lower({}::text) = ANY(%s)").format(text, name)
        text += sql.SQL(" OR {} IS NULL)").format(name) if change["new"] is None else sql.SQL(")")
        values += [[str(change[one]).lower() for one in ("old", "new") if change[one] is not None]]
    return connection.execute(text, values).rowcount > 0


def mark(connection: Connection, known: SqlMap, found: Mapping[str, Rows], work: str) -> int:
    """Set the marks of a work on the person's rows; return on how many rows."""
    return sum(
        _put(connection, found[one.table], one.column, one.set)
        for one in known.marks
        if one.work == work
    )


def unmark(connection: Connection, known: SqlMap, found: Mapping[str, Rows], of: str) -> int:
    """Take the marks of a work away, or all of them where `of` names none; return how many."""
    return sum(
        _put(connection, found[one.table], one.column, one.release)
        for one in known.marks
        if not of or one.work == of
    )


def _put(connection: Connection, rows: Rows, column: str, value: Any) -> int:
    if not rows.count:
        return 0
    _update(connection, rows, {column: (sql.SQL("%s"), value)})
    return rows.count
