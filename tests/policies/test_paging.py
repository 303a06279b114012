"""Lists are told by the page, and nobody is told twice or skipped."""

import pytest

from policies import paging, registers
from policies.registers import RecipientEntry
from tests.builders import AT, Api


def test_pages_follow_each_other_though_rows_come_and_go() -> None:
    rows = [f"{number:03}" for number in range(250)]
    first = paging.page(rows, key=str, told=str, after="")
    later = [row for row in rows if row != "100"] + ["099b"]
    second = paging.page(later, key=str, told=str, after=first["next"])
    third = paging.page(later, key=str, told=str, after=second["next"])
    assert first["results"] == rows[:100]
    assert [*second["results"], *third["results"]] == ["099b", *rows[101:]]
    assert third["next"] is None


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["recipients", "assessments", "suspensions"])
def test_registers_are_told_by_the_page(path: str) -> None:
    entry = RecipientEntry("carrier", "Carrier", "ES", "processor", ["service.delivery"])
    registers.record_recipient(entry, actor="t", at=AT)
    told = Api("admin").get(f"/api/v1/{path}").json()
    assert set(told) == {"results", "next"}
    assert told["next"] is None
