"""For whom a copy is made, as of when, in which language; and who gives rows for which table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from rights.access.tables import Row


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose copy, in which language. What was recorded after `until` is not in it."""

    subject_key: int = field(repr=False)
    locale: str
    until: datetime


Rows = Callable[[Asked], Iterator[Row]]

_ABOVE: dict[str, Rows] = {}


def register(table: str, rows: Rows) -> None:
    """Let an app above this one give the rows of one of the tables in `tables.toml`."""
    _ABOVE[table] = rows


def registered(table: str) -> Rows | None:
    """Return who gives the rows of a table from above; None when nobody registered."""
    return _ABOVE.get(table)
