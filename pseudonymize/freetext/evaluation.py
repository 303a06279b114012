"""
Measure the recognizers on marked sentences: `python -m pseudonymize.freetext.evaluation FILE`.

One JSON object a line: `text`, `spans` ([{start, end, type}]), `lang` (es_MX, pt_BR, en …) and,
if the person's record is to be used, `profile` ({first, last, email, phone, id, dob, city,
address}).
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pseudonymize.freetext.engine import analyse
from pseudonymize.freetext.record import Record
from pseudonymize.freetext.scoring import Marked, Sentence, Tally, confused, interval, judge

_COLUMNS = ("precision", "recall", "f2", "leak_rate")


class Unreadable(ValueError):
    """A line of the file is not in the form that this module describes."""

    code = "evaluation_file_unreadable"


@dataclass(slots=True)
class Evaluation:
    """The judged sentences of some files."""

    sentences: list[tuple[str, Sentence]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def of_locale(self, locale: str | None) -> list[Tally]:
        return [s.total for lang, s in self.sentences if locale in (None, lang)]

    def of_type(self, kind: str) -> list[Tally]:
        return [s.by_type.get(kind, Tally()) for _, s in self.sentences]

    @property
    def locales(self) -> list[str]:
        return sorted({lang for lang, _ in self.sentences})

    @property
    def types(self) -> list[str]:
        return sorted({kind for _, s in self.sentences for kind in s.by_type})

    @property
    def total(self) -> Tally:
        return sum(self.of_locale(None), Tally())


def evaluate(
    paths: Iterable[Path], *, with_record: bool = False, with_country: bool = True
) -> Evaluation:
    """
    Judge every sentence of the JSONL files in `paths`.

    :raises Unreadable: naming file and line.
    """
    evaluation = Evaluation()
    for path in paths:
        for row in _rows(path):
            tag = row["lang"] if with_country else row["lang"][:2]
            country = "US" if tag == "en" and with_country else None
            record = record_of(row.get("profile")) if with_record else None
            gold = [Marked(s["start"], s["end"], s["type"]) for s in row["spans"]]
            spans = analyse(row["text"], language=tag, country=country, record=record)
            found = [Marked(s.start, s.end, s.type) for s in spans]
            sentence = judge(row["text"], gold, found)
            evaluation.sentences.append((row["lang"], sentence))
            if sentence.total.missed or sentence.total.false or sentence.total.leaks:
                evaluation.errors.append(_error(row, gold, found))
    return evaluation


def record_of(profile: dict[str, Any] | None) -> Record | None:
    """Return the record that a `profile` describes."""
    if not profile:
        return None
    born = profile.get("dob") or profile.get("birth_date")
    names = ("first", "last", "email", "phone", "id", "city", "address")
    known = {name: profile.get(name) for name in names}
    return Record(**known, birth_date=date.fromisoformat(born) if born else None)


def report(evaluation: Evaluation, *, intervals: bool = True) -> Iterator[str]:
    """Yield the lines of a table: in all, per locale, per type."""
    yield f"{'':<16}{'spans':>7}" + "".join(f"{name:>22}" for name in _COLUMNS)
    yield _line("all", evaluation.of_locale(None), intervals)
    for locale in evaluation.locales:
        yield _line(locale, evaluation.of_locale(locale), intervals)
    for kind in evaluation.types:
        yield _line(kind, evaluation.of_type(kind), intervals)
    total = evaluation.total
    yield (
        f"sentences without personal data: {total.clean}, flagged {total.clean_flagged}"
        f" ({total.flag_rate:.1%})"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; return 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":")[0].strip())
    add_arguments(parser)
    options = parser.parse_args(arguments)
    for line in run(options.files, record=options.record, country=not options.no_country,
                    errors=options.errors):  # fmt: skip
        sys.stdout.write(line + "\n")
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command line, here and for manage.py."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--record", action="store_true", help="use each sentence's profile")
    parser.add_argument("--no-country", action="store_true", help="give the language alone")
    parser.add_argument("--errors", action="store_true", help="print every imperfect sentence")


def run(files: Iterable[Path], *, record: bool, country: bool, errors: bool) -> Iterator[str]:
    """Yield the lines of the report on `files`, the imperfect sentences first if asked for."""
    evaluation = evaluate(files, with_record=record, with_country=country)
    if errors:
        yield from evaluation.errors
    yield from report(evaluation)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            spans = [Marked(s["start"], s["end"], s["type"]) for s in row["spans"]]
            broken = confused(spans) or not isinstance(row["text"], str) or not row["lang"]
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable(f"{path.name}, line {number}: not a marked sentence.") from error
        if broken:
            raise Unreadable(f"{path.name}, line {number}: spans overlap or a member is missing.")
        yield row


def _line(name: str, tallies: list[Tally], intervals: bool) -> str:
    total = sum(tallies, Tally())
    cells = []
    for measure in _COLUMNS:
        low, high = interval(tallies, measure) if intervals else (0.0, 0.0)
        span = f" [{low:.3f}, {high:.3f}]" if intervals else ""
        cells.append(f"{getattr(total, measure):.3f}{span}".rjust(22))
    return f"{name:<16}{total.spans:>7}" + "".join(cells)


def _error(row: dict[str, Any], gold: list[Marked], found: list[Marked]) -> str:
    text = row["text"]
    shown = [
        " ".join(f"{s.type}={text[s.start : s.end]!r}" for s in spans) for spans in (gold, found)
    ]
    return f"{row['lang']} {text}\n  marked {shown[0]}\n  found  {shown[1]}"


if __name__ == "__main__":
    sys.exit(main())
