"""JSON from outside."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audit.jsontext import DEEPEST, Unreadable, canonical, decoded, spelled

_TEXT = st.text(st.characters(exclude_categories=())) | st.text(st.characters(max_codepoint=0x9F))
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-(2**200), 2**200) | _TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner),
    max_leaves=20,
)


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


@given(_ANY)
@example({"\U0001f600": 1, "\uffff": 2, "\x7f": [], "\x00": {}, '"\\/\u2028': [[], [{}]]})
@example("\ud800")
def test_the_quick_spelling_is_byte_for_byte_the_first_one(value: Any) -> None:
    try:
        first = json.dumps(value, sort_keys=True, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a character
        with pytest.raises(UnicodeEncodeError):
            canonical(value)
    else:
        assert canonical(value) == spelled(value) == first
