"""Our own PostgreSQL: no port, no trust, no change outside its folder."""

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import folders
from config.embedded import postgres, unprivileged
from config.processes import CannotStart

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("postgres")


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[postgres.Server]:
    started = postgres.start(data)
    postgres.provision(started)
    yield started
    started.stop()


def test_each_role_gets_in_with_its_own_password_only(server: postgres.Server) -> None:
    for role in (postgres.OWNER, postgres.APPLICATION):
        psycopg.connect(server.url(role, "postgres")).close()
    stolen = server.url(postgres.OWNER).replace(server.passwords[postgres.OWNER], "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(stolen)


@pytest.mark.parametrize(
    ("name", "value"),
    [("fsync", "on"), ("listen_addresses", ""), ("password_encryption", "scram-sha-256")],
)
def test_it_keeps_what_it_has_promised(server: postgres.Server, name: str, value: str) -> None:
    with psycopg.connect(server.url(postgres.ADMIN, "postgres")) as connection:
        shown = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert shown == (value,)


def test_the_folder_around_it_keeps_its_permissions(data: Path, server: postgres.Server) -> None:
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "postgres.json").stat().st_mode) == 0o600


def test_the_log_never_repeats_a_value(data: Path, server: postgres.Server) -> None:
    with psycopg.connect(server.url(postgres.OWNER), autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE people (email text UNIQUE)")
        connection.execute("INSERT INTO people VALUES ('ana@people.example')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES ('ana@people.example')")
    assert "ana@people.example" not in (data / "postgres.log").read_text()


@pytest.mark.usefixtures("server")
def test_no_second_server_starts_on_the_same_files(data: Path) -> None:
    taken = folders.lock(data / "postgres.lock")
    assert taken is None


def test_a_cluster_without_its_passwords_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")
    with pytest.raises(CannotStart, match="restore it from the backup"):
        postgres.start(tmp_path)


def test_a_long_path_does_not_break_the_sockets(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    sockets = folders.socket_folder(deep, "postgres")
    try:
        assert len(os.fsencode(sockets / ".s.PGSQL.5432")) < 100
        assert sockets == folders.socket_folder(deep, "postgres")
    finally:
        sockets.rmdir()


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that every user of the machine can reach."""
    with tempfile.TemporaryDirectory(prefix="venia-test-") as folder:
        yield Path(folder)


def test_it_runs_without_user_namespaces_too_and_never_as_root(reachable: Path) -> None:
    run_by = unprivileged.runner if os.geteuid() else unprivileged.as_user
    for _ in ("made", "started again"):
        server = postgres.start(reachable, run_by=run_by)
        try:
            assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0
        finally:
            server.stop()


def test_a_folder_that_no_other_user_reaches_is_refused_with_a_way_out(tmp_path: Path) -> None:
    tmp_path.parent.chmod(0o700)
    with pytest.raises(CannotStart, match="run as an ordinary user"):
        unprivileged.as_user(Path(sys.prefix), tmp_path)
