"""
How well spans match those that people marked.

A span is found when one of the same type covers it with an intersection over union of at least
one half. Neighbouring parts of a name are one span on both sides, an address counts as a place, a
fragment inside a marked span is no false find. A span leaks when one letter or digit of it lies
in no find of any type.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

_SAME: Final = {"ADDRESS": "LOCATION", "DATE_TIME": "DATE_OF_BIRTH", "ES_CIF": "ES_NIF"}
_HALF: Final = 0.5
_DRAWS: Final = 1000


class Marked(NamedTuple):
    """A span that a person marked, or that was found. `end` is exclusive."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over some sentences."""

    hits: int = 0
    false: int = 0
    missed: int = 0
    leaks: int = 0
    clean: int = 0
    clean_flagged: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(a + b for a, b in zip(self.counts, other.counts, strict=True)))

    @property
    def counts(self) -> tuple[int, ...]:
        return (
            self.hits, self.false, self.missed, self.leaks, self.clean, self.clean_flagged
        )  # fmt: skip

    @property
    def spans(self) -> int:
        return self.hits + self.missed

    @property
    def precision(self) -> float:
        return _ratio(self.hits, self.hits + self.false)

    @property
    def recall(self) -> float:
        return _ratio(self.hits, self.spans)

    @property
    def f2(self) -> float:
        """The F measure that weighs recall four times as much as precision."""
        return _ratio(5 * self.hits, 5 * self.hits + 4 * self.missed + self.false)

    @property
    def leak_rate(self) -> float:
        return _ratio(self.leaks, self.spans, of_nothing=0.0)

    @property
    def flag_rate(self) -> float:
        """The share of sentences without personal data in which something was found."""
        return _ratio(self.clean_flagged, self.clean, of_nothing=0.0)


@dataclass(slots=True)
class Sentence:
    """The judgement of one sentence, in all and per type."""

    total: Tally
    by_type: dict[str, Tally] = field(default_factory=dict)


def judge(text: str, gold: Sequence[Marked], found: Sequence[Marked]) -> Sentence:
    """Compare what was found with what was marked in one sentence."""
    wanted, given = _normal(text, gold), _normal(text, found)
    matched = {g for g in wanted if any(_is_same(g, f) for f in given)}
    false = [f for f in given if not _is_explained(f, wanted)]
    covered = {i for f in found for i in range(f.start, f.end)}
    leaks = {g for g in wanted if _leaks(text, g, covered)}
    by_type = {
        kind: _tally(kind, wanted, matched, false, leaks)
        for kind in {span.type for span in (*wanted, *false)}
    }
    total = sum(by_type.values(), Tally())
    return Sentence(
        total + Tally(clean=not wanted, clean_flagged=not wanted and bool(given)), by_type
    )


def interval(tallies: Sequence[Tally], measure: str, *, seed: int = 1) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a `Tally` property over resampled sentences."""
    chance = random.Random(seed)  # noqa: S311 - resampling, no secret
    counts = [tally.counts for tally in tallies]
    values = []
    for _ in range(_DRAWS if counts else 0):
        drawn = chance.choices(counts, k=len(counts))
        values.append(getattr(Tally(*map(sum, zip(*drawn, strict=True))), measure))
    values.sort()
    if not values:
        return 0.0, 0.0
    return values[int(0.025 * len(values))], values[int(0.975 * len(values))]


def _ratio(part: int, whole: int, of_nothing: float = 1.0) -> float:
    return part / whole if whole else of_nothing


def _normal(text: str, spans: Iterable[Marked]) -> list[Marked]:
    ordered = sorted(span._replace(type=_SAME.get(span.type, span.type)) for span in spans)
    joined: list[Marked] = []
    for span in ordered:
        last = joined[-1] if joined else None
        if last and last.type == span.type == "PERSON" and not text[last.end : span.start].strip():
            joined[-1] = last._replace(end=max(last.end, span.end))
        else:
            joined.append(span)
    return joined


def _is_same(gold: Marked, found: Marked) -> bool:
    shared = min(gold.end, found.end) - max(gold.start, found.start)
    union = max(gold.end, found.end) - min(gold.start, found.start)
    return gold.type == found.type and shared / union >= _HALF


def _is_explained(found: Marked, wanted: Sequence[Marked]) -> bool:
    return any(
        _is_same(g, found) or (g.start <= found.start and found.end <= g.end) for g in wanted
    )


def _leaks(text: str, span: Marked, covered: set[int]) -> bool:
    return any(text[i].isalnum() and i not in covered for i in range(span.start, span.end))


def _tally(
    kind: str, wanted: list[Marked], matched: set[Marked], false: list[Marked], leaks: set[Marked]
) -> Tally:
    mine = [span for span in wanted if span.type == kind]
    hits = sum(span in matched for span in mine)
    return Tally(
        hits=hits,
        false=sum(span.type == kind for span in false),
        missed=len(mine) - hits,
        leaks=sum(span in leaks for span in mine),
    )


def confused(spans: Sequence[Marked]) -> bool:
    """Tell whether marked spans overlap, which no scoring can repair."""
    return any(a.end > b.start for a, b in pairwise(sorted(spans)))
