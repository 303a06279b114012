"""Strict reading of TOML tables: a key that is missing, unknown or of another type is refused."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class PackError(Exception):
    """A law file cannot be used as it stands; the message names file, key and what to do."""


class Section:
    """
    One TOML table under reading: `take` every key once, then `close`.

    `place` is where we are in the file, for messages: "clocks.answer".
    """

    def __init__(self, file: str, place: str, table: Mapping[str, Any]) -> None:
        self.file, self.place = file, place
        self._left = dict(table)

    def error(self, key: str, trouble: str) -> PackError:
        where = ".".join(part for part in (self.place, key) if part)
        return PackError(f"{self.file}: {where}: {trouble}")

    def take(self, key: str, kind: type[T]) -> T:
        """Return a required value of `kind`."""
        if key not in self._left:
            raise self.error(key, "is missing; add it, with its source")
        value = self._left.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            found = type(value).__name__
            raise self.error(key, f"must be {kind.__name__}, found {found}")
        if isinstance(value, str) and not value.strip():
            raise self.error(key, "is empty; fill it in or leave the key out")
        return value

    def maybe(self, key: str, kind: type[T], default: T) -> T:
        return self.take(key, kind) if key in self._left else default

    def optional(self, key: str, kind: type[T]) -> T | None:
        return self.take(key, kind) if key in self._left else None

    def words(self, key: str, among: frozenset[str] | None = None) -> tuple[str, ...]:
        """Return a list of strings, empty where the key is left out, each one `among` these."""
        values = self.maybe(key, list, [])
        for value in values:
            if not isinstance(value, str):
                raise self.error(key, f"must hold only text, found {value!r}")
            if among is not None and value not in among:
                raise self.error(key, f"{value!r} is not one of {', '.join(sorted(among))}")
        return tuple(values)

    def choice(self, key: str, convert: Callable[[str], T]) -> T:
        value = self.take(key, str)
        try:
            return convert(value)
        except ValueError as error:
            raise self.error(key, str(error)) from error

    def section(self, key: str) -> "Section":
        """Return the table under `key`, required."""
        return Section(self.file, f"{self.place}.{key}".lstrip("."), self.take(key, dict))

    def sections(self, key: str) -> list["Section"]:
        """Return the array of tables under `key`, empty where it is left out."""
        tables = self.maybe(key, list, [])
        return [
            Section(self.file, f"{self.place}.{key}[{i}]".lstrip("."), table)
            for i, table in enumerate(tables)
        ]

    def texts(self, key: str, among: frozenset[str] | None = None) -> dict[str, str]:
        """Return a table of texts, empty where it is left out, its keys `among` these."""
        inner = Section(self.file, f"{self.place}.{key}".lstrip("."), self.maybe(key, dict, {}))
        for name in inner.names():
            if among is not None and name not in among:
                raise inner.error(name, f"is not one of {', '.join(sorted(among))}")
        return {name: inner.take(name, str) for name in inner.names()}

    def names(self) -> list[str]:
        """Return the keys that are still unread, in the order of the file."""
        return list(self._left)

    def has(self, key: str) -> bool:
        return key in self._left

    def close(self) -> None:
        """
        :raises PackError: when the table holds a key that nobody read.
        """
        if self._left:
            raise self.error(next(iter(self._left)), "is not a key that this table knows")


def read_toml(path: Path) -> Section:
    """
    :raises PackError: when the file is not TOML.
    """
    try:
        return Section(path.name, "", tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path.name}: {error}") from error
