"""An installation whose worker, broker and database are killed tells every system exactly once."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.config import running
from tests.journeys.test_durability import Caller
from tests.rights.systems.company import CRM, Crm

pytestmark = [pytest.mark.long, pytest.mark.database]
KILLED = ("-Q due", "valkey", "bin/postgres", "-Q due")
PEOPLE = 8
_PATIENCE = 240.0
_SEND = """
from django.db import transaction
from django.utils import timezone
from pseudonymize import queries
from rights.casework.events import Acting
from rights.systems import errands
from rights.systems.declaration import Work
for number in range({people}):
    key = queries.find("external_id", f"S-{{number}}")
    with transaction.atomic():
        errands.send(key, Work.NOTIFY, Acting("system", timezone.now()))
"""
_COUNT = """
import json
from rights.models import Errand, SystemTask
done = SystemTask.objects.filter(state="done").count()
print("told", json.dumps([done, Errand.objects.exclude(continued_at=None).count()]))
"""


def test_every_system_is_told_once_whatever_is_killed(tmp_path: Path) -> None:
    crm = Crm(tmp_path / "crm.json")
    file = tmp_path / "systems.toml"
    file.write_text(CRM.format(port=crm.port, seconds=3), "utf-8")
    told = {"VENIA_SYSTEMS": str(file), "SYSTEM_SECRET_CRM": crm.key}
    folder, port = tmp_path / "data", running.free_port()
    process = running.launch_ready(folder, port, **told)
    reader = threading.Thread(target=lambda: process.stdout and process.stdout.read())
    reader.start()
    try:
        _register(folder, port)
        crm.behave(delay=0.5, delay_after=0.5)
        sent = running.command(folder, "shell", "-c", _SEND.format(people=PEOPLE), **told)
        assert sent.returncode == 0, sent.stderr
        for number, words in enumerate(KILLED):
            _await_calls(crm, 1 + number)
            os.kill(_victim(folder, words), signal.SIGKILL)
        crm.behave()
        _await_end(folder, told)
        seen = crm.seen()
        assert sorted(seen["effects"].values()) == [1] * PEOPLE
        assert len({call["task"] for call in seen["calls"]}) == PEOPLE
    finally:
        process.terminate()
        reader.join(30)
        process.wait(30)
        crm.stop()


def _victim(folder: Path, words: str) -> int:
    """Return the process to be killed, once it runs again after what was killed before."""
    until = time.monotonic() + _PATIENCE
    while (found := running.child(folder, words)) is None:
        assert time.monotonic() < until, words
        time.sleep(0.1)
    return found


def _register(folder: Path, port: int) -> None:
    key = running.command(folder, "service_key", "issue", "journey", "consents:write")
    caller = Caller(port, key.stdout.strip())
    for number in range(PEOPLE):
        known = {"identifiers": [{"type": "external_id", "value": f"S-{number}"}], "country": "ES"}
        caller.until_answered("POST", "/api/v1/subjects", known)


def _await_calls(crm: Crm, calls: int) -> None:
    until = time.monotonic() + _PATIENCE
    while len(crm.seen()["calls"]) < calls:
        assert time.monotonic() < until, "nobody calls"
        time.sleep(0.1)


def _await_end(folder: Path, told: dict[str, str]) -> None:
    until, last = time.monotonic() + _PATIENCE, ""
    while time.monotonic() < until:
        asked = running.command(folder, "shell", "-c", _COUNT, **told)
        last = asked.stdout + asked.stderr
        if f"told {json.dumps([PEOPLE, PEOPLE])}" in asked.stdout:
            return
        time.sleep(3)
    raise AssertionError(f"not every system was told: {last}")
