"""What must not change: a withdrawal counts from the very next check, and memory does not grow."""

import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from config.bench import client, machine, people, variants
from consent import operations as consent
from consent.act import Kind
from consent.intake import NewAct
from pseudonymize.queries import holders

_WARM = 5000
_PURPOSE = people.PURPOSES[0]


def rows(environment: Mapping[str, str], *, count: int, checks: int, times: int) -> list[str]:
    """
    Return what was seen of one web process: `times` withdrawals and `checks` checks.

    `count` people are there. Their withdrawals stand afterwards.
    """
    with ExitStack() as running:
        ours = variants.single(running, environment, count)
        half = range(0, count, 4), range(1, count, 4)  # who may have allowed it
        idle = _stale(ours, half[0], times)
        with _load(ours):
            loaded = _stale(ours, half[1], times)
        grown = _grown(ours, checks)
    return [
        f"permits after an answered withdrawal, idle: {idle[0]} of {idle[1]}",
        f"permits after an answered withdrawal, under load: {loaded[0]} of {loaded[1]}",
        f"memory of the web process: {grown[0]:.1f} MB after {_WARM} checks, "
        f"{grown[1]:.1f} MB after {checks} more",
    ]


def _stale(ours: variants.Variant, numbers: range, times: int) -> tuple[int, int]:
    """Return how many checks still permitted, and how many people had been permitted before."""
    stale = tried = 0
    for number in numbers:
        if tried == times:
            break
        sent = _check(ours, number)
        if not _permits(ours, sent):
            continue
        tried += 1
        _withdraw(number)
        stale += _permits(ours, sent)
    if not tried:
        sys.exit("Nobody had allowed anything; nothing can be withdrawn.")
    return stale, tried


def _check(ours: variants.Variant, number: int) -> bytes:
    """Return a check about one person, with the key of the others."""
    head = ours.requests[0].partition(b"\r\n\r\n")[0].decode()
    authorization = head.partition("Authorization: ")[2].partition("\r\n")[0]
    asked = people.check(number, "recommend")
    return client.request(
        "/access/v1/evaluation", people.encoded(asked), authorization=authorization
    )


def _permits(ours: variants.Variant, sent: bytes) -> bool:
    return bool(json.loads(client.ask(ours.port, sent))["decision"])


def _withdraw(number: int) -> None:
    (key,) = holders("external_id", f"B-{number}")
    act = NewAct(kind=Kind.WITHDRAWN, method="web_form", purpose=_PURPOSE)
    consent.record_act(key, act, caller="key:bench", at=datetime.now(UTC))


@contextmanager
def _load(ours: variants.Variant) -> Iterator[None]:
    """Let sixteen connections ask about others while the block runs."""
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            client.load(ours.port, ours.requests, seconds=1.0, connections=ours.connections)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        connection.close()


def _grown(ours: variants.Variant, checks: int) -> tuple[float, float]:
    """Return the memory of the web process and its children before and after, in MB."""
    found = []
    for wanted in (_WARM, checks):
        asked = 0
        while asked < wanted:
            connections = ours.connections
            load = client.load(ours.port, ours.requests, seconds=5.0, connections=connections)
            asked += load.answers
        found.append(_memory(ours.process))
    return found[0], found[1]


def _memory(process: int) -> float:
    own = 0
    for member in machine.family(process):
        lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        own += sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return own / 1024
