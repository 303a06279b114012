"""What a check costs, and what a person takes, as their number grows."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack

from django.db import connection

from config.bench import installation, machine, people, report, variants

HEAD = (
    f"{'people':>10}{'CPU µs':>10}{'p50 µs':>10}{'p99 µs':>10}"
    f"{'disk B each':>13}{'filled/s':>10}{'ready s':>9}"
)
_ROUNDS = 3


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
        yield _row(server, environment, size, seconds) + f"{filled:10.0f}{_ready(environment):9.2f}"


def _row(server: int, environment: Mapping[str, str], size: int, seconds: float) -> str:
    with ExitStack() as running:
        single = variants.single(running, environment, size)
        machine.pin(server, (machine.cores() or (0, 0))[0])
        rounds = [variants.measured(single, server, seconds, seed=n) for n in range(_ROUNDS)]
    found = report.line("", rounds)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        each = cursor.fetchone()[0] / size
    return f"{size:10}{found.cpu:10.1f}{found.p50:10.0f}{found.p99:10.0f}{each:13.0f}"


def _ready(environment: Mapping[str, str]) -> float:
    """Return how many seconds a web process needs until it listens."""
    begun = time.monotonic()
    with machine.granian("config.wsgi", environment):
        return time.monotonic() - begun
