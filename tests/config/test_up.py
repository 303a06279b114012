"""`manage.py up`, for real: what it starts, what it survives, and how it ends."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.config import running

pytestmark = pytest.mark.database
PROCESSES = ("manage.py up", "uvicorn", "-Q due", "-Q bulk", " beat ", "bin/postgres", "valkey")


@pytest.fixture(scope="module")
def port() -> int:
    return running.free_port()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Path]:
    """An installation that runs while the tests of this module do."""
    folder = tmp_path_factory.mktemp("installation") / "data"
    process = running.launch_ready(folder, port)
    yield folder
    assert running.end(process) == 0


def wait_for(claim: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_web_workers_scheduler_and_servers_run(folder: Path, port: int) -> None:
    commands = running.living(folder).values()
    assert all(any(words in command for command in commands) for words in PROCESSES)
    assert running.status(port, "/api/schema/") == 200


def test_only_the_web_listens_on_a_port(folder: Path, port: int) -> None:
    listening = set()
    for pid in running.living(folder):
        listening |= set(_inodes(pid)) & set(_listeners())
    assert {_listeners()[inode] for inode in listening} == {f"0100007F:{port:04X}"}


def test_nobody_else_can_read_what_is_in_the_folder(folder: Path) -> None:
    for path in [folder, *folder.iterdir()]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_the_web_does_not_know_the_owners_password(folder: Path) -> None:
    environment = Path(f"/proc/{running.child(folder, 'uvicorn')}/environ").read_bytes()
    passwords = json.loads((folder / "postgres.json").read_text())
    assert passwords["venia_app"].encode() in environment
    assert passwords["venia_owner"].encode() not in environment


@pytest.mark.parametrize("words", [("verify_ledger",), ("rebuild_state",), ("service_key", "list")])
def test_a_command_beside_it_finds_its_database_and_key(
    folder: Path, words: tuple[str, ...]
) -> None:
    done = running.command(folder, *words)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_command_without_a_database_says_what_to_do(tmp_path: Path) -> None:
    done = running.command(tmp_path, "verify_ledger", VENIA_MASTER_KEY="A" * 43)
    assert done.returncode == 1
    assert "make run" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_start_on_the_same_folder_is_refused(folder: Path) -> None:
    said = running.refusal(folder, running.free_port())
    assert "already runs" in said


def test_a_port_that_is_taken_is_named(folder: Path, port: int, tmp_path: Path) -> None:
    said = running.refusal(tmp_path / "other", port)
    assert f"Port {port}" in said
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("words", ["uvicorn", "-Q due", " beat ", "bin/postgres", "valkey"])
def test_what_is_killed_is_started_again(folder: Path, port: int, words: str) -> None:
    killed = running.child(folder, words)
    assert killed
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: running.child(folder, words) not in {None, killed})
    assert running.status(port) == 200


def test_it_ends_without_a_trace_and_starts_again_on_the_same_data(tmp_path: Path) -> None:
    folder, port = tmp_path / "my data", running.free_port()
    process = running.launch_ready(folder, port)
    key = (folder / "master.key").read_text()
    assert running.end(process, signal.SIGINT) == 0
    assert running.living(folder) == {}
    again = running.launch_ready(folder, port)
    assert (folder / "master.key").read_text() == key
    _kill_at_once(folder, again)
    third = running.launch_ready(folder, port)
    third.kill()
    third.communicate()
    wait_for(lambda: running.living(folder) == {})
    (folder / "master.key").unlink()
    assert "master key that is missing" in running.refusal(folder, port)
    assert "not the one" in running.refusal(folder, port, VENIA_MASTER_KEY="A" * 43)
    assert running.living(folder) == {}


def test_an_interrupted_preparation_ends_cleanly_too(tmp_path: Path) -> None:
    process = running.launch(tmp_path / "data", running.free_port())
    assert process.stdout
    assert any("Migrations" in line for line in process.stdout)
    assert running.end(process) == 0
    assert running.living(tmp_path / "data") == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_make_alone_is_enough(tmp_path: Path, number: signal.Signals) -> None:
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"run:\n\t@exec {sys.executable} manage.py up\n")
    command = ["make", "--no-print-directory", "-f", str(makefile), "run"]
    process = running.launch(tmp_path / "data", running.free_port(), command=command)
    assert process.stdout
    assert any("Migrations" in line for line in process.stdout)
    assert running.end(process, number) != 0
    assert running.living(tmp_path / "data") == {}


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PORT": "eighty"}, "whole number"),
        ({"PORT": "70000"}, "1 to 65535"),
        ({"DATABASE_URL": "mysql://x/y"}, "postgresql://"),
        ({"DATABASE_URL": "postgresql://u@127.0.0.1:1/x"}, "does not answer"),
        ({"VENIA_MASTER_KEY_FILE": "/nonexistent"}, "cannot be read"),
        ({"VENIA_DATA": "/dev/null/data"}, "choose another with VENIA_DATA"),
    ],
)
def test_a_setting_that_cannot_work_is_told_in_one_sentence(
    tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    assert sentence in running.refusal(tmp_path / "data", running.free_port(), **environment)


def test_a_damaged_cluster_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("9.1\n")
    (tmp_path / "postgres.json").write_text(json.dumps({"venia_admin": "x"}))
    (tmp_path / "master.key").write_text("A" * 43)
    assert "does not start" in running.refusal(tmp_path, running.free_port())


def _kill_at_once(folder: Path, process: subprocess.Popen[str]) -> None:
    for pid in running.living(folder):
        os.kill(pid, signal.SIGKILL)
    process.communicate()


def _listeners() -> dict[str, str]:
    """Return the addresses that are listened on, by the inode of their socket."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {row[9]: row[1] for row in rows if row[3] == "0A"}


def _inodes(pid: int) -> list[str]:
    links = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    return [link[8:-1] for link in links if link.startswith("socket:[")]
