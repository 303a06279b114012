"""An installation in which one can wait at a chosen step of a transaction, and kill what works."""

import json
import os
import signal
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import redis
from celery import Celery
from kombu.exceptions import OperationalError

from config import folders
from config.embedded import postgres, valkey
from tests.config import running

PATIENCE = 240.0  # a busy machine is slow, not wrong
VICTIMS = {
    "worker": "-Q due",
    "bulk worker": "-Q bulk",
    "broker": "valkey",
    "database": "bin/postgres",
}
_FAMILY = 471185  # of the locks by which who waits is seen
# Who comes to a halt waits until its row is gone: a killed database keeps rows, and no locks.
_HALTS = f"""
CREATE TABLE test_halts (number int PRIMARY KEY);
CREATE FUNCTION test_halt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({_FAMILY}, TG_ARGV[0]::int);
    WHILE EXISTS (SELECT FROM test_halts WHERE number = TG_ARGV[0]::int) LOOP
        PERFORM pg_sleep(0.05);
    END LOOP;
    RETURN NULL;
END $$
"""
_WAITING = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
_UNLOCKED = "WHERE id IN (SELECT id FROM {} WHERE {} FOR UPDATE SKIP LOCKED)"
_PASSED = {
    "rights_systemtask": (
        "due_at = now(), rest_until = NULL",
        "settled_at IS NULL AND state IN ('waiting', 'sent')",
    ),
    "rights_package": ("due_at = now()", "state = 'waiting'"),
    "rights_erasure": ("due_at = now()", "ended_at IS NULL"),
}


@dataclass(slots=True)
class Scene:
    """A running installation in `folder`; `claims` is how long a dead worker keeps a task of it."""

    folder: Path
    claims: dict[str, timedelta]
    killed_at: datetime | None = None
    halts: dict[str, int] = field(default_factory=dict)

    def rows(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the cluster's administrator; return its rows."""
        with psycopg.connect(self._address(), autocommit=True) as connection:
            cursor = connection.execute(text.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def number(self, text: str, *values: Any) -> int:
        """Return what `SELECT count(*)` and the rest of a statement count."""
        [(found,)] = self.rows(f"SELECT count(*) {text}", *values)
        return int(found)

    def halt_at(self, steps: dict[str, str]) -> None:
        """Let whoever comes to one of `steps`, each the event of a trigger, wait there."""
        self.rows(_HALTS)
        for number, (step, event) in enumerate(steps.items(), 1):
            kind = "CONSTRAINT TRIGGER" if "DEFERRED" in event else "TRIGGER"
            self.halts[step] = number
            self.rows("INSERT INTO test_halts VALUES (%s)", number)
            self.rows(
                f"CREATE {kind} test_halt_{number} {event} EXECUTE FUNCTION test_halt('{number}')"
            )

    def waiting(self, step: str) -> list[int]:
        """Return the sessions that wait at a step."""
        return [pid for (pid,) in self.rows(_WAITING, _FAMILY, self.halts[step])]

    def end_waiting(self, step: str) -> None:
        """End the sessions that wait at a step, and with them their transactions."""
        for pid in self.waiting(step):
            self.rows("SELECT pg_terminate_backend(%s)", pid)

    def release(self, step: str) -> None:
        """Let nobody wait at a step any more; who did, begins it anew."""
        self.rows("DELETE FROM test_halts WHERE number = %s", self.halts[step])
        self.end_waiting(step)

    def kill(self, victim: str) -> None:
        """Kill -9 one part and return once the supervisor has another, and it answers."""
        killed = self._part(victim)
        os.kill(killed, signal.SIGKILL)
        self.killed_at = datetime.now(UTC)
        until = time.monotonic() + PATIENCE
        while running.child(self.folder, VICTIMS[victim]) in {None, killed} or not self._answers():
            assert time.monotonic() < until, f"the {victim} was not started again"
            time.sleep(0.1)

    def until(self, claim: Callable[[], Any], works: Collection[str] = ()) -> None:
        """Let time pass, and the scheduler give out `works`, until the claim holds."""
        until = time.monotonic() + PATIENCE
        while not claim():
            assert time.monotonic() < until, self.state()
            self._pass(works)
            for work in works:
                self._give_out(work)
            time.sleep(0.5)

    def state(self) -> dict[str, Any]:
        """Return how far everything is, for a test that failed."""
        return {
            "erasures": self.rows("SELECT step, due_at, held_at FROM rights_erasure"),
            "packages": self.rows("SELECT state, attempts, due_at FROM rights_package"),
            "tasks": self.rows(
                "SELECT e.work, t.system, t.state, t.trouble, t.attempts, t.due_at, t.claimed_until"
                " FROM rights_systemtask t JOIN rights_errand e ON e.id = t.errand_id"
            ),
            "halts": {step: self.waiting(step) for step in self.halts},
        }

    def _part(self, victim: str) -> int:
        until = time.monotonic() + PATIENCE
        while (found := running.child(self.folder, VICTIMS[victim])) is None:
            assert time.monotonic() < until, victim
            time.sleep(0.1)
        return found

    def _answers(self) -> bool:
        socket = folders.place_of_sockets(self.folder, "valkey") / "valkey.sock"
        try:
            with redis.Redis(unix_socket_path=str(socket)) as broker:
                return bool(broker.ping()) and self.rows("SELECT 1") == [(1,)]
        except (psycopg.OperationalError, redis.RedisError):
            return False

    def _pass(self, works: Collection[str]) -> None:
        """Let every wait be over, and the claims of those who were killed have run out."""
        for table, (change, which) in _PASSED.items():
            if table != "rights_erasure" or "go_on_with_erasures" in works:
                self.rows(f"UPDATE {table} SET {change} {_UNLOCKED.format(table, which)}")
        for system, claim in self.claims.items():
            which = "state = 'claimed' AND system = %s AND claimed_until <= %s"
            self.rows(
                "UPDATE rights_systemtask SET claimed_until = now() "
                + _UNLOCKED.format("rights_systemtask", which),
                *(system, (self.killed_at or datetime.min.replace(tzinfo=UTC)) + claim),
            )

    def _give_out(self, work: str) -> None:
        scheduler = Celery("scheduler", broker=valkey.url(self.folder), set_as_current=False)
        queue = "bulk" if work.startswith("bulk_") else "due"
        with suppress(OperationalError, redis.RedisError), scheduler:
            scheduler.send_task(f"rights.tasks.{work}", queue=queue, retry=False, expires=15)

    def _address(self) -> str:
        passwords = json.loads((self.folder / "postgres.json").read_text("utf-8"))
        sockets = quote(str(folders.place_of_sockets(self.folder, "postgres")), safe="")
        login = f"{postgres.ADMIN}:{passwords[postgres.ADMIN]}"
        return f"postgresql://{login}@/{postgres.DATABASE}?host={sockets}"
