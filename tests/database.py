"""The database of a test run: its own cluster, the application's real rights."""

import io
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from config import grants
from config.embedded import postgres
from config.environment import database

# Loaded once by prepare_database and kept between tests that commit.
REFERENCE_TABLES = (
    "auth_permission",
    "consent_catalogue",
    "consent_notice",
    "consent_purpose",
    "django_content_type",
    "django_migrations",
    "policies_assessment",
    "policies_policyversion",
    "policies_recipient",
)
_HASTE = {"fsync": "off", "shared_buffers": "64MB", "max_wal_size": "4GB"}


Address = Callable[[str, str], str]


@contextmanager
def fresh_database() -> Iterator[None]:
    """Let Django's connection be the application's role in a fresh, prepared database."""
    name = f"venia_test_{secrets.token_hex(6)}"
    with _server() as address, _made(address, name):
        settings.MIGRATE_DATABASE_URL = address(postgres.OWNER, name)
        connection.close()
        connection.settings_dict.update(database(address(postgres.APPLICATION, name)))
        call_command("prepare_database", verbosity=0, stdout=io.StringIO())
        with grants.as_owner():
            grants.apply(postgres.APPLICATION)
        yield
        connection.close()


def empty_tables() -> None:
    """Remove, as the owner, every row that is not reference data: the application may not."""
    with grants.as_owner(), connection.cursor() as cursor:
        names = sorted(filter(_is_emptied, grants.tables(cursor)))
        listed = sql.SQL(", ").join(sql.Identifier(name) for name in names)
        cursor.execute("SET lock_timeout = '60s'")  # a test that left a transaction open is told so
        cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(listed).as_string())


def _is_emptied(table: str) -> bool:
    """Forms stay: a process that outlives a test remembers which are stored; they name nobody."""
    return table not in REFERENCE_TABLES and table != "policies_form"


@contextmanager
def _made(address: Address, name: str) -> Iterator[None]:
    with psycopg.connect(address(postgres.ADMIN, "postgres"), autocommit=True) as admin:
        postgres.make_database(admin, name)
        try:
            yield
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _server() -> Iterator[Address]:
    """Yield the addresses of a cluster: a new one, or the one that DATABASE_URL names."""
    if url := os.environ.get("DATABASE_URL"):
        yield _of_operator(url)
        return
    with tempfile.TemporaryDirectory(prefix="venia-test-") as folder:
        server = postgres.start(Path(folder), settings=_HASTE)
        try:
            postgres.provision(server)
            yield server.url
        finally:
            server.stop()


def _of_operator(url: str) -> Address:
    """Return addresses at the operator's cluster; `url` is of a superuser, who plays each role."""
    with psycopg.connect(url, autocommit=True) as admin:
        for role in (postgres.OWNER, postgres.APPLICATION, postgres.CHECK):
            with suppress(psycopg.errors.DuplicateObject):
                admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))

    def address(role: str, name: str) -> str:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        if role != postgres.ADMIN:
            options["options"] = f"-c role={role}"
        return urlunsplit(
            parts._replace(path=f"/{name}", query=urlencode(options, quote_via=quote))
        )

    return address
