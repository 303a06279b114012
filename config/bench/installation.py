"""A database of its own, prepared as any other, that is gone afterwards."""

import base64
import io
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg

from config import folders
from config.embedded import postgres

_USUAL = "usual"
_SETTINGS = {"shared_buffers": "1GB"}  # as where a hundred thousand people are


@contextmanager
def running() -> Iterator[tuple[int, dict[str, str]]]:
    """Start it, load Django with it, and yield its process and the environment of our servers."""
    with tempfile.TemporaryDirectory(prefix="venia-bench-") as folder:
        server = postgres.start(Path(folder), settings=_SETTINGS)
        try:
            postgres.provision(server)
            with psycopg.connect(server.url(postgres.ADMIN, "postgres"), autocommit=True) as admin:
                postgres.make_database(admin, _USUAL)
            folders.private_folder(Path(folder) / "static")
            os.environ |= {
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "VENIA_DATA": folder,
                "VENIA_MASTER_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
                "DATABASE_URL": server.url(postgres.APPLICATION),
                "MIGRATE_DATABASE_URL": server.url(postgres.OWNER),
                "BENCH_DATABASE_URL": server.url(postgres.OWNER, _USUAL),
                "LOG_LEVEL": "ERROR",
            }
            django.setup()
            from django.core.management import call_command

            call_command("prepare_database", verbosity=0, stdout=io.StringIO())
            environment = {**os.environ}
            yield server.process.pid, environment
        finally:
            server.stop()


def analyse() -> None:
    """Let the planner know how large the tables have become, as it soon would by itself."""
    from config import grants

    with grants.as_owner():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
