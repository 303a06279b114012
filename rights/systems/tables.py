"""The map of a company's database: where the person is in it, and what an erasure does there."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct


class Person(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    How a person's rows are found: `column` holds an identifier of `kind`.

    Or `column` refers to the `key` column of `table`, which is in the map and finds them itself.
    """

    column: str
    kind: str = ""
    table: str = ""
    key: str = ""


class Column(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column that says something of the person. `erase` is told where the rows stay."""

    name: str
    title: Mapping[str, str]
    category: str
    origin: Literal["provided", "observed", "derived", "inferred", "bought"] = "provided"
    third_party: bool = False
    erase: Literal["", "null", "replace", "keep"] = ""
    replace_with: str | int | None = None
    ground: str = ""
    source: str = ""
    months: int = 0
    counted_from: str = ""


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table, `schema.table` or `table`. An erasure deletes its rows, or changes columns."""

    name: str
    person: Person
    erase: Literal["delete", "columns"]
    columns: tuple[Column, ...]


class Mark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column that marks a person as restricted, disputed, blocked or not to be used for."""

    work: Literal["restrict", "dispute", "block", "object"]
    table: str
    column: str
    set: bool | int | str
    release: bool | int | str | None = None


class SqlMap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    All of a database that is about persons.

    `most_rows`: one person has no more rows in a table; where the dry run counts more, the map
    is wrong or the identifier is shared, and nothing is changed.
    """

    tables: tuple[Table, ...]
    marks: tuple[Mark, ...] = ()
    most_rows: int = 1000
    seconds: int = 60
