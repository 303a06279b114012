"""The shape of AuthZEN requests."""

import pytest

from policies import wire

WORD = "ines@correo.example"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a":' * 50_000,
        b'{"\\u0000": 1}',
        b'{"a":' + b"[" * 300 + b"]" * 300 + b"}",
    ],
)
def test_what_is_no_object_we_can_keep_is_malformed(body: bytes) -> None:
    with pytest.raises(wire.MalformedRequest):
        wire.decoded(body)


def test_a_backslash_before_a_number_is_no_nul() -> None:
    assert wire.decoded(b'{"a": "\\\\u0000"}') == {"a": "\\u0000"}


def test_a_nul_is_found_however_deep() -> None:
    with pytest.raises(wire.MalformedRequest):
        wire.decoded(b'{"a": [1, {"b": ["\\u0000"]}]}')


@pytest.mark.parametrize(
    "members", [{"channel": WORD}, {"data": [{"category": "a", "origin": WORD}]}]
)
def test_a_refusal_does_not_repeat_the_input(members: dict[str, object]) -> None:
    with pytest.raises(wire.MalformedRequest) as refused:
        wire.convert(members, wire._Context, "context")
    assert "ines" not in f"{refused.value} {refused.value.field}"
    assert str(refused.value.field).startswith("context.")
