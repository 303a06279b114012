"""
The declared shape of a package: tables and columns, with their words, category and origin. Pure.

Venia's own are in `tables.toml`; those of a system are what its declaration says it exports.
"""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rights.systems.declaration import OWN, System

FILE = Path(__file__).parent / "tables.toml"
_TEXT = "user.content"  # what is written about or by a person: it is read, and others are hidden
ONE = "record"  # the table of what a system holds once for each person

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column. `category` is a Fideslang key.

    `free_text` may name somebody, so names of others are hidden in it; `third_party` is somebody
    else's, and is left out.
    """

    key: str
    title: Mapping[str, str]
    category: str
    origin: str
    free_text: bool = False
    third_party: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table of one system."""

    system: str
    key: str
    title: Mapping[str, str]
    columns: tuple[Column, ...]

    @property
    def path(self) -> str:
        """Where its files lie in the package, without their ending."""
        return f"{self.system}/{self.key}"

    def only(self, kept: Iterable[str]) -> "Table":
        """Return the table with these columns alone, in their own order."""
        wanted = set(kept)
        columns = tuple(column for column in self.columns if column.key in wanted)
        return Table(self.system, self.key, self.title, columns)


@functools.cache
def own() -> Mapping[str, Table]:
    """Return the tables of Venia itself, by key, in the order of the file."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {key: _own(key, raw) for key, raw in read.items()}


def _own(key: str, raw: Mapping[str, Any]) -> Table:
    columns = tuple(_column(name, said, raw) for name, said in raw["fields"].items())
    return Table(OWN, key, raw["title"], columns)


def _column(name: str, said: Mapping[str, Any], raw: Mapping[str, Any]) -> Column:
    return Column(
        key=name,
        title={locale: said[locale] for locale in ("es", "pt-BR", "en")},
        category=said.get("category", raw["category"]),
        origin=said.get("origin", raw["origin"]),
        free_text=said.get("free_text", False),
    )


def of_system(system: System) -> Mapping[str, Table]:
    """
    Return the tables of what a system declares, by key.

    A field `orders.total` is the column `total` of the table `orders`; one without a dot is held
    once for each person, in the table `record`.
    """
    grouped: dict[str, list[Column]] = {}
    for field in system.fields:
        table, _, name = field.key.rpartition(".")
        is_text = field.category.startswith(_TEXT)
        grouped.setdefault(table or ONE, []).append(
            Column(
                key=name,
                title=field.title,
                category=field.category,
                origin=field.origin,
                free_text=is_text,
                third_party=field.third_party and not is_text,
            )
        )
    return {
        key: Table(system.key, key.replace(".", "-"), system.title, tuple(columns))
        for key, columns in grouped.items()
    }
