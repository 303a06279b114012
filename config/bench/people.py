"""Invented people, what they allowed, and what is asked about them."""

import json
import multiprocessing
import os
import random
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import django
from django.db import connections

from audit.operations import issue_key
from consent.act import Kind
from consent.histories import Received, begin
from consent.intake import NewAct
from policies import asking, engine, queries, reading
from pseudonymize.arrivals import Arrival, register_new
from pseudonymize.registration import Registration

PURPOSES = ("personalisation.recommendations", "marketing.messages", "prediction.behaviour")
_AT_ONCE = 500
_WORTH_PROCESSES = 20
_COUNTRIES = (("ES", "es"), ("BR", "pt-BR"), ("MX", "es"))
_MONTHS = 26 * 30 * 24 * 3600  # in seconds: some of what was allowed has expired
_BROWSING = {"category": "user.behavior.browsing_history", "origin": "observed"}
# Of a hundred checks: what a shop asks, and now and then what nobody can permit alone.
_MIX = ("recommend",) * 70 + ("message",) * 22 + ("unknown",) * 6 + ("retain",) * 2


def fill(count: int, *, already: int = 0) -> None:
    """Register people up to `count` in number, each with a past of their own."""
    steps = range(already, count, _AT_ONCE)
    some = [range(start, min(start + _AT_ONCE, count)) for start in steps]
    if len(some) < _WORTH_PROCESSES:
        for numbers in some:
            _add(numbers)
        return
    connections.close_all()
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), spawned, django.setup) as pool:
        for _ in pool.map(_add, some):
            pass


def key() -> str:
    """Return the Authorization header of a fresh service key."""
    scopes = ["policies:check"]
    return f"Bearer {issue_key('bench', scopes=scopes, actor='system', at=datetime.now(UTC)).text}"


def checks(people: int, *, count: int, seed: int) -> list[dict[str, Any]]:
    """Return checks about people drawn at random among all."""
    dice = random.Random(seed)  # noqa: S311  the same load each time
    return [check(dice.randrange(people), dice.choice(_MIX)) for _ in range(count)]


def batch(people: int, *, size: int, seed: int) -> dict[str, Any]:
    """Return one batch; every item asks about another person."""
    dice = random.Random(seed)  # noqa: S311  the same load each time
    kinds = ("recommend", "recommend", "message")
    return {"evaluations": [check(n, dice.choice(kinds)) for n in dice.sample(range(people), size)]}


def differs(asked: dict[str, Any], answered: dict[str, Any]) -> bool:
    """Return whether an answer is another one than the engine's own, asked directly."""
    at = datetime.now(UTC)
    named = asking.named(asked, at=at)
    read = reading.read([named], also="", caller="bench", at=at)
    policy = queries.policy(read.policy, read.catalogue)
    own = engine.evaluate(named.question, read.facts[0], policy)
    told = answered["context"]
    codes = [reason["code"] for reason in told["reasons"]]
    return (told["effect"], codes) != (own.effect.word, [finding.code for finding in own.findings])


def encoded(asked: dict[str, Any]) -> bytes:
    """Return a request's body."""
    return json.dumps(asked).encode()


def _add(numbers: range) -> None:
    at = datetime.now(UTC) - timedelta(days=2)
    registered = register_new([Arrival(_registration(n), at) for n in numbers])
    begin({one.subject_key: _past(n, at) for n, one in zip(numbers, registered, strict=True)})


def _registration(number: int) -> Registration:
    country, locale = _COUNTRIES[number % len(_COUNTRIES)]
    return Registration((("external_id", f"B-{number}"),), country, locale=locale)


def _past(number: int, at: datetime) -> list[Received]:
    """A half allow it, some took it back, some refused; each at a moment of their own."""
    acts = {
        0: (_act(Kind.GRANTED, 0), _act(Kind.GRANTED, 1, channels=("push",))),
        1: (_act(Kind.GRANTED, 0), _act(Kind.GRANTED, 2)),
        2: (_act(Kind.GRANTED, 0), _act(Kind.WITHDRAWN, 0)),
    }.get(number % 4, (_act(Kind.REFUSED, 1),))
    begun = at - timedelta(seconds=number * 7919 % _MONTHS)
    return [Received(a, begun + timedelta(minutes=n), "key:bench") for n, a in enumerate(acts)]


def _act(kind: Kind, purpose: int, **more: Any) -> NewAct:
    return NewAct(
        kind=kind,
        method="web_form",
        purpose=PURPOSES[purpose],
        notice_version="1.0",
        locale="es",
        **more,
    )


def check(number: int, kind: str) -> dict[str, Any]:
    asked = {
        "recommend": ("recommend", PURPOSES[0], {}, {"channel": "web", "data": [_BROWSING]}),
        "message": ("send_message", PURPOSES[1], {}, {"channel": "push"}),
        "unknown": ("recommend", "no.such.purpose", {}, {"channel": "web"}),
        "retain": ("retain", PURPOSES[2], {"automated": True}, {"channel": "app"}),
    }
    action, purpose, properties, context = asked[kind]
    return {
        "subject": {"type": "data_subject", "id": f"B-{number}"},
        "action": {"name": action, "properties": properties},
        "resource": {"type": "purpose", "id": purpose},
        "context": context,
    }
