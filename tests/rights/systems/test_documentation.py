"""What docs/systems.md shows is what the code does."""

import json
import re
import threading
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import msgspec
import pytest
from pytest_django.fixtures import Settings

from rights.systems import http_system, signing, wire
from rights.systems.declaration import Http, System, Work
from rights.systems.protocol import Call, Settled
from rights.systems.reading import parse

TEXT = (Path(__file__).parents[3] / "docs" / "systems.md").read_text("utf-8")
KEY = "a-key-of-32-random-bytes"
AT = datetime(2026, 11, 2, 10, tzinfo=UTC)


def blocks(language: str) -> list[str]:
    """Return the code blocks in a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def declared() -> dict[str, System]:
    return dict(parse(tomllib.loads("\n".join(blocks("toml")))))


def a_call(work: Work, task: str = "tsk_5f0c", *, at: datetime = AT) -> Call:
    return Call(
        task=task,
        errand="err_91ab",
        errand_id=1,
        subject_key=1,
        work=work,
        cause="right",
        attempt=1,
        at=at,
        identifiers=(("external_id", "C-0001"),),
    )


def test_its_declarations_are_accepted() -> None:
    assert list(declared()) == ["crm", "archive", "shop"]


def test_every_key_of_a_declaration_is_explained() -> None:
    keys = set(msgspec.structs.asdict(declared()["crm"])) - {"key", "http", "sql"}
    assert {key for key in keys if f"| `{key}` |" not in TEXT} == set()


def test_every_work_is_named() -> None:
    line = next(line for line in TEXT.splitlines() if line.startswith("| `works`"))
    assert re.findall(r"`(\w+)`", line)[1:] == [work.value for work in Work]


def test_its_call_and_signature_are_what_is_sent() -> None:
    body = blocks("json")[0].strip().encode()
    callback = json.loads(body)["callback"]
    assert wire.call_body(a_call(Work.EXPORT), callback=callback) == body
    made = signing.signature(KEY, task="tsk_5f0c", body=body, at=AT)
    assert f"Venia-Signature: {made}\n" in TEXT


def test_its_answer_is_understood() -> None:
    answer = wire.read_answer(blocks("json")[1].encode(), declared()["crm"])
    assert answer.report["records"]["contacts"] == [{"name": "Rosa Soto"}]


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Write no line per request."""


@pytest.fixture
def example(settings: Settings) -> Iterator[System]:
    """Run the system of the documentation; yield its declaration."""
    settings.SYSTEM_SECRETS = {"crm": KEY}
    names: dict[str, Any] = {}
    exec(compile(blocks("python")[0], "docs/systems.md", "exec"), names)
    server = make_server("127.0.0.1", 0, names["application"], handler_class=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        http = Http(url=f"http://127.0.0.1:{server.server_port}/", internal_hosts=("127.0.0.1",))
        yield msgspec.structs.replace(declared()["crm"], http=http)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_its_system_answers_as_it_should(example: System) -> None:
    now = datetime.now(UTC)

    def told(work: Work, task: str) -> Any:
        return http_system.call(example, a_call(work, task, at=now))

    assert told(Work.EXPORT, "tsk_1").report["records"]["contacts"] == [{"name": "Rosa Soto"}]
    assert told(Work.ERASE, "tsk_2") == told(Work.ERASE, "tsk_2") == Settled("done", {})
    assert told(Work.VERIFY, "tsk_3") == Settled("nothing", {})
