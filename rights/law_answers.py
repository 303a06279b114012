"""Law packs and deadlines as plain values for JSON: dates as text, sets in order."""

import dataclasses
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from jurisdictions.model import Law
from rights.deadlines import Deadline

_SUMMARY = ("code", "name", "country", "complete", "parent", "effective_from", "effective_to")


def summary(law: Law) -> dict[str, Any]:
    """Return what a list of laws shows of each one."""
    return {name: _plain(getattr(law, name)) for name in _SUMMARY} | {
        "authority": _plain(law.authority)
    }


def pack(law: Law) -> dict[str, Any]:
    """Return the whole pack: every value, with its source and how sure we are of it."""
    plain: dict[str, Any] = _plain(law)
    return plain


def deadline(found: Deadline) -> dict[str, Any]:
    """Return both dates of a deadline, its rule, source, calendar and steps."""
    plain: dict[str, Any] = _plain(found)
    return plain


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(inner) for inner in value)
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value
