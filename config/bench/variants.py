"""What is measured: each one answers rightly before it is timed."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from config.bench import cerbos, client, machine, people, report

_BATCH, _MANY = 50, 64
_SINGLE, _BATCHED = "Venia, single check", f"Venia, batch of {_BATCH}"
_SINGLE_OF_MANY = f"Venia, single check, {_MANY} callers"
_EMPTY, _USUAL = "empty Django view", "Django REST + ORM + token"
_CERBOS, _CERBOS_BATCHED = "Cerbos, one resource", f"Cerbos, batch of {_BATCH}"
_CERBOS_OF_MANY = f"Cerbos, one resource, {_MANY} callers"


@dataclass
class Variant:
    """Something that is measured: how it is asked, and whose processor time counts."""

    name: str
    process: int
    port: int
    requests: Sequence[bytes]
    decisions: int = 1
    connections: int = 16
    rounds: list[report.Round] = field(default_factory=list)


def prepare(running: ExitStack, environment: Mapping[str, str], count: int) -> list[Variant]:
    """Start every server for as long as `running` lasts; `count` is the number of people."""
    people.fill(count)
    ours = single(running, environment, count)
    found = [
        _plain("bare WSGI", "config.bench.bare", running, environment),
        _plain(_EMPTY, "config.bench.empty", running, environment),
        _usual(running, environment, count),
        ours,
        Variant(_SINGLE_OF_MANY, ours.process, ours.port, ours.requests, connections=_MANY),
        _batched(ours, count),
    ]
    peer = _cerbos(running, count)
    if not peer:
        print("Cerbos is left out: npm cannot bring it here.")
    return [*found, *peer]


def measured(one: Variant, server: int, seconds: float, *, seed: int) -> report.Round:
    """Return one round; `server` is the database, whose processor time counts too."""

    def used() -> float:
        return machine.cpu_seconds(one.process) + machine.cpu_seconds(server)

    def load(lasting: float) -> client.Load:
        connections = one.connections
        return client.load(
            one.port, one.requests, seconds=lasting, connections=connections, seed=seed
        )

    load(min(0.5, seconds / 2))  # warm, and its connections are open
    before = used()
    found = load(seconds)
    cpu = (used() - before) / found.answers * 1e6
    times = [found.quantile(part) * 1e6 for part in (0.5, 0.99)]
    return report.Round(found.answers, found.answers / found.seconds, cpu, *times)


def _plain(name: str, module: str, running: ExitStack, environment: Mapping[str, str]) -> Variant:
    process, port = running.enter_context(machine.granian(module, environment))
    sent = client.request("/check", b'{"subject":"B-1"}')
    _require(client.ask(port, sent) == b'{"decision":true}', name)
    return Variant(name, process, port, [sent])


def _usual(running: ExitStack, environment: Mapping[str, str], count: int) -> Variant:
    command = [sys.executable, "-m", "config.bench.usual.fill", str(count), *people.PURPOSES]
    token = subprocess.check_output(command, env=dict(environment), text=True).strip()
    module = "config.bench.usual.site"
    process, port = running.enter_context(machine.granian(module, environment))
    bodies = [{"person": f"B-{n}", "purpose": people.PURPOSES[n % 3]} for n in range(0, count, 7)]
    sent = [
        client.request("/check", json.dumps(b).encode(), authorization=f"Token {token}")
        for b in bodies
    ]
    for body, asked in list(zip(bodies, sent, strict=True))[:50]:
        granted = int(body["person"].removeprefix("B-")) % 2 == 0
        _require(json.loads(client.ask(port, asked))["decision"] is granted, _USUAL)
    return Variant(_USUAL, process, port, sent)


def single(running: ExitStack, environment: Mapping[str, str], count: int) -> Variant:
    """Return our service, started, and single checks about `count` people drawn at random."""
    key = people.key()
    process, port = running.enter_context(machine.ours(environment))
    asked = people.checks(count, count=5000, seed=1)
    path = "/access/v1/evaluation"
    sent = [client.request(path, people.encoded(a), authorization=key) for a in asked]
    for question, request in list(zip(asked, sent, strict=True))[:200]:
        told = json.loads(client.ask(port, request))
        _require(not people.differs(question, told), _SINGLE)
    return Variant(_SINGLE, process, port, sent)


def _batched(one: Variant, count: int) -> Variant:
    key = people.key()
    asked = [people.batch(count, size=_BATCH, seed=n) for n in range(100)]
    path = "/access/v1/evaluations"
    sent = [client.request(path, people.encoded(a), authorization=key) for a in asked]
    for question, request in list(zip(asked, sent, strict=True))[:4]:
        told = json.loads(client.ask(one.port, request))["evaluations"]
        wrong = map(people.differs, question["evaluations"], told)
        _require(len(told) == _BATCH and not any(wrong), _BATCHED)
    return Variant(_BATCHED, one.process, one.port, sent, decisions=_BATCH, connections=8)


def _cerbos(running: ExitStack, count: int) -> list[Variant]:
    folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="venia-bench-")))
    program = cerbos.program(folder)
    if program is None:
        return []
    process, port = running.enter_context(cerbos.serving(program, folder))

    def variant(name: str, size: int, connections: int) -> Variant:
        numbers = [list(range(n, n + size)) for n in range(0, count - size, 97)]
        sent = [client.request("/api/check/resources", cerbos.body(n)) for n in numbers]
        for asked, request in list(zip(numbers, sent, strict=True))[:20]:
            _require(cerbos.is_right(asked, client.ask(port, request)), name)
        return Variant(name, process, port, sent, decisions=size, connections=connections)

    return [
        variant(_CERBOS, 1, 16),
        variant(_CERBOS_OF_MANY, 1, _MANY),
        variant(_CERBOS_BATCHED, _BATCH, 8),
    ]


def ratios(by_name: Mapping[str, Variant]) -> dict[str, tuple[float, ...]]:
    pairs = [
        (_SINGLE, _EMPTY),
        (_SINGLE, _USUAL),
        (_SINGLE, _CERBOS),
        (_SINGLE_OF_MANY, _CERBOS_OF_MANY),
        (_BATCHED, _CERBOS_BATCHED),
    ]
    return {
        f"{ours} / {other}": _ratio(by_name[ours], by_name[other])
        for ours, other in pairs
        if other in by_name
    }


def _ratio(ours: Variant, other: Variant) -> tuple[float, ...]:
    per_answer = ours.decisions / other.decisions
    return report.ratio(ours.rounds, other.rounds, decisions=per_answer)


def _require(right: bool, name: str) -> None:
    if not right:
        sys.exit(f"{name} answers otherwise than it should; it is not measured.")
