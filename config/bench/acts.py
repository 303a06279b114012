"""Acts of people: 16 callers at once, on all cores, each act durable before it is answered."""

import base64
import json
import random
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, overload

from django.db import connection

from audit import signing
from audit.operations import issue_key
from config.bench import client, machine, people, variants
from consent import receipts
from pseudonymize import many, roster

OURS, USUAL = "Venia, an act with its receipt", "REST framework + ORM: one INSERT"
_WORKERS = 2
_CALLERS = 16
_LATE = timedelta(hours=3)


class Once(Sequence[bytes]):
    """Requests that are never sent twice: each has an `Idempotency-Key` of its own."""

    def __init__(self, requests: Sequence[bytes]) -> None:
        self._requests = requests

    def __len__(self) -> int:
        return len(self._requests)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(index, slice):
            return self._requests[index]
        line = f"HTTP/1.1\r\nIdempotency-Key: {uuid.uuid4()}".encode()
        return self._requests[index].replace(b"HTTP/1.1", line, 1)


def prepare(
    running: ExitStack, environment: Mapping[str, str], count: int
) -> list[variants.Variant]:
    """Return both ways to take an act down, each shown to be right; `count` people are there."""
    found = [_ours(running, environment, count), _usual(running, environment, count)]
    for one in found:
        machine.spread(one.process)
    return found


def checked(one: variants.Variant) -> None:
    """Stop the run unless each act that was answered is on record."""
    answered = sum(each.answers for each in one.rounds)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM consent_consentevent WHERE caller <> 'key:bench'")
        client.require(cursor.fetchone()[0] >= answered, one.name)


def _ours(running: ExitStack, environment: Mapping[str, str], count: int) -> variants.Variant:
    scopes = ["consents:write", "consents:read"]
    key = issue_key("bench acts", scopes=scopes, actor="system", at=datetime.now(UTC)).text
    process, port = running.enter_context(machine.ours(environment, workers=_WORKERS))
    dice = random.Random(3)  # noqa: S311  the same load each time
    ids = _public_ids(count)
    sent = [
        client.request(
            f"/api/v1/subjects/{ids[dice.randrange(count)]}/consents",
            json.dumps(_act(dice)).encode(),
            authorization=f"Bearer {key}",
        )
        for _ in range(5000)
    ]
    for request in sent[:50]:
        client.require(_is_receipt(client.ask(port, request)), OURS)
    return variants.Variant(OURS, process, port, Once(sent), connections=_CALLERS)


def _public_ids(count: int) -> list[str]:
    keys = many.find_all([("external_id", f"B-{n}") for n in range(count)])
    ids = roster.public_ids([key for key in keys.values() if isinstance(key, int)])
    return [*ids.values()]


def _act(dice: random.Random) -> dict[str, Any]:
    """What people decide: mostly on a page, now and then by e-mail, sometimes told late."""
    now = datetime.now(UTC)
    act: dict[str, Any] = {
        "purpose": people.PURPOSES[dice.randrange(3)],
        "decision": dice.choice(["granted", "granted", "granted", "withdrawn", "refused"]),
        "notice": {"version": "1.0", "locale": "es"},
        "method": "web_form",
        "actor": "subject",
    }
    if act["purpose"] == people.PURPOSES[1]:
        act["channels"] = dice.choice([["push"], ["push", "web"], ["email"], ["sms"]])
    if dice.random() < 0.5:
        proved = (now - timedelta(days=1)).isoformat()
        act["evidence"] = {"page": "/cuenta", "version": "7", "double_opt_in_at": proved}
    if dice.random() < 0.05:
        act["acted_at"] = (now - _LATE).isoformat()
    return act


def _is_receipt(body: bytes) -> bool:
    receipt = json.loads(body)
    proof = receipt.pop("proof")
    signature = base64.urlsafe_b64decode(proof["value"] + "==")
    return signing.is_genuine(receipts.canonical(receipt), signature)


def _usual(running: ExitStack, environment: Mapping[str, str], count: int) -> variants.Variant:
    command = [sys.executable, "-m", "config.bench.usual.fill", "0"]
    token = subprocess.check_output(command, env=dict(environment), text=True).strip()
    module = "config.bench.usual.site"
    process, port = running.enter_context(machine.granian(module, environment, workers=_WORKERS))
    dice = random.Random(3)  # noqa: S311  the same load each time
    sent = [
        client.request(
            "/acts",
            json.dumps({"person": f"B-{dice.randrange(count)}", **_act(dice)}).encode(),
            authorization=f"Token {token}",
        )
        for _ in range(5000)
    ]
    told = json.loads(client.ask(port, sent[0]))
    client.require("recorded_at" in told, USUAL)
    return variants.Variant(USUAL, process, port, sent, connections=_CALLERS)
