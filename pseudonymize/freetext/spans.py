"""What a reading of a text results in: spans, and how overlapping ones are settled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

Why = Literal["checksum", "format", "label", "cue", "listed", "record", "model"]

#: Finds below this score are not reported: a number without a label, a name without a cue.
THRESHOLD: Final = 0.4

#: Neighbours of these types, with nothing but space between them, are one span.
_JOINED: Final = frozenset({"PERSON", "ADDRESS"})


#: What a losing find leaves over that says nothing: the "da" of "porteiro da Rua Augusta".
_JOINERS: Final = frozenset({"de", "del", "da", "do", "das", "dos", "of", "y", "e", "and"})


class Hit(NamedTuple):
    """A find of one recognizer, before overlaps are settled. `end` is exclusive."""

    start: int
    end: int
    type: str
    score: float
    why: Why
    because: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """
    A stretch of the input that stands for personal data.

    `start` and `end` count Unicode code points of the input, `end` exclusive. `score` runs from
    0.4 to 1.0. `why` names the kind of evidence, `because` the word or rule of it; neither ever
    holds a part of the text that was found.
    """

    start: int
    end: int
    type: str
    score: float
    why: Why
    because: str = ""


@dataclass(frozen=True, slots=True)
class Redaction:
    """The redacted text, and the spans of the input that were replaced, in order of `start`."""

    text: str
    spans: tuple[Span, ...]


def told(redaction: Redaction) -> dict[str, Any]:
    """Return a redaction as callers see it."""
    spans = [
        {"start": s.start, "end": s.end, "type": s.type, "score": round(s.score, 3)}
        for s in redaction.spans
    ]
    return {"text": redaction.text, "spans": spans}


def settle(hits: Iterable[Hit], text: str) -> list[Span]:
    """
    Return spans that do not overlap, ordered by start.

    The higher score wins, then the longer find. What a losing find covers beyond the winner is
    kept when it holds a letter or digit, so that settling never uncovers anything.
    """
    taken = bytearray(len(text))
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (-h.score, h.start - h.end, *h)):
        for start, end in _free_stretches(taken, hit):
            start, end = _trimmed(text, start, end)
            if start < end:
                kept.append(hit._replace(start=start, end=end))
                taken[start:end] = b"\x01" * (end - start)
    kept.sort()
    return [Span(*hit) for hit in _joined(kept, text)]


def _free_stretches(taken: bytearray, hit: Hit) -> list[tuple[int, int]]:
    stretches: list[tuple[int, int]] = []
    position = hit.start
    while position < hit.end:
        start = taken.find(0, position, hit.end)
        if start < 0:
            break
        end = taken.find(1, start, hit.end)
        end = hit.end if end < 0 else end
        stretches.append((start, end))
        position = end
    return stretches


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    if not any(map(str.isalnum, text[start:end])) or text[start:end].strip().lower() in _JOINERS:
        return start, start
    while text[start].isspace() or text[start] in ",;":
        start += 1
    while text[end - 1].isspace() or text[end - 1] in ",;":
        end -= 1
    return start, end


def _joined(hits: Sequence[Hit], text: str) -> list[Hit]:
    joined: list[Hit] = []
    for hit in hits:
        last = joined[-1] if joined else None
        if last and last.type == hit.type in _JOINED and not text[last.end : hit.start].strip(" "):
            joined[-1] = max(last, hit, key=lambda h: h.score)._replace(
                start=last.start, end=hit.end
            )
        else:
            joined.append(hit)
    return joined
