"""
Other people in a person's own copy: their names and numbers are hidden, the person's own are not.

Source: GDPR art. 15.4; LFPDPPP art. 33 III; recital 63. Where a text cannot be read it is left out.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rights.access.tables import Row, Table

# What leads to somebody. Places, dates and amounts alone do not.
_PLAIN = frozenset({"LOCATION", "IP_ADDRESS"})
LEFT_OUT = "[…]"


@dataclass(frozen=True, slots=True)
class Own:
    """What is known to be the person's own; used while a package is made, and not kept."""

    language: str
    country: str
    identifiers: Collection[str] = field(default=(), repr=False)
    names: Collection[str] = field(default=(), repr=False)

    @property
    def compact(self) -> frozenset[str]:
        """The identifiers without spaces and signs, each e-mail's name part too."""
        values = [*self.identifiers, *(v.partition("@")[0] for v in self.identifiers if "@" in v)]
        return frozenset(_compacted(value) for value in values)

    @property
    def words(self) -> frozenset[str]:
        """Every word of the person's own names."""
        return frozenset(word for name in self.names for word in _words(name))


def hidden(rows: Iterator[Row] | list[Row], table: Table, own: Own) -> Iterator[Row]:
    """Yield rows without what is somebody else's."""
    closed = {column.key for column in table.columns if column.third_party}
    texts = {column.key for column in table.columns if column.free_text}
    for row in rows:
        yield {
            key: (LEFT_OUT if value else value)
            if key in closed
            else (without_others(value, own) if key in texts else value)
            for key, value in row.items()
        }


def without_others(value: Any, own: Own) -> Any:
    """Return a text, or texts inside lists and objects, with other people hidden."""
    if isinstance(value, str):
        return _text(value, own)
    if isinstance(value, Mapping):
        return {key: without_others(inner, own) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_others(inner, own) for inner in value]
    return value


def _text(text: str, own: Own) -> str:
    if not any(map(str.isalnum, text)):
        return text
    from pseudonymize.freetext import engine  # heavy, and an installation may do without it

    try:
        spans = engine.analyse(text, language=own.language, country=own.country or None)
    except (engine.TextUnavailable, engine.TextTooLong, engine.TextTooSlow):
        return LEFT_OUT
    parts, position = [], 0
    for span in spans:
        mention = text[span.start : span.end]
        shown = span.type in _PLAIN or _is_own(mention, span.type, own)
        parts += [text[position : span.start], mention if shown else f"[{span.type}]"]
        position = span.end
    return "".join([*parts, text[position:]])


def _is_own(mention: str, kind: str, own: Own) -> bool:
    if kind == "PERSON":
        return bool(words := _words(mention)) and set(words) <= own.words
    found = _compacted(mention)
    return found in own.compact or (
        kind == "PHONE_NUMBER" and len(found) > 7 and any(v.endswith(found) for v in own.compact)
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w{2,}", text.casefold())


def _compacted(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
