"""How many profiles a second one core transforms: `python -m pseudonymize.release.bench [rows]`."""

import hmac
import os
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa

from pseudonymize.release.kernel import Release, transform
from pseudonymize.release.policy import parse
from pseudonymize.sealing import new_key

BATCH = 50_000
ROUNDS = 3
_EDGES = [18, 25, 35, 45, 55, 65]
POLICY: dict[str, Any] = {
    "name": "bench",
    "version": 1,
    "purpose": "measurement",
    "scope": "bench/measurement",
    "subject": {"field": "email", "type": "email"},
    "fields": {
        "household": {"action": "pseudonym", "of": "scope", "domain": "household"},
        "device": {"action": "pseudonym", "of": "scope", "domain": "device"},
        "birth_date": {"action": "generalise", "to": "age_band", "edges": _EDGES},
        "postcode": {"action": "generalise", "to": "postcode_prefix", "keep": 2},
        "ip": {"action": "generalise", "to": "ip", "ipv4": 24, "ipv6": 48},
        "language": {"action": "keep"},
        "plan": {"action": "keep"},
        "email": {"action": "drop"},
    },
}


def batches(rows: int) -> Iterator[Any]:
    """Yield invented profiles of eight fields, `BATCH` at a time."""
    for start in range(0, rows, BATCH):
        numbers = range(start, min(start + BATCH, rows))
        yield pa.RecordBatch.from_pydict(
            {
                "household": [f"H-{n * 7919 % 10**9:09}" for n in numbers],
                "device": [f"device-{n * 104729 % 10**12:012}" for n in numbers],
                "birth_date": [f"{1940 + n % 70}-{1 + n % 12:02}-{1 + n % 28:02}" for n in numbers],
                "postcode": [f"{n % 52_000:05}" for n in numbers],
                "ip": [f"192.0.{n % 250}.{n % 199}" for n in numbers],
                "language": [("es", "pt-BR", "en")[n % 3] for n in numbers],
                "plan": [("prepaid", "contract")[n % 2] for n in numbers],
                "email": [f"person{n}@correo.example" for n in numbers],
            }
        )


def a_release() -> Release:
    """Return the measured policy: 2 fields pseudonymised, 3 generalised, 2 kept, 1 dropped."""
    fields = {name: {"category": "user"} | rule for name, rule in POLICY["fields"].items()}
    return Release(parse(POLICY | {"fields": fields}), new_key(), "2026-10+3", date(2026, 11, 21))


def naive(release: Release, batch: Any) -> list[dict[str, Any]]:
    """Do the same row by row with `hmac.digest`, as one would write it first."""
    key, on = release.key.value, release.on
    rows = []
    for row in batch.to_pylist():
        born = date.fromisoformat(row["birth_date"])
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        rows.append(
            {
                "household": hmac.digest(key, row["household"].encode(), "sha256").hex(),
                "device": hmac.digest(key, row["device"].encode(), "sha256").hex(),
                "birth_date": sum(age >= edge for edge in _EDGES),
                "postcode": row["postcode"][:2],
                "ip": row["ip"].rpartition(".")[0] + ".0",
                "language": row["language"],
                "plan": row["plan"],
            }
        )
    return rows


def _rates(work: Any, made: list[Any]) -> list[float]:
    rates = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for batch in made:
            work(batch)
        rates.append(sum(batch.num_rows for batch in made) / (time.perf_counter() - started))
    return rates


def main(rows: int) -> None:
    """Print profiles a second of the kernel and of the naive loop, and the memory of a stream."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    pa.set_cpu_count(1)
    release, made = a_release(), list(batches(200_000))
    for name, work in (
        ("naive HMAC loop", lambda batch: naive(release, batch)),
        ("field policy kernel", lambda batch: transform(release, batch, [])),
    ):
        rates = _rates(work, made)
        middle, low, high = statistics.median(rates), min(rates), max(rates)
        print(f"{name:20} {middle:>9,.0f} profiles/s  ({low:,.0f}..{high:,.0f})")
    del made
    before = _peak_mib()
    count = sum(transform(release, batch, []).num_rows for batch in batches(rows))
    print(f"{count:,} profiles streamed; peak memory grew by {_peak_mib() - before:.0f} MiB")


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
