"""Checks that wait are answered as one batch: nobody who asks can tell."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from audit.operations import issue_key, revoke_key
from config.together import Waiting
from policies.models import DecisionRecord
from tests.builders import AT, a_grant, a_subject
from tests.journeys.checks import EVALUATION, EVALUATIONS
from tests.policies.test_door import BAD, BATCHES, GOOD, Doors, a_check, comparable
from tests.served import OF_THE_WAY, Told, in_wsgi, told


@pytest.fixture
def doors(committed_db: None) -> Iterator[Doors]:
    yield Doors()
    connections.close_all()


def seen(answer: Told) -> Any:
    status, headers, body = answer
    kept = [(name, value) for name, value in headers.items() if name not in OF_THE_WAY]
    return comparable((str(status), kept, body))


def by_the_views(doors: Doors, path: str, body: bytes, **environ: str | None) -> Any:
    status, headers, whole = doors.send(doors.views, path, body, **environ)
    return seen((int(status.split()[0]), {k.lower(): v.strip() for k, v in headers}, whole))


def about(doors: Doors, asked: Any) -> bytes:
    return json.dumps(asked).replace("SUBJECT", doors.person).encode()


def test_each_request_is_answered_as_the_views_answer_it(doors: Doors, port: int) -> None:
    for path in (EVALUATION, EVALUATIONS):
        for asked in [*GOOD, *BAD, *BATCHES]:
            body = about(doors, asked)
            for _ in range(2):  # what is asked again is known
                answer = told(port, path, body, Authorization=doors.key)
                assert seen(answer) == by_the_views(doors, path, body), asked


@pytest.mark.parametrize(
    "header",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer nonsense"},
        {"Content_Type": "text/plain"},
        {"Accept": "text/html"},
        {"Accept_Language": "pt-BR"},
        {"Cookie": "sessionid=none"},
        {"Host": "evil.example"},
        {"X_Request_ID": "trace-1"},
        {"Origin": "https://elsewhere.example"},
    ],
    ids=str,
)
def test_an_odd_request_is_answered_as_the_views_answer_it(
    doors: Doors, port: int, header: dict[str, str]
) -> None:
    body = about(doors, a_check())
    answer = told(port, EVALUATION, body, **{"Authorization": doors.key} | header)
    assert seen(answer) == by_the_views(doors, EVALUATION, body, **in_wsgi(header))


def test_each_of_many_at_once_gets_its_own_answer_and_record(doors: Doors, port: int) -> None:
    others = [a_subject("BR") for _ in range(5)]
    people = [doors.person, *(person.id for person in others)] * 8
    for other in others[:2]:
        a_grant(other.subject_key, "personalisation.recommendations")
    keys = [doors.key, f"Bearer {_key('policies:check')}"]

    def ask(number: int) -> tuple[str, bool, str]:
        person, path = people[number], (EVALUATION, EVALUATIONS)[number % 5 == 0]
        asked = a_check(evaluations=[{}, {}]) if path == EVALUATIONS else a_check()
        body = json.dumps(asked).replace("SUBJECT", person).encode()
        status, _, answer = told(port, path, body, Authorization=keys[number % 2])
        assert status == 200
        read = json.loads(answer)
        first = read["evaluations"][0] if path == EVALUATIONS else read
        return person, first["decision"], first["context"]["id"]

    with ThreadPoolExecutor(16) as callers:
        answers = list(callers.map(ask, range(len(people))))
    allowed = {doors.person, *(other.id for other in others[:2])}
    assert all(permitted is (person in allowed) for person, permitted, _ in answers)
    assert len({decision for *_, decision in answers}) == len(people)
    batches = sum(1 for number in range(len(people)) if number % 5 == 0)
    assert DecisionRecord.objects.count() == len(people) + batches


def test_a_key_that_is_refused_spoils_nobody_elses_answer(doors: Doors, port: int) -> None:
    keys = [doors.key, "Bearer nonsense", f"Bearer {_key('consents:read')}"]

    def ask(number: int) -> int:
        body = about(doors, a_check())
        return told(port, EVALUATION, body, Authorization=keys[number % 3])[0]

    with ThreadPoolExecutor(12) as callers:
        assert list(callers.map(ask, range(36))) == [200, 401, 403] * 12


def test_a_revoked_key_opens_nothing_at_the_very_next_check(doors: Doors, port: int) -> None:
    body = about(doors, a_check())
    assert told(port, EVALUATION, body, Authorization=doors.key)[0] == 200
    revoke_key(doors.kid, actor="system", at=timezone.now())
    assert told(port, EVALUATION, body, Authorization=doors.key)[0] == 401


def _break_all_connections() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE usename = current_user AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] > 0


def test_a_view_makes_a_connection_that_broke_anew(doors: Doors, port: int) -> None:
    def search() -> int:
        return told(port, "/access/v1/search/action", b"{}", Authorization=doors.key)[0]

    before = [search() for _ in range(4)]  # either of two threads
    _break_all_connections()
    assert [search() for _ in range(4)] == before == [403] * 4  # the key is known, its scope not


def test_a_connection_that_broke_is_made_anew(doors: Doors, port: int) -> None:
    body = about(doors, a_check())
    assert told(port, EVALUATION, body, Authorization=doors.key)[0] == 200
    _break_all_connections()
    assert [told(port, EVALUATION, body, Authorization=doors.key)[0] for _ in range(3)] == [200] * 3


async def put_down(waiting: Waiting[int, int], key: str, asked: int, *, size: int) -> int | None:
    answer: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
    waiting.put(key, asked, size=size, told=answer.set_result)
    return await answer


def test_groups_are_kept_small_and_keys_take_turns() -> None:
    groups: list[tuple[str, int]] = []

    def answers(key: str, asked: Sequence[int]) -> list[int]:
        groups.append((key, len(asked)))
        return [number * 2 for number in asked]

    async def ask() -> list[int | None]:
        waiting = Waiting[int, int](answers)
        many = [put_down(waiting, "many", number, size=10) for number in range(600)]
        large = [put_down(waiting, "large", number, size=2**19) for number in range(5)]
        return await asyncio.gather(*many, *large)

    assert asyncio.run(ask()) == [number * 2 for number in [*range(600), *range(5)]]
    turns = [("many", 256), ("large", 2), ("many", 256), ("large", 2), ("many", 88), ("large", 1)]
    assert groups == turns


async def after_turns(loop_turns: int) -> None:
    for _ in range(loop_turns):
        await asyncio.sleep(0)


def test_those_who_met_are_waited_for_and_those_who_left_only_once() -> None:
    groups: list[int] = []

    def answers(key: str, asked: Sequence[int]) -> Sequence[int]:
        groups.append(len(asked))
        return asked

    async def ask() -> None:
        waiting = Waiting[int, int](answers)

        async def late(number: int, *, turns: int) -> None:
            await after_turns(turns)
            assert await put_down(waiting, "key", number, size=1) == number

        await asyncio.gather(*[late(number, turns=0) for number in range(6)])
        await asyncio.gather(*[late(number, turns=20 * (number // 3)) for number in range(6)])
        await late(1, turns=0)
        await late(2, turns=0)

    asyncio.run(ask())
    assert groups == [6, 6, 1, 1]


def fails(key: str, asked: Sequence[int]) -> list[int]:
    raise ValueError(key)


@pytest.mark.parametrize("answers", [fails, lambda key, asked: asked[1:]])
def test_when_a_group_fails_each_is_asked_alone(
    answers: Callable[[str, Sequence[int]], Sequence[int]],
) -> None:
    async def ask() -> list[int | None]:
        waiting = Waiting[int, int](answers)
        return await asyncio.gather(
            *[put_down(waiting, "key", number, size=1) for number in range(3)]
        )

    assert asyncio.run(ask()) == [None] * 3


def _key(scope: str) -> str:
    return issue_key("other", scopes=[scope], actor="system", at=AT).text


def test_one_that_cannot_be_told_keeps_nobody_else_waiting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def gone(answer: int | None) -> None:
        raise ConnectionError

    async def ask() -> int | None:
        waiting = Waiting[int, int](lambda key, asked: asked)
        waiting.put("key", 1, size=1, told=gone)
        return await put_down(waiting, "key", 2, size=1) and await put_down(
            waiting, "key", 3, size=1
        )

    assert asyncio.run(ask()) == 3
    assert [record.levelname for record in caplog.records] == ["ERROR"]
