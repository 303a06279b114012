"""
A company with three systems: a shop in a PostgreSQL database of its own, a CRM in a process of its
own that speaks HTTP, and an archive of recordings that only a person can reach.
"""

import json
import os
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from psycopg import sql

from config import processes
from rights.systems import errands

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "config" / "demo"
CRM = """
[crm]
title = {{ es = "Atención al cliente", pt-BR = "Atendimento", en = "Customer care" }}
categories = ["user.contact", "user.content.private"]
works = [
    "export", "rectify", "dispute", "restrict", "release", "object", "block", "erase", "verify",
    "notify",
]
connector = "http"
order = 10
patience_hours = 24
identified_by = ["external_id", "email"]

[crm.http]
url = "http://127.0.0.1:{port}/venia"
internal_hosts = ["127.0.0.1"]
seconds = {seconds}

[[crm.fields]]
key = "contacts.name"
title = {{ es = "Nombre", pt-BR = "Nome", en = "Name" }}
category = "user.name"
origin = "provided"

[[crm.fields]]
key = "contacts.note"
title = {{ es = "Nota", pt-BR = "Anotação", en = "Note" }}
category = "user.content.private"
origin = "observed"
third_party = true
"""


class Crm:
    """The CRM as a test sees it."""

    def __init__(self, memory: Path | None = None) -> None:
        self.key, self.memory, self.port = secrets.token_hex(16), memory, 0
        self.start()

    def start(self) -> None:
        """Run it, again at the same port if it ran before."""
        given = [self.key, str(self.port), *([str(self.memory)] if self.memory else [])]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.rights.systems.crm", *given],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    def stop(self) -> None:
        """End it."""
        processes.stop(self.process)

    def knows(self, *ids: str, **contact: str) -> None:
        """Put a person into it, found by any of `ids`; `name` and `note` are what it holds."""
        told = {"name": "Rosa Soto", "note": "Llamó su hermano Luis"} | contact
        people = self.seen()["people"]
        self._put({"people": [*people, {"ids": ids, "contact": told}]})

    def behave(self, work: str = "*", **mode: Any) -> None:
        """
        Let it misbehave for one work, or for all; without a mode it behaves again.

        `delay` before doing anything, `status` instead of an answer, `later` with a 202 and
        perhaps `callback` (`callbacks` times, after `callback_after` seconds, `to` an address),
        `delay_after` it was done, `text` instead of the answer, `drip` seconds between bytes.
        """
        self._put({"modes": {**self.seen()["modes"], work: mode}})

    def seen(self) -> dict[str, Any]:
        """Return its people, the calls it saw, and how often it did the work of each task."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/seen", timeout=10) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found

    def _put(self, told: Mapping[str, Any]) -> None:
        url, body = f"http://127.0.0.1:{self.port}/control", json.dumps(told).encode()
        request = urllib.request.Request(url, body, method="PUT")
        urllib.request.urlopen(request, timeout=10).close()


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop's database as a test sees it."""

    address: str = field(repr=False)

    def run(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement and commit; return its rows."""
        with psycopg.connect(self.address) as connection:
            cursor = connection.execute(text.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def sells_to(self, number: str, email: str = "", **known: str) -> int:
        """Put a customer into it, with an address, two orders and a search; return its id."""
        name = known.get("name", "Rosa Soto")
        [(customer,)] = self.run(
            "INSERT INTO alameda_shop.customers (customer_number, full_name, email, phone)"
            " VALUES (%s, %s, nullif(%s, ''), %s) RETURNING id",
            *(number, name, email, known.get("phone")),
        )
        self.run(
            "INSERT INTO alameda_shop.addresses (customer_id, street, city)"
            " VALUES (%s, 'Calle Larios 1', 'Málaga')",
            customer,
        )
        for product in ("lámpara", "silla"):
            self._order(customer, name, product)
        self.run(
            "INSERT INTO alameda_shop.searches (customer_id, searched_at, words)"
            " VALUES (%s, '2026-10-01T10:00Z', 'sofá')",
            customer,
        )
        if email:
            self.run("INSERT INTO alameda_shop.newsletter VALUES (%s, '2025-01-01')", email)
        return int(customer)

    def _order(self, customer: int, name: str, product: str) -> None:
        [(order,)] = self.run(
            "INSERT INTO alameda_shop.orders"
            " (customer_id, placed_on, total, invoice_name, delivery_note)"
            " VALUES (%s, '2026-05-01', 19.90, %s, 'dejar con Luis') RETURNING id",
            *(customer, name),
        )
        self.run(
            "INSERT INTO alameda_shop.order_items (order_id, product, quantity) VALUES (%s, %s, 1)",
            *(order, product),
        )

    def count(self, table: str, where: str = "true", *values: Any) -> int:
        """Return how many rows a table of the shop has."""
        [(found,)] = self.run(f"SELECT count(*) FROM alameda_shop.{table} WHERE {where}", *values)
        return int(found)


@dataclass(frozen=True, slots=True)
class Company:
    """All of it, declared in `file`."""

    crm: Crm
    shop: Shop
    file: Path


@contextmanager
def founded(folder: Path, *, seconds: int = 10, remembers: bool = False) -> Iterator[Company]:
    """
    Run the systems and declare them, to this process and to those that it starts.

    `seconds` is how long the CRM may take; with `remembers` it survives being killed.
    """
    crm = Crm(folder / "crm.json" if remembers else None)
    try:
        with a_database() as address:
            shop = Shop(address)
            shop.run((DEMO / "shop.sql").read_text("utf-8"))
            file = folder / "systems.toml"
            declared = (DEMO / "systems.toml").read_text("utf-8")
            file.write_text(declared + CRM.format(port=crm.port, seconds=seconds), "utf-8")
            with told({"shop": address, "crm": crm.key}, file):
                yield Company(crm, shop, file)
    finally:
        crm.stop()


@contextmanager
def told(given: dict[str, str], file: Path) -> Iterator[None]:
    """Let settings, and the environment of other processes, name the systems and their secrets."""
    before = settings.VENIA_SYSTEMS, settings.SYSTEM_SECRETS
    environment = dict(os.environ)
    named = {f"SYSTEM_SECRET_{key.upper()}": secret for key, secret in given.items()}
    variables = named | {"VENIA_SYSTEMS": str(file)}
    settings.VENIA_SYSTEMS, settings.SYSTEM_SECRETS = str(file), given
    os.environ.update(variables)
    try:
        yield
    finally:
        settings.VENIA_SYSTEMS, settings.SYSTEM_SECRETS = before
        for name in variables:
            os.environ.pop(name)
            os.environ.update({name: environment[name]} if name in environment else {})


_END_OURS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = %s AND usename = session_user"
)


@contextmanager
def a_database() -> Iterator[str]:
    """Make a second database beside that of the tests, and yield its address."""
    address = str(settings.MIGRATE_DATABASE_URL)
    name = sql.Identifier(fresh := f"shop_{secrets.token_hex(6)}")
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute("SET ROLE NONE")  # an operator's cluster is reached as its administrator
        owner.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urlsplit(address)._replace(path=f"/{fresh}").geturl()
        finally:
            # Not WITH (FORCE): that may meet the autovacuum, which only an administrator may end.
            owner.execute(_END_OURS, [fresh])
            owner.execute(sql.SQL("DROP DATABASE {}").format(name))


def driven(*, at: datetime) -> int:
    """Drive all that is due, until nothing more is; return how many calls were made."""
    calls = 0
    while made := errands.drive_due(at=at):
        calls += made
    return calls
