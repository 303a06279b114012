"""The journal says everything once, whatever broke off the step that wrote into it."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from rights.erasure import journal
from rights.erasure.journal import BLOCKED, ERASED, SUPPRESSED, Line

AT = datetime(2026, 11, 2, 10, tzinfo=UTC)
PERSON, ADDRESS = b"\x01" * 32, b"\x02" * 32


@pytest.fixture(autouse=True)
def _own_journal(tmp_path: Path) -> Iterator[None]:
    with override_settings(VENIA_ERASURE_JOURNAL=str(tmp_path / "erasures.journal")):
        yield


def ended(minutes: int = 0) -> list[Line]:
    """Return what an erasure that ends writes."""
    at = AT + timedelta(minutes=minutes)
    return [
        journal.line(ERASED, PERSON, at=at),
        journal.line(SUPPRESSED, ADDRESS, at=at, detail="email"),
    ]


def test_a_step_that_is_taken_again_writes_nothing_twice() -> None:
    journal.append(ended())
    journal.append([journal.line(ERASED, b"\x03" * 32, at=AT)])
    before = journal.path().read_bytes()
    journal.append(ended(minutes=5))
    assert journal.path().read_bytes() == before


def test_another_channel_of_an_address_is_another_line() -> None:
    journal.append(ended())
    journal.append([journal.line(SUPPRESSED, ADDRESS, at=AT, detail="sms")])
    assert [line.detail for line in journal.read()] == ["", "email", "sms"]


def test_of_blockings_only_the_last_is_not_repeated() -> None:
    for day in ("2029-11-02", "2029-11-02", "2030-11-02", "2029-11-02"):
        journal.append([journal.line(BLOCKED, PERSON, at=AT, detail=day)])
    assert [line.detail[:4] for line in journal.read()] == ["2029", "2030", "2029"]


@pytest.mark.parametrize("length", [1, 40, 100])
def test_a_half_line_is_taken_away_by_the_next_one(length: int) -> None:
    journal.append(ended()[:1])
    text = json.dumps(asdict(ended()[1]), sort_keys=True)
    with journal.path().open("a", encoding="utf-8") as file:
        file.write(text[:length])
    journal.append(ended(minutes=5))
    assert [line.what for line in journal.read()] == [ERASED, SUPPRESSED]


def test_a_last_line_without_its_end_stays() -> None:
    journal.append(ended())
    journal.path().write_bytes(journal.path().read_bytes().rstrip(b"\n"))
    journal.append([journal.line(ERASED, b"\x03" * 32, at=AT)])
    assert [line.what for line in journal.read()] == [ERASED, SUPPRESSED, ERASED]
