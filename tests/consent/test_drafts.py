"""What the link of an act covers is spelled as it was since the first act."""

import json
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consent.drafts import IN_COMMON, Draft, Said, columns, covered
from consent.intake import evidence_bytes
from consent.models import Notice

_TEXT = st.text(max_size=12)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_WITH_FLOATS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_MOMENT = st.datetimes(
    datetime(1900, 1, 1, tzinfo=UTC).replace(tzinfo=None), timezones=st.timezones()
)
_NUMBER = st.integers(-(2**63), 2**63 - 1)
_TEXTS = st.none() | st.lists(_TEXT, max_size=3)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "subject_id": _NUMBER,
    "sequence": _NUMBER,
    "purpose_version": st.none() | _NUMBER,
    "notice_id": st.none() | _NUMBER,
    "channels": _TEXTS,
    "data_categories": _TEXTS,
    "frequency": st.none() | _TEXT,
    "explicit": st.booleans(),
    "acted_at": _MOMENT,
    "recorded_at": _MOMENT,
    "until": st.none() | st.dates(),
    "details": st.dictionaries(_TEXT, _JSON, max_size=3),
    "evidence_digest": st.none() | st.binary() | st.binary().map(lambda held: memoryview(held)),
    "previous": st.binary(),
    "digest": st.binary(),
}
_ROW = st.fixed_dictionaries({name: _VALUES.get(name, _TEXT) for name in columns()})
_NOTICE = st.builds(Notice, purpose=_TEXT, version=_TEXT, locale=_TEXT, digest=_TEXT)


def _first_spelling(row: dict[str, Any], notice: Notice | None) -> bytes:
    def plain(value: Any) -> str:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat()
        return value.isoformat() if isinstance(value, date) else bytes(value).hex()

    body = {name: value for name, value in row.items() if name not in ("digest", "previous")}
    shown = [notice.purpose, notice.version, notice.locale, notice.digest] if notice else []
    encoder = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=plain)
    return encoder.encode(["venia-act-1", body, shown]).encode()


@given(_ROW, st.none() | _NOTICE)
def test_any_row_is_covered_byte_for_byte_as_the_first(
    row: dict[str, Any], notice: Notice | None
) -> None:
    assert covered(row, notice) == _first_spelling(row, notice)


_KEPT = _TEXT.filter(lambda text: "\0" not in text)  # PostgreSQL keeps no other text


@given(
    _ROW, st.none() | st.builds(Notice, purpose=_KEPT, version=_KEPT, locale=_KEPT, digest=_KEPT)
)
def test_a_draft_is_covered_as_its_row_is(row: dict[str, Any], notice: Notice | None) -> None:
    kept = {name: _without_nul(value) for name, value in row.items()}
    said = Said({name: kept[name] for name in IN_COMMON}, notice, None)
    plain: list[dict[str, Any]] = [{"details": {}, "until": None}, {"details": {}}, {}]
    for own in plain:
        told = {**kept, **own}
        assert Draft(told, notice, said=said).covered == covered(told, notice)


def _without_nul(value: Any) -> Any:
    """Return a column as PostgreSQL could keep it."""
    if isinstance(value, list):
        return [text.replace("\0", "%") for text in value]
    return value.replace("\0", "%s") if isinstance(value, str) else value


@given(st.dictionaries(_TEXT, _WITH_FLOATS, max_size=4))
def test_evidence_is_spelled_byte_for_byte_as_the_first(evidence: dict[str, Any]) -> None:
    first = json.dumps(evidence, sort_keys=True, ensure_ascii=False).encode()
    assert evidence_bytes(evidence) == first
