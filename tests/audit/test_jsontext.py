"""JSON from outside."""

import pytest

from audit.jsontext import DEEPEST, Unreadable, decoded


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff",
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": NaN}',
        b"1" * 5000,
        b'"\\ud800"',
        b'{"\\udfff": 1}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
    ],
)
def test_what_could_not_be_written_down_again_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        decoded(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": [1, null, "\\u00f1"]}', {"a": [1, None, "ñ"]}),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\\\ud800"', "\\ud800"),
        (b"[[], []]", [[], []]),
    ],
)
def test_json_is_read(raw: bytes, value: object) -> None:
    assert decoded(raw) == value


def test_as_many_levels_as_allowed_are_read() -> None:
    assert decoded(b"[" * DEEPEST + b"]" * DEEPEST)


def test_a_refusal_does_not_repeat_the_text() -> None:
    with pytest.raises(Unreadable) as refused:
        decoded(b'{"email": ines@correo.example}')
    assert "ines" not in str(refused.value)
