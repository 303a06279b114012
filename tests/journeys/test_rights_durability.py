"""Worker, broker and database server are killed in an erasure and a copy: each is done once."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.config import running
from tests.journeys.killing import Scene
from tests.rights.systems.company import CRM, Crm

pytestmark = pytest.mark.database
_SECONDS = 20  # what a system may take
_HELD = 8  # what it takes while it is to be killed around it
_CLAIMS = {
    "crm": timedelta(seconds=_SECONDS + 60),
    "till": timedelta(seconds=_SECONDS + 60),
    "venia": timedelta(minutes=5),
}
_AT_THE_END = "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
HALTS = {
    "between": f"AFTER UPDATE ON rights_systemtask {_AT_THE_END}"
    " WHEN (NEW.state = 'done' AND NEW.\"order\" = 10)",  # of an erasure: only that has an order
    "packing": "AFTER INSERT ON rights_packagepart FOR EACH ROW",
    "shredding": f"AFTER UPDATE ON rights_erasure {_AT_THE_END} WHEN (NEW.step = 'ended')",
}
WORKS = {
    "between": ["drive_due"],
    "packing": ["drive_due", "bulk_make_packages"],
    "shredding": ["drive_due", "go_on_with_erasures", "send_mails"],
}
SHORT = {
    "calling": ["worker"],
    "between": ["database"],
    "packing": ["broker", "bulk worker"],
    "shredding": ["database"],
}
ALL = {
    "calling": ["worker", "database", "broker"],
    "between": ["worker", "broker", "database"],
    "packing": ["bulk worker", "broker", "database"],
    "shredding": ["worker", "broker", "database"],
}
_CALLED = ("erase", "export")
GONE, STAYS = "persona1@prueba.example", "persona2@prueba.example"
_ASK = """
from datetime import timedelta
from django.utils import timezone
from tests.builders import a_grant, a_subject
from tests.rights.access.packages import granted
from tests.rights.erasure.people import an_erasure
gone, stays = a_subject("BR", locale="pt-BR"), a_subject()
for person in (gone, stays):
    a_grant(person.subject_key)
yesterday = timezone.localdate() - timedelta(days=1)
granted(stays.subject_key, day=yesterday.isoformat())
an_erasure(gone.subject_key)
"""
_OPEN = """
import hashlib
from rights.access import fetching
from rights.models import Package
from tests.rights.access.packages import rows
package = Package.objects.select_related("right__request").get()
assert hashlib.sha256(b"".join(fetching.plain(package))).hexdigest() == package.digest
assert package.pieces.count() == package.parts
for system in ("crm", "till"):
    assert [one["name"] for one in rows(package, f"{system}/contacts")] == ["Rosa Soto"], system
assert rows(package, "venia/consent_acts")[0]["purpose"] == "marketing.offers"
print("whole")
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """An installation and the two systems that it tells; `told` is how commands learn of them."""

    scene: Scene
    systems: Mapping[str, Crm]
    told: Mapping[str, str]

    def run(self, *words: str) -> str:
        """Run a command beside it and return what it said; it must end well."""
        done = running.command(self.scene.folder, *words, **self.told)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def calls(self, work: str, system: str = "crm") -> int:
        """Return how often a system was called for a work."""
        return [call["work"] for call in self.systems[system].seen()["calls"]].count(work)


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    """Run it with two systems that know both people; the till is told to erase last."""
    systems = {name: Crm(tmp_path / f"{name}.json") for name in ("crm", "till")}
    declared = [
        CRM.format(port=one.port, seconds=_SECONDS).replace("[crm", f"[{name}")
        for name, one in systems.items()
    ]
    file = tmp_path / "systems.toml"
    file.write_text(declared[0] + declared[1].replace("order = 10", "order = 20"), "utf-8")
    told = {f"SYSTEM_SECRET_{name.upper()}": one.key for name, one in systems.items()}
    told["VENIA_SYSTEMS"] = str(file)
    try:
        with _running(tmp_path / "data", told) as scene:
            yield Installed(scene, systems, told)
    finally:
        for one in systems.values():
            one.stop()


@contextmanager
def _running(folder: Path, told: Mapping[str, str]) -> Iterator[Scene]:
    process = running.launch_ready(folder, running.free_port(), **told)
    said = folder.with_name("said.txt")  # to be read where the test fails
    reader = threading.Thread(target=lambda: said.write_text(process.communicate()[0], "utf-8"))
    reader.start()
    try:
        yield Scene(folder, _CLAIMS)
    finally:
        process.terminate()
        reader.join(30)
        process.wait(30)


