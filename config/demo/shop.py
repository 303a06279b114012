"""The shop of Alameda Tienda: tables of its own beside ours, with orders of the invented people."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from psycopg import sql

from config.demo.people import Invented

SCHEMA = "alameda_shop"
DECLARATION = Path(__file__).parent / "systems.toml"
_TABLES = Path(__file__).parent / "shop.sql"
_PRODUCTS = ("lámpara", "silla", "mesa", "manta", "jarrón", "espejo", "alfombra", "estantería")
_STREETS = ("Calle Mayor", "Avenida Central", "Rua Nova", "Calle del Sol", "Paseo del Río")
_CITIES = ("Málaga", "Bogotá", "São Paulo", "Puebla", "Rosario", "Valparaíso")
_WORDS = ("sofá cama", "luz cálida", "mesa redonda", "regalo boda", "silla oficina")
_COLUMNS = {
    "customers": ("customer_number", "full_name", "email", "phone"),
    "addresses": ("customer_id", "street", "city"),
    "orders": ("customer_id", "placed_on", "total", "invoice_name", "delivery_note"),
    "order_items": ("order_id", "product", "quantity"),
    "searches": ("customer_id", "searched_at", "words"),
    "newsletter": ("email", "joined_on"),
}


def open_shop(address: str, people: Iterable[Invented], day: date, *, role: str) -> bool:
    """
    Make and fill the shop's tables at `address`, its owner's; returns whether they were missing.

    `role` may then read, change and delete, as a company gives Venia a role of its own.
    """
    with psycopg.connect(address) as connection:
        there = connection.execute("SELECT to_regnamespace(%s) IS NOT NULL", [SCHEMA]).fetchone()
        if there and there[0]:
            return False
        connection.execute(_TABLES.read_bytes())
        rows = _rows(people, day)
        for table, columns in _COLUMNS.items():
            _copy(connection, table, columns, rows[table])
        for grant in ("USAGE ON SCHEMA {0}", "SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {0}"):
            names = sql.Identifier(SCHEMA), sql.Identifier(role)
            connection.execute(sql.SQL("GRANT " + grant + " TO {1}").format(*names))
    return True


def _rows(people: Iterable[Invented], day: date) -> dict[str, list[tuple[Any, ...]]]:
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _COLUMNS}
    for customer, person in enumerate(people, 1):
        rng = Random(f"alameda shop {person.number}")  # noqa: S311 (reproducible, not secret)
        known = dict(person.registration.identifiers)
        name = " ".join(known["email"].split("@")[0].split(".")[:2]).title()
        number = person.external_id
        rows["customers"].append((number, name, known["email"], known.get("phone")))
        rows["addresses"].append((customer, _street(rng), rng.choice(_CITIES)))
        for placed_on in _days(rng, day):
            order = len(rows["orders"]) + 1
            total = f"{rng.uniform(9, 400):.2f}"
            rows["orders"].append((customer, placed_on, total, name, _note(rng)))
            rows["order_items"].append((order, rng.choice(_PRODUCTS), rng.randint(1, 3)))
        searched_at = f"{day - timedelta(days=rng.randint(1, 90))}T10:00Z"
        rows["searches"].append((customer, searched_at, rng.choice(_WORDS)))
        if rng.random() < 0.3 and known["email"] not in {row[0] for row in rows["newsletter"]}:
            rows["newsletter"].append((known["email"], day - timedelta(days=300)))
    return rows


def _days(rng: Random, day: date) -> Iterator[date]:
    for _ in range(rng.randint(0, 4)):
        yield day - timedelta(days=rng.randint(1, 700))


def _street(rng: Random) -> str:
    return f"{rng.choice(_STREETS)} {rng.randint(1, 90)}"


def _note(rng: Random) -> str | None:
    return "Dejar con el vecino Luis" if rng.random() < 0.2 else None


def _copy(
    connection: psycopg.Connection[Any],
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    text = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(SCHEMA, table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(text) as copy:
        for row in rows:
            copy.write_row(row)
