"""What PostgreSQL alone gives on the same table: the bound that no check can pass."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping

from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from config.embedded import postgres

_SCRIPT = """\\set key random({lowest}, {highest})
SELECT subject_key, person, circumstances FROM consent_known WHERE subject_key = :key;
"""
_CLIENTS = 8


def rows(environment: Mapping[str, str], *, seconds: float) -> list[str]:
    """Return how many rows of people are read in a second; nothing where there is no pgbench."""
    program = _program()
    if program is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(subject_key), max(subject_key) FROM consent_known")
        lowest, highest = cursor.fetchone()
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_SCRIPT.format(lowest=lowest, highest=highest))
        script.flush()
        command = [program, "--no-vacuum", "-M", "prepared", "-c", str(_CLIENTS), "-j", "1"]
        command += ["-T", str(max(1, round(seconds))), "-f", script.name]
        reached = {**environment, **_reached(environment["DATABASE_URL"])}
        told = subprocess.check_output(command, text=True, env=reached, stderr=subprocess.DEVNULL)
    found = re.search(r"tps = ([\d.]+)", told)
    rate = float(found[1]) if found else 0.0
    return [f"pgbench, one person's row, {_CLIENTS} clients{rate:14.0f} reads/s"]


def _reached(url: str) -> dict[str, str]:
    """Return how to reach a database as libpq's variables: no password in the list of processes."""
    parts = conninfo_to_dict(url)
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    return {
        f"PG{variable}": str(parts[name])
        for name, variable in {**named, "dbname": "DATABASE"}.items()
        if parts.get(name)
    }


def _program() -> str | None:
    """Return the program that came with the embedded server, or one of this machine."""
    beside = postgres.program("pgbench")
    return str(beside) if beside.exists() else shutil.which("pgbench")