@pytest.mark.parametrize(
    "killed", [SHORT, pytest.param(ALL, marks=pytest.mark.long)], ids=["some", "all"]
)
def test_what_is_killed_in_an_erasure_and_a_copy_leaves_each_done_once(
    installed: Installed, killed: Mapping[str, list[str]]
) -> None:
    scene = installed.scene
    scene.halt_at(HALTS)
    for one in installed.systems.values():
        one.knows("T-1", GONE)
        one.knows("T-2", STAYS)
    for work in _CALLED:
        installed.systems["crm"].behave(work, delay=_HELD)
    installed.run("shell", "-c", _ASK)
    seen = dict.fromkeys(_CALLED, 0)
    for victim in killed["calling"]:
        seen = _kill_in_a_call(installed, victim, seen)
    for work in _CALLED:
        installed.systems["crm"].behave(work)
    for step in HALTS:
        for victim in killed[step]:
            _kill_in_a_step(scene, step, victim)
        assert installed.calls("erase", "till") == (step != "between")
        scene.release(step)
    works = WORKS["shredding"] + WORKS["packing"]
    scene.until(lambda: _is_over(scene), works)
    _require_each_once(installed)
    _require_proof(installed)
    _require_gone(installed)


def _kill_in_a_call(installed: Installed, victim: str, seen: Mapping[str, int]) -> dict[str, int]:
    """Kill while the CRM holds open a new call of the erasure and of the copy; return how many."""

    def called() -> dict[str, int]:
        return {work: installed.calls(work) for work in seen}

    def again() -> bool:
        return all(calls > seen[work] for work, calls in called().items())

    installed.scene.until(again, ["drive_due", "go_on_with_erasures"])
    installed.scene.kill(victim)
    return called()


def _kill_in_a_step(scene: Scene, step: str, victim: str) -> None:
    """Kill while a transaction is all but committed; nothing of it may be seen afterwards."""
    scene.until(lambda: scene.waiting(step), WORKS[step])
    scene.kill(victim)
    if "worker" in victim:
        scene.end_waiting(step)
    assert scene.number("FROM rights_packagepart") == 0 or step == "shredding"
    assert scene.number("FROM rights_erasure WHERE step = 'ended'") == 0


def _is_over(scene: Scene) -> bool:
    erased = scene.number("FROM rights_erasure WHERE step = 'ended'")
    copied = scene.number("FROM rights_package WHERE state = 'ready'")
    unsent = scene.number("FROM rights_letter WHERE sent_at IS NULL AND due_at IS NOT NULL")
    return (erased, copied, unsent) == (1, 1, 0)


def _require_each_once(installed: Installed) -> None:
    """Assert that every system got one task a work and did it once, and every step was one."""
    scene = installed.scene
    for name, one in installed.systems.items():
        seen = one.seen()
        works = {(call["work"], call["task"]) for call in seen["calls"]}
        assert sorted(work for work, _ in works) == ["erase", "export", "notify", "verify"], name
        assert seen["effects"] == {task: 1 for _, task in works}, name
        assert [person["ids"] for person in seen["people"]] == [["T-2", STAYS]], name
    told = scene.rows("SELECT kind, count(*) FROM rights_requestevent GROUP BY kind")
    once = ("erasing", "verifying", "telling", "ended")
    expected = {f"erasure.{step}": 1 for step in once} | {"package.ready": 1, "completed": 2}
    assert expected.items() <= dict(told).items(), told
    tasks = scene.number("FROM rights_systemtask")
    assert dict(told)["errand.system_settled"] == tasks
    assert scene.number("FROM rights_errand WHERE continued_at IS NULL") == 0


def _require_proof(installed: Installed) -> None:
    """Assert that the package is whole, the chains verify, and it was certified once."""
    scene = installed.scene
    assert "whole" in installed.run("shell", "-c", _OPEN)
    installed.run("verify_ledger")
    lines = [json.loads(line) for line in _journal(scene).splitlines()]
    assert sorted(line["what"] for line in lines) == ["blocked", "erased", "suppressed"]
    letters = "FROM rights_letter WHERE kind = 'certificate' GROUP BY request_id"
    assert scene.rows(f"SELECT count(*) {letters}") == [(1,), (1,)]
    mails = [path.read_text("utf-8") for path in (scene.folder / "mail").iterdir()]
    assert sum(text.count('filename="certificate-') for text in mails) == 2


def _journal(scene: Scene) -> str:
    return (scene.folder / "erasures.journal").read_text("utf-8")


def _require_gone(installed: Installed) -> None:
    """Assert that one person is gone, in rows and in every file, and the other is not."""
    scene = installed.scene
    lives = scene.rows("SELECT life FROM pseudonymize_subject ORDER BY subject_key")
    assert lives == [("shredded",), ("active",)]
    known = "FROM pseudonymize_identifier GROUP BY subject_id"
    assert scene.rows(f"SELECT count(*) {known}") == [(3,)]  # with the public id
    files = [path for path in scene.folder.rglob("*") if path.is_file()]
    naming = [path for path in files if GONE.encode() in path.read_bytes()]
    assert naming == []
