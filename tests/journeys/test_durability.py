"""No act that was acknowledged is lost, whatever is killed while acts are written."""

import json
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.config import running

KILLED = ("uvicorn", "bin/postgres")
WRITERS = 3
_PATIENCE_SECONDS = 60


class Caller:
    """Speaks to a running Venia as another service does: retries with the same key."""

    def __init__(self, port: int, key: str) -> None:
        self._base, self._key = f"http://127.0.0.1:{port}", key

    def once(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        request = urllib.request.Request(
            self._base + path, data=json.dumps(body).encode() if body else None, method=method
        )
        request.add_header("Authorization", f"Bearer {self._key}")
        request.add_header("Content-Type", "application/json")
        if key:
            request.add_header("Idempotency-Key", key)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def until_answered(self, method: str, path: str, body: Any = None) -> Any:
        key, until, told = uuid.uuid4().hex, time.monotonic() + _PATIENCE_SECONDS, ""
        while time.monotonic() < until:
            try:
                return self.once(method, path, body, key)
            except urllib.error.HTTPError as refused:
                told = refused.read().decode()
                if refused.code < 500:
                    raise AssertionError(told) from refused
            except OSError as error:
                told = str(error)  # being started again; what counts is that it comes back
            time.sleep(0.1)
        raise AssertionError(f"{method} was not answered: {told}")


def _write(caller: Caller, subject: str, stop: threading.Event, kept: list[str]) -> None:
    decisions = ["granted", "withdrawn"]
    while not stop.is_set():
        act = {
            "purpose": "marketing.offers",
            "decision": decisions[len(kept) % 2],
            "method": "web_form",
            "actor": "subject",
            "notice": {"version": "1.0", "locale": "es"},
        }
        answer = caller.until_answered("POST", f"/api/v1/subjects/{subject}/consents", act)
        kept.append(answer["id"])


@pytest.mark.usefixtures("django_db_setup")
def test_what_was_acknowledged_survives_kills_of_web_and_database(tmp_path: Path) -> None:
    folder, port = tmp_path / "data", running.free_port()
    process = running.launch_ready(folder, port)
    reader = threading.Thread(target=_read_to_the_end, args=(process,))
    reader.start()
    scopes = ("consents:write", "consents:read")
    key = running.command(folder, "service_key", "issue", "journey", *scopes).stdout.strip()
    caller, stop = Caller(port, key), threading.Event()
    subjects = [_subject(caller, number) for number in range(WRITERS)]
    kept: list[list[str]] = [[] for _ in subjects]
    writers = [
        threading.Thread(target=_write, args=(caller, subject, stop, receipts))
        for subject, receipts in zip(subjects, kept, strict=True)
    ]
    for writer in writers:
        writer.start()
    for words in KILLED:
        _await_acknowledgements(kept)
        _kill(folder, words)
    _await_acknowledgements(kept)
    stop.set()
    for writer in writers:
        writer.join(60)
    for subject, receipts in zip(subjects, kept, strict=True):
        assert len(receipts) > len(KILLED)
        assert _count(caller, subject) == len(receipts)
        caller.until_answered("GET", f"/api/v1/receipts/{receipts[-1]}")
    for check in ("verify_ledger", "rebuild_state"):
        checked = running.command(folder, check)
        assert checked.returncode == 0, checked.stdout + checked.stderr
    process.terminate()
    reader.join(30)
    assert process.wait(30) == 0


def _await_acknowledgements(kept: list[list[str]], more: int = 5) -> None:
    """Wait until the writers had `more` acts acknowledged in all."""
    target = sum(map(len, kept)) + more
    until = time.monotonic() + _PATIENCE_SECONDS
    while sum(map(len, kept)) < target:
        assert time.monotonic() < until, "nothing is acknowledged any more"
        time.sleep(0.05)


def _read_to_the_end(process: subprocess.Popen[str]) -> None:
    """A pipe that nobody reads fills up, and its writers wait."""
    assert process.stdout
    for _ in process.stdout:
        pass


def _subject(caller: Caller, number: int) -> str:
    body = {
        "identifiers": [{"type": "external_id", "value": f"D-{number}"}],
        "country": "ES",
    }
    return str(caller.until_answered("POST", "/api/v1/subjects", body)["id"])


def _count(caller: Caller, subject: str) -> int:
    path, count, cursor = f"/api/v1/subjects/{subject}/consents?history=true", 0, "0"
    while cursor:
        page = caller.until_answered("GET", f"{path}&cursor={cursor}")
        count += len(page["acts"])
        cursor = page["next"]
    return count


def _kill(folder: Path, words: str) -> None:
    victim = running.child(folder, words)
    assert victim
    os.kill(victim, signal.SIGKILL)
