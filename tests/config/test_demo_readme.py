"""What the README promises a newcomer, on a fresh installation with the whole demo."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config import running

pytestmark = pytest.mark.database
README = (running.ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation with the demo company, while the tests of this module run."""
    folder = tmp_path_factory.mktemp("newcomer") / "data"
    process = running.launch_ready(folder, running.free_port(), DEMO="1")
    yield folder
    assert running.end(process) == 0


def test_the_five_lines_turn_a_yes_into_a_no(folder: Path) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert len(script.splitlines()) == 5
    done = subprocess.run(
        ["bash", "-c", script],
        env=os.environ | {"VENIA_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["decision"] for answer in answers] == [True, False]
    codes = [answer["context"]["reasons"][0]["code"] for answer in answers]
    assert codes == ["consent", "consent_withdrawn"]


def test_demo_json_opens_the_demo(folder: Path) -> None:
    path = folder / "demo.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert {"base_url", "service_key", "check_key", "desk", "subjects"} <= set(told)
    assert {shown["country"] for shown in told["subjects"]} == {"ES", "BR", "MX", "CO", "AR", "CL"}
