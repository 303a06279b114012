"""Ids of decisions, made one by one or many at once."""

from datetime import UTC, datetime
from uuid import RFC_4122, UUID

from policies.identifiers import fresh, moment_of, uuid7

AT = datetime(2026, 11, 24, 12, 0, 20, 987_000, tzinfo=UTC)


def test_many_ids_are_made_as_one_is() -> None:
    for raw, text in fresh(AT, 300):
        id = UUID(bytes=raw)
        assert str(id) == text
        assert (id.version, id.variant, moment_of(id)) == (7, RFC_4122, AT)


def test_no_two_ids_are_the_same() -> None:
    ids = [text for _ in range(50) for _, text in fresh(AT, 200)]
    assert len(set(ids)) == 10_000


def test_every_bit_that_is_no_mark_is_drawn() -> None:
    drawn = [UUID(text).int & (1 << 80) - 1 for _, text in fresh(AT, 500)]
    once = never = 0
    for value in drawn:
        once |= value
        never |= ~value
    marks = 0xF << 76 | 0b11 << 62  # version and variant
    assert once | marks == (1 << 80) - 1
    assert never | marks == -1


def test_none_are_none() -> None:
    assert fresh(AT, 0) == []


def test_one_id_tells_its_moment() -> None:
    assert moment_of(uuid7(AT)) == AT
