"""What an audience costs: everybody who may be addressed, in one stream and page by page."""

import http.client
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from audit.operations import issue_key
from config.bench import client, installation, machine, people
from policies import asking, engine, queries, reading
from policies.codes import Effect

_PATH, _LINES = "/access/v1/search/subject", "application/x-ndjson"
_ASKED: dict[str, Any] = {
    "subject": {"type": "data_subject"},
    "action": {"name": "recommend"},
    "resource": {"type": "purpose", "id": people.PURPOSES[0]},
    "context": {"channel": "web"},
}
_PAGE, _PAGES = 1000, 10
_ROUNDS, _SAMPLE = 3, 1000
_ROUND = 0.7  # seconds at least: the processor's time is told in hundredths
_KIND = "external_id"
_STREAM, _PAGED = "Venia, audience as a stream", f"Venia, audience in pages of {_PAGE}"
HEAD = f"{'':34}{'people':>10}{'ids/s':>11}{'CPU µs each':>13}{'ids':>10}{'ms a page':>11}"


class _Service:
    """A running web process that is asked with a key of its own."""

    def __init__(self, process: int, port: int) -> None:
        scopes = ["policies:search", "identifiers:read"]
        key = issue_key("bench", scopes=scopes, actor="system", at=datetime.now(UTC))
        self.process, self._port = process, port
        self._headers = {"Authorization": f"Bearer {key.text}", "Content-Type": "application/json"}

    def stream(self, asked: Mapping[str, Any]) -> Iterator[bytes]:
        """Yield what is told, as it comes."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=600)
        headers = {**self._headers, "Accept": _LINES}
        line.request("POST", _PATH, json.dumps(asked), headers)
        answer = line.getresponse()
        client.require(answer.status == 200, _STREAM)
        while got := answer.read(1 << 18):
            yield got
        line.close()

    def page(self, asked: Mapping[str, Any], token: str) -> dict[str, Any]:
        """Return one page behind `token`."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=600)
        body = {**asked, "page": {"limit": _PAGE, "token": token}}
        line.request("POST", _PATH, json.dumps(body), self._headers)
        told: dict[str, Any] = json.loads(line.getresponse().read())
        line.close()
        return told


def gathered(server: int, environment: Mapping[str, str], *, already: int, count: int) -> list[str]:
    """
    Return `rows` after registering people up to `count`; `already` are there.

    An audience is what a campaign asks: of few people, the start of a search is most of it.
    """
    machine.spread(server)
    machine.spread(os.getpid())
    people.fill(count, already=already)
    installation.analyse()
    machine.pin(server, (machine.cores() or (0, 0))[0])
    found = rows(server, environment, count=count)
    machine.part(server)
    return found


def rows(server: int, environment: Mapping[str, str], *, count: int) -> list[str]:
    """Return the figures of both ways over `count` people, who are there; `server`: database."""
    with machine.ours(environment) as (process, port):
        ours = _Service(process, port)
        _check(ours, count)
        streams = [_measured(ours, server, _streamed) for _ in range(_ROUNDS)]
        pages = [_measured(ours, server, _paged) for _ in range(_ROUNDS)]
    return [HEAD, _row(_STREAM, count, streams), _row(_PAGED, count, pages)]


def _check(ours: _Service, count: int) -> None:
    """Compare the stream with the engine's own answers about people drawn at random."""
    asked = {**_ASKED, "subject": {"type": "data_subject", "properties": {"id_type": _KIND}}}
    lines = [json.loads(line) for line in b"".join(ours.stream(asked)).splitlines()]
    found = {line["id"] for line in lines if "id" in line}
    client.require(lines[-1]["page"]["next_token"] == "", _STREAM)
    dice = random.Random(1)  # noqa: S311  the same people each time
    drawn = dice.sample(range(count), min(count, _SAMPLE))
    for start in range(0, len(drawn), 100):
        some = [f"B-{number}" for number in drawn[start : start + 100]]
        permitted = {name for name, yes in zip(some, _one_by_one(some), strict=True) if yes}
        client.require(found.intersection(some) == permitted, _STREAM)


def _one_by_one(names: list[str]) -> Iterator[bool]:
    at = datetime.now(UTC)
    subjects = [{"type": "data_subject", "id": name} for name in names]
    named = [asking.named({**_ASKED, "subject": one}, at=at) for one in subjects]
    policy = queries.active_policy(at=at)
    facts = reading.read(named, also=policy.bundle.ai_purpose, caller="bench", at=at).facts
    for one, known in zip(named, facts, strict=True):
        yield engine.evaluate(one.question, known, policy).effect is Effect.PERMIT


def _streamed(ours: _Service) -> tuple[int, int]:
    found = sum(got.count(b'"id":') for got in ours.stream(_ASKED))
    return found, 1


def _paged(ours: _Service) -> tuple[int, int]:
    token, found, pages = "", 0, 0
    while pages < _PAGES and (token or not pages):
        told = ours.page(_ASKED, token)
        found, token = found + told["page"]["count"], told["page"]["next_token"]
        pages += 1
    return found, pages


def _measured(
    ours: _Service, server: int, walk: Callable[[_Service], tuple[int, int]]
) -> tuple[float, float, int, float]:
    """Return ids a second, CPU µs of service and database for each, ids, and ms for a page."""

    def used() -> float:
        return machine.cpu_seconds(ours.process) + machine.cpu_seconds(server)

    before, begun, lasted = used(), time.perf_counter(), 0.0
    found = parts = 0
    while lasted < _ROUND:
        more_found, more_parts = walk(ours)
        found, parts = found + more_found, parts + more_parts
        lasted = time.perf_counter() - begun
    return found / lasted, (used() - before) / found * 1e6, found, lasted / parts * 1e3


def _row(name: str, count: int, rounds: list[tuple[float, float, int, float]]) -> str:
    rate, cpu, found, each = (statistics.median(column) for column in zip(*rounds, strict=True))
    return f"{name:34}{count:10}{rate:11.0f}{cpu:13.2f}{found:10.0f}{each:11.1f}"
