"""Values go to PostgreSQL in its binary form, and come back as they were sent."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies import binary

pytestmark = pytest.mark.django_db
SIZES = {"bigint": 8, "smallint": 2, "integer": 4, "uuid": 16}
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)


def of_size(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


VALUES = {kind: of_size(size) for kind, size in SIZES.items()} | {
    "bytea": st.binary(max_size=9) | of_size(32),
    "text": texts.map(str.encode),
}


@settings(max_examples=20, deadline=None)
@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_what_is_sent_comes_back(kind: str, data: st.DataObject) -> None:
    sent = data.draw(st.lists(st.none() | VALUES[kind], max_size=6))
    rows = binary.run(f"SELECT unnest($1::{kind}[])", [binary.array(kind, sent)])
    assert [value for (value,) in rows] == sent


def test_moments_and_numbers_are_what_postgresql_takes_them_for() -> None:
    at, id = datetime(2026, 11, 24, 12, 0, 20, 5, tzinfo=UTC), uuid4()
    told = binary.run(
        "SELECT to_char($1::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),"
        " $2::bigint::text, $3::smallint::text, $4::integer::text, $5::text, $6::uuid::text",
        [
            binary.moment(at),
            binary.bigint(-7),
            binary.smallint(3),
            binary.integer(40_000),
            binary.text("ñ"),
            id.bytes,
        ],
    )
    words = ["2026-11-24 12:00:20.000005", "-7", "3", "40000", "ñ", str(id)]
    assert told == [tuple(word.encode() for word in words)]


def test_rows_are_made_as_asked() -> None:
    found = binary.rows("SELECT 'a', NULL FROM generate_series(1, 2)", [], list)
    assert found == [[b"a", None]] * 2


def test_no_rows_are_none() -> None:
    assert binary.run("SELECT 1 WHERE false", []) == []
