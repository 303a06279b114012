"""What the quick reading of acts reads, the REST framework's reads alike; or it leaves it."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from consent import forms, shapes
from consent.intake import evidence_bytes

ACT: dict[str, Any] = {
    "purpose": "marketing.messages",
    "decision": "granted",
    "method": "web_form",
    "actor": "subject",
}
LINE = ACT | {
    "subject": {"type": "external_id", "value": "K-1"},
    "acted_at": "2025-06-01T10:00:00+02:00",
}
_TEXT = st.text(max_size=12) | st.sampled_from([" a", "a ", "\u2003a", "x" * 97, "a\0", "\x1f"])
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_MOMENT = st.datetimes(timezones=st.timezones() | st.none()).map(str) | st.sampled_from(
    ["2025-06-01T10:00:00Z", "2025-06-01t10:00z", "2025-W01-1T00:00Z", "2025-06-01", "24:00"]
)
_CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "purpose": _TEXT,
        "decision": st.sampled_from(["granted", "withdrawn", "notice_served", "Granted"]) | _ANY,
        "channels": st.lists(st.sampled_from(["web", "email", "fax"]), max_size=3) | _ANY,
        "data_categories": st.lists(_TEXT, max_size=3) | _ANY,
        "frequency": st.sampled_from(["daily", "hourly", None]) | _ANY,
        "notice": st.fixed_dictionaries({"version": _TEXT, "locale": _TEXT}) | _ANY,
        "method": _TEXT | _ANY,
        "actor": st.sampled_from(["subject", "guardian", "agent", "system"]) | _ANY,
        "acted_at": _MOMENT | _ANY,
        "explicit": st.booleans() | _ANY,
        "evidence": st.dictionaries(_TEXT, _ANY, max_size=3) | _ANY,
        "unknown": _ANY,
    },
)


@given(_CHANGES, st.booleans())
@example({"evidence": {"n": 10**30, "f": 1e308, "s": "\u2028"}}, True)
@example({"evidence": {"deep": [[[]]] * 40}}, False)
def test_an_act_is_read_alike_or_left(change: dict[str, Any], ascii_only: bool) -> None:
    raw = json.dumps(ACT | change, ensure_ascii=ascii_only).encode(errors="surrogatepass")
    try:
        quick = forms.act(raw)
    except forms.Unusual:
        return
    shape = shapes.ActShape(data=json.loads(raw))
    assert shape.is_valid(), shape.errors
    careful = shapes.named_act(shape.validated_data)
    assert quick == careful
    if quick.evidence is not None:
        assert evidence_bytes(quick.evidence) == evidence_bytes(careful.evidence or {})


@given(_CHANGES, _TEXT)
def test_a_line_is_read_alike_or_left(change: dict[str, Any], name: str) -> None:
    told = LINE | change | {"subject": {"type": "external_id", "value": name}}
    raw = json.dumps(told).encode()
    try:
        quick = forms.usual_past_act(raw)
    except forms.Unusual:
        return
    assert quick == shapes.past_act(raw)


def test_the_usual_is_read_quickly() -> None:
    assert forms.act(json.dumps(ACT).encode()).purpose == "marketing.messages"
    assert forms.usual_past_act(json.dumps(LINE).encode()).value == "K-1"
