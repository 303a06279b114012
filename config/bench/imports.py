"""
A stream of past acts, taken over into the ledger, beside a plain COPY of as many rows.

The clock runs from the first byte of the stream until the last worker is done. The workers are
ready before, with their connections, as those of an installation are.
"""

import json
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from psycopg import sql

from config import grants
from config.bench import client, machine, people, report
from consent import imports
from pseudonymize.arrivals import Arrival, register_new
from pseudonymize.registration import Registration

Worker = subprocess.Popen[str]

OURS, PLAIN = "Venia, import into the ledger", "plain COPY of the same rows"
_WORKERS = 2
_CHUNK = 1 << 18
_ACTS_OF_ONE = 4
_AT_ONCE = 1000
_COPIED = sql.Identifier("bench_copied")


def rounds(
    server: int, environment: Mapping[str, str], *, lines: int, times: int
) -> dict[str, list[report.Round]]:
    """Take over `lines` acts of people who are new, `times` times, and copy their rows plainly."""
    found: dict[str, list[report.Round]] = {OURS: [], PLAIN: []}
    with _ready(environment) as workers:
        for number in range(times):
            sent = stream(lines, number)
            found[OURS].append(_imported(server, workers, sent, lines))
            found[PLAIN].append(_copied(server, lines))
    return found


def stream(lines: int, number: int) -> bytes:
    """Return the past of people, as an export of another system tells it: nearly by person."""
    dice = random.Random(number)  # noqa: S311  the same load each time
    now, names = datetime.now(UTC), [f"I-{number}-{n}" for n in range(lines // _ACTS_OF_ONE + 1)]
    for at in range(0, len(names), _AT_ONCE):
        few = names[at : at + _AT_ONCE]
        told = [Registration((("external_id", name),), "ES", locale="es") for name in few]
        register_new([Arrival(one, now) for one in told])
    texts = [json.dumps(_line(dice, names[n // _ACTS_OF_ONE], now)).encode() for n in range(lines)]
    for at in range(0, lines, _AT_ONCE):
        part = texts[at : at + _AT_ONCE]
        dice.shuffle(part)
        texts[at : at + _AT_ONCE] = part
    return b"\n".join(texts)


def _line(dice: random.Random, name: str, now: datetime) -> dict[str, Any]:
    at = now - timedelta(minutes=dice.randrange(200_000))
    line: dict[str, Any] = {
        "subject": {"type": "external_id", "value": name},
        "purpose": people.PURPOSES[dice.randrange(3)],
        "decision": dice.choice(["granted", "granted", "refused", "withdrawn"]),
        "channels": ["push", "web"],
        "method": "old_shop",
        "actor": "subject",
        "acted_at": at.isoformat(),
        "notice": {"version": "1.0", "locale": "es"},
    }
    if dice.random() < 0.5:
        line["evidence"] = {"form": "alta-2025", "row": dice.randrange(10**6)}
    return line


@contextmanager
def _ready(environment: Mapping[str, str]) -> Iterator[Sequence[Worker]]:
    """Start workers and yield them once they can begin; they end with their input."""
    command, pipe = [sys.executable, "-m", "config.bench.takeover"], subprocess.PIPE
    env = dict(environment)
    workers = [
        subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, text=True)
        for _ in range(_WORKERS)
    ]
    try:
        for worker in workers:
            client.require(_said(worker) == "ready", OURS)
        yield workers
    finally:
        for worker in workers:
            worker.communicate(timeout=60)


def _imported(server: int, workers: Sequence[Worker], sent: bytes, lines: int) -> report.Round:
    chunks = (sent[at : at + _CHUNK] for at in range(0, len(sent), _CHUNK))
    before, begun, mine = machine.cpu_seconds(server), time.perf_counter(), time.process_time()
    job, _ = imports.receive(
        chunks, caller="key:bench", idempotency_key=str(uuid.uuid4()), at=datetime.now(UTC)
    )
    for worker in workers:
        print(job.pk, file=worker.stdin, flush=True)
    used = sum(float(_said(worker)) for worker in workers) + time.process_time() - mine
    seconds = time.perf_counter() - begun
    job.refresh_from_db()
    client.require((job.state, job.recorded) == ("done", lines), OURS)
    return _round(lines, seconds, used + machine.cpu_seconds(server) - before)


def _said(worker: Worker) -> str:
    return worker.stdout.readline().strip() if worker.stdout else ""


def _copied(server: int, lines: int) -> report.Round:
    """Copy rows of the ledger into a table like it, without chain, proofs or projection."""
    with grants.as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_copied")
        cursor.execute("CREATE TABLE bench_copied (LIKE consent_consentevent INCLUDING ALL)")
        part = sql.SQL("(SELECT * FROM consent_consentevent ORDER BY id DESC LIMIT {})")
        rows = part.format(sql.Literal(lines))
        with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(rows)) as copy:
            kept = [bytes(row) for row in copy]
        before, begun, mine = machine.cpu_seconds(server), time.perf_counter(), time.process_time()
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(_COPIED)) as copy:
            for row in kept:
                copy.write(row)
        seconds, used = time.perf_counter() - begun, time.process_time() - mine
        spent = used + machine.cpu_seconds(server) - before
        cursor.execute("DROP TABLE bench_copied")
    return _round(len(kept), seconds, spent)


def _round(lines: int, seconds: float, cpu: float) -> report.Round:
    each = seconds / lines * 1e6
    return report.Round(lines, lines / seconds, cpu / lines * 1e6, each, each)
