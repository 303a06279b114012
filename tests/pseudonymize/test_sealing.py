"""Sealed values open for who sealed them, and for nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudonymize.sealing import (
    Key,
    SealBroken,
    bound_to,
    derive,
    new_key,
    opened_all,
    seal,
    unseal,
)

KEY = Key(bytes(range(32)))


@given(text=st.binary(max_size=200), label=st.binary(max_size=20))
def test_what_is_sealed_opens_again(text: bytes, label: bytes) -> None:
    assert unseal(KEY, seal(KEY, text, label=label), label=label) == text


@given(position=st.integers(0, 200), change=st.integers(1, 255))
def test_any_changed_byte_is_noticed(position: int, change: int) -> None:
    sealed = bytearray(seal(KEY, b"evidence", label=b"a"))
    sealed[position % len(sealed)] ^= change
    with pytest.raises(SealBroken):
        unseal(KEY, bytes(sealed), label=b"a")
    with pytest.raises(SealBroken):
        opened_all(KEY, [seal(KEY, b"first", label=b"a"), bytes(sealed)], [bound_to(b"a")] * 2)


@pytest.mark.parametrize("short", [b"", b"\x01", b"\x01" + bytes(12), b"\x01" + bytes(27)])
def test_a_stump_is_no_sealed_value(short: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(KEY, short, label=b"")
    with pytest.raises(SealBroken):
        opened_all(KEY, [short], [bound_to(b"")])


@given(texts=st.lists(st.binary(max_size=50), max_size=5))
def test_many_values_open_as_one_by_one(texts: list[bytes]) -> None:
    labels = [b"%d" % number for number in range(len(texts))]
    sealed = [seal(KEY, text, label=one) for text, one in zip(texts, labels, strict=True)]
    assert opened_all(KEY, sealed, map(bound_to, labels)) == texts
    if len(texts) > 1:  # none opens in the place of another one
        with pytest.raises(SealBroken):
            opened_all(KEY, sealed[:2], map(bound_to, reversed(labels[:2])))


def test_the_same_text_is_never_sealed_alike() -> None:
    assert len({seal(KEY, b"x", label=b"") for _ in range(100)}) == 100


def test_another_label_or_key_does_not_open() -> None:
    sealed = seal(KEY, b"x", label=b"a")
    for key, label in [(KEY, b"b"), (new_key(), b"a"), (derive(KEY, "a"), b"a")]:
        with pytest.raises(SealBroken):
            unseal(key, sealed, label=label)


def test_a_key_shows_nothing_and_has_32_bytes() -> None:
    assert repr(KEY) == "Key()"
    with pytest.raises(ValueError, match="32 bytes"):
        Key(b"short")
