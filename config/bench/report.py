"""The figures as a table, as JSON and as a picture."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.sax.saxutils import escape

_BAR, _LEFT, _ROW = 420, 300, 26


@dataclass(frozen=True, slots=True)
class Round:
    """One measurement of one variant. Times in microseconds; CPU of server and database."""

    answers: int
    per_second: float
    cpu: float
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Line:
    """A variant: the median over its rounds, the spread, and what one decision costs."""

    name: str
    per_second: float
    lowest: float
    highest: float
    cpu: float
    cpu_of_a_decision: float
    p50: float
    p99: float


def line(name: str, rounds: Sequence[Round], *, decisions: int = 1) -> Line:
    """Sum the rounds of a variant up, `decisions` of which are in one answer."""
    rates = [one.per_second for one in rounds]
    cpu = statistics.median(one.cpu for one in rounds)
    p50 = statistics.median(one.p50 for one in rounds)
    p99 = statistics.median(one.p99 for one in rounds)
    middle = statistics.median(rates)
    return Line(name, middle, min(rates), max(rates), cpu, cpu / decisions, p50, p99)


def ratio(of: Sequence[Round], to: Sequence[Round], *, decisions: float = 1.0) -> tuple[float, ...]:
    """
    Return lowest, median and highest ratio of CPU per decision, round by round.

    One answer of `of` holds `decisions` times as many as one of `to`.
    """
    found = sorted(b.cpu / (a.cpu / decisions) for a, b in zip(of, to, strict=True))
    return found[0], statistics.median(found), found[-1]


def text(lines: Sequence[Line], ratios: Mapping[str, tuple[float, ...]]) -> str:
    """Return both as plain tables."""
    head = f"{'':34}{'answers/s':>11}{'lowest':>9}{'highest':>9}"
    rows = [head + f"{'CPU µs':>9}{'µs each':>9}{'p50 µs':>9}{'p99 µs':>9}"]
    for one in lines:
        rates = f"{one.per_second:11.0f}{one.lowest:9.0f}{one.highest:9.0f}"
        costs = f"{one.cpu:9.1f}{one.cpu_of_a_decision:9.1f}{one.p50:9.0f}{one.p99:9.0f}"
        rows.append(f"{one.name:34}{rates}{costs}")
    rows += ["", "How many times less CPU a decision of ours needs (lowest, median, highest):"]
    rows += [f"  {name:40}" + "".join(f"{part:8.2f}" for part in r) for name, r in ratios.items()]
    return "\n".join(rows)


def write(
    folder: Path, lines: Sequence[Line], ratios: Mapping[str, tuple[float, ...]], **about: object
) -> None:
    """Write bench.txt, bench.json and bench.svg."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.txt").write_text(text(lines, ratios) + "\n", encoding="utf-8")
    whole = {"about": about, "lines": [asdict(one) for one in lines], "ratios": ratios}
    (folder / "bench.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    (folder / "bench.svg").write_text(picture(lines), encoding="utf-8")


def picture(lines: Sequence[Line]) -> str:
    """Return bars of CPU per decision, on a logarithm-free scale cut at the longest."""
    longest = max(one.cpu_of_a_decision for one in lines) or 1.0
    bars = []
    for number, one in enumerate(lines):
        top, width = 34 + number * _ROW, max(1.0, one.cpu_of_a_decision / longest * _BAR)
        bars.append(
            f'<text x="{_LEFT - 8}" y="{top + 13}" text-anchor="end">{escape(one.name)}</text>'
            f'<rect x="{_LEFT}" y="{top}" width="{width:.1f}" height="17" fill="#2f6f5e"/>'
            f'<text x="{_LEFT + width + 6:.1f}" y="{top + 13}">{one.cpu_of_a_decision:.0f}</text>'
        )
    width, height = _LEFT + _BAR + 70, 44 + len(lines) * _ROW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="13">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<text x="{_LEFT}" y="20">CPU µs per decision: server and database</text>'
        f"{''.join(bars)}</svg>\n"
    )
