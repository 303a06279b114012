"""Read the declared systems from TOML; what could not work is refused, with its place."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from rights.systems.declaration import OWN, Connector, Field, Keep, System, Work
from rights.systems.tables import Column, SqlMap, Table

LOCALES = ("es", "pt-BR", "en")
KINDS = ("external_id", "email", "phone", "device_id")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BY_MAP = frozenset({Work.EXPORT, Work.ERASE, Work.VERIFY, Work.RECTIFY})


class DeclarationRejected(Exception):
    """A declared system cannot be used; the message says where and what to write."""


def read(path: Path) -> Mapping[str, System]:
    """
    Return the systems declared in a file, in the order in which they are called.

    :raises DeclarationRejected: with the file, the system and what to write.
    """
    try:
        return parse(tomllib.loads(path.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, DeclarationRejected) as wrong:
        raise DeclarationRejected(f"{path.name}: {wrong}") from None


def parse(text: Mapping[str, Any]) -> Mapping[str, System]:
    """Return the systems in a parsed document. :raises DeclarationRejected: see `read`."""
    found = [_system(key, entry) for key, entry in text.items()]
    return {one.key: one for one in sorted(found, key=lambda one: (one.order, one.key))}


def _system(key: str, entry: Any) -> System:
    if not _KEY.fullmatch(key) or key == OWN:
        sentence = "a key is lower case letters, digits and _, and is not 'venia'"
        raise DeclarationRejected(f"{key}: {sentence}.")
    try:
        system = msgspec.convert({"key": key, **entry}, System)
    except (msgspec.ValidationError, TypeError) as wrong:
        raise DeclarationRejected(f"{key}: {wrong}") from None
    if system.sql is not None:
        system = msgspec.structs.replace(
            system,
            fields=tuple(_fields_of(system.sql)),
            keeps=tuple(_keeps_of(system.sql)),
            identified_by=tuple(sorted({t.person.kind for t in system.sql.tables} - {""})),
        )
    for problem in problems(system):
        raise DeclarationRejected(f"{key}: {problem}")
    return system


def _fields_of(sql: SqlMap) -> Iterator[Field]:
    for table, column in _columns(sql):
        yield Field(
            key=f"{table.name}.{column.name}",
            title=column.title,
            category=column.category,
            origin=column.origin,
            third_party=column.third_party,
        )


def _keeps_of(sql: SqlMap) -> Iterator[Keep]:
    for table, column in _columns(sql):
        if column.erase == "keep":
            yield Keep(
                field=f"{table.name}.{column.name}",
                ground=column.ground,
                source=column.source,
                months=column.months,
                counted_from=column.counted_from,
            )


def _columns(sql: SqlMap) -> Iterator[tuple[Table, Column]]:
    for table in sql.tables:
        for column in table.columns:
            yield table, column


def problems(system: System) -> Iterator[str]:
    """Yield what in a declared system could not work, each in a sentence."""
    yield from _problems_of_words(system)
    if not system.works or not system.categories:
        yield "name at least one work and one data category."
    if not 0 <= system.order < 1000 or not 1 <= system.patience_hours <= 24 * 60:
        yield "order is 0 to 999, patience_hours is 1 to 1440."
    if strangers := set(system.identified_by) - set(KINDS):
        yield f"identified_by: {', '.join(sorted(strangers))}: none of {', '.join(KINDS)}."
    if not system.identified_by:
        yield f"identified_by: name the kinds it may be told, of {', '.join(KINDS)}."
    fields = {one.key for one in system.fields}
    for keep in system.keeps:
        if keep.field and keep.field not in fields:
            yield f"keeps: {keep.field!r} is no field of this system."
        if not (keep.ground and keep.source and keep.counted_from) or keep.months < 1:
            yield f"keeps: {keep.field!r} needs ground, source, months and counted_from."
    yield from _problems_of_connector(system)


def _problems_of_words(system: System) -> Iterator[str]:
    titled = [system.title, *(one.title for one in system.fields)]
    if any(missing := [lang for lang in LOCALES if not title.get(lang)] for title in titled):
        yield f"every title needs words in {', '.join(LOCALES)}; missing: {', '.join(missing)}."


def _problems_of_connector(system: System) -> Iterator[str]:
    match system.connector:
        case Connector.HTTP if system.http is None:
            yield "an HTTP system needs a table [….http] with its url."
        case Connector.HTTP:
            yield from _problems_of_http(system)
        case Connector.SQL if system.sql is None:
            yield "an SQL system needs a map of its tables, [[….sql.tables]]."
        case Connector.SQL:
            yield from _problems_of_sql(system)
        case Connector.OWN:
            yield "connector is http, sql or manual."


def _problems_of_http(system: System) -> Iterator[str]:
    assert system.http is not None
    parts = urlsplit(system.http.url)
    is_internal = parts.hostname in system.http.internal_hosts
    if not parts.hostname or parts.scheme not in {"http", "https"} or parts.username:
        yield "http.url is https://host/path, without a user."
    elif parts.scheme == "http" and not is_internal:
        yield "http.url must be https, unless its host is one of internal_hosts."
    if not 1 <= system.http.seconds <= 60 or system.http.ask_after_minutes < 1:
        yield "http.seconds is 1 to 60, http.ask_after_minutes at least 1."


def _problems_of_sql(system: System) -> Iterator[str]:
    assert system.sql is not None
    tables = {table.name: table for table in system.sql.tables}
    for table in system.sql.tables:
        yield from _problems_of_person(table, tables)
    for table, column in _columns(system.sql):
        place = f"sql: {table.name}.{column.name}"
        if table.erase == "columns" and not column.erase:
            yield f"{place}: say what an erasure does: null, replace or keep."
        if table.erase == "delete" and column.erase:
            yield f"{place}: the rows are deleted, so a column has no rule of its own."
        if (column.erase == "replace") != (column.replace_with is not None):
            yield f"{place}: replace_with belongs to erase = 'replace'."
    for mark in system.sql.marks:
        if mark.table not in tables:
            yield f"sql.marks: {mark.table!r} is no table of the map."
    marked = {Work(mark.work) for mark in system.sql.marks}
    able = _BY_MAP | marked | ({Work.RELEASE} if marked else set())
    if unable := system.works - able:
        yield f"works: its map has no mark for {', '.join(sorted(unable))}."


def _problems_of_person(table: Table, tables: Mapping[str, Table]) -> Iterator[str]:
    person = table.person
    if bool(person.kind) == bool(person.table):
        yield f"sql: {table.name}.person: name a kind of identifier, or table and key."
    elif person.table and not _leads_to_person(table, tables):
        yield f"sql: {table.name}.person: {person.table!r} does not lead to an identifier."
    elif person.table and not person.key:
        yield f"sql: {table.name}.person: name the key column of {person.table}."


def _leads_to_person(table: Table, tables: Mapping[str, Table]) -> bool:
    """Say whether following references ends at a table that holds an identifier."""
    at: Table | None = table
    for _ in tables:
        if at is None or at.person.kind:
            return at is not None
        at = tables.get(at.person.table)
    return at is not None and bool(at.person.kind)
