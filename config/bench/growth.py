"""What a check, an act and a search cost, and what a person takes, as their number grows."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

from django.db import connection

from config.bench import audience, installation, machine, people, report, variants
from consent import operations as consent
from consent.act import Kind
from consent.intake import NewAct
from pseudonymize.queries import holders

HEAD = (
    f"{'people':>10}{'check µs':>10}{'p50 µs':>10}{'p99 µs':>10}{'act µs':>10}"
    f"{'disk B each':>13}{'filled/s':>10}{'ready s':>9}"
)
_ROUNDS = 3
_ACTS = 500


def rows(
    server: int, environment: Mapping[str, str], *, sizes: Sequence[int], seconds: float
) -> Iterator[str]:
    """Yield a row of figures for each size, ascending, once its people are there."""
    already = 0
    for size in sorted(sizes):
        begun = time.monotonic()
        people.fill(size, already=already)
        filled = (size - already) / (time.monotonic() - begun)
        already = size
        installation.analyse()
        checks, disk = _checks(server, environment, size, seconds), _disk(size)
        each = f"{checks}{_act(server, size):10.1f}{disk:13.0f}"
        yield f"{each}{filled:10.0f}{_ready(environment):9.2f}"
        yield from audience.rows(server, environment, count=size)


def _checks(server: int, environment: Mapping[str, str], size: int, seconds: float) -> str:
    with ExitStack() as running:
        single = variants.single(running, environment, size)
        machine.pin(server, (machine.cores() or (0, 0))[0])
        rounds = [variants.measured(single, server, seconds, seed=n) for n in range(_ROUNDS)]
    found = report.line("", rounds)
    return f"{size:10}{found.cpu:10.1f}{found.p50:10.0f}{found.p99:10.0f}"


def _act(server: int, size: int) -> float:
    """Return the CPU µs, here and in the database, of recording an act of somebody."""
    dice = random.Random(2)  # noqa: S311  the same people each time
    act = NewAct(kind=Kind.REFUSED, method="web_form", purpose=people.PURPOSES[1])

    def used() -> float:
        return time.process_time() + machine.cpu_seconds(server)

    before = used()
    for _ in range(_ACTS):
        (key,) = holders("external_id", f"B-{dice.randrange(size)}")
        consent.record_act(key, act, caller="key:bench", at=datetime.now(UTC))
    return (used() - before) / _ACTS * 1e6


def _disk(size: int) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        found: int = cursor.fetchone()[0]
    return found / size


def _ready(environment: Mapping[str, str]) -> float:
    """Return how many seconds a web process needs until it listens."""
    begun = time.monotonic()
    with machine.ours(environment):
        return time.monotonic() - begun
