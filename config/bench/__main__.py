"""`make bench`: measure, beside each other and in alternating rounds, what a check costs."""

import argparse
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from config.bench import installation, machine, report


def main() -> None:
    """Measure and report; a short run takes less than three minutes."""
    given = _arguments()
    given.checks = given.checks or (1_000_000 if given.scale else 30_000)
    with installation.running() as (server, environment):
        if given.scale:
            _grow(server, environment, given)
        else:
            _measure(server, environment, given)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.bench", description=__doc__)
    parser.add_argument("--people", type=int, default=4000)
    parser.add_argument("--audience", type=int, default=20_000, help="people who are searched")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--checks", type=int, help="before memory is read: 30,000, a million")
    parser.add_argument("--seconds", type=float, default=1.2)
    parser.add_argument("--folder", type=Path, default=Path(".data/bench"))
    parser.add_argument("--scale", action="store_true", help="cost over the number of people")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    return parser.parse_args()


def _measure(server: int, environment: Mapping[str, str], given: argparse.Namespace) -> None:
    from config.bench import (  # the apps must be loaded first
        audience,
        pgbench,
        steadiness,
        variants,
        writing,
    )

    with ExitStack() as running:
        found = variants.prepare(running, environment, given.people)
        installation.analyse()
        machine.part(server)
        for number in range(given.rounds):
            for one in found if number % 2 == 0 else reversed(found):
                one.rounds.append(variants.measured(one, server, given.seconds, seed=number))
    lines = [report.line(v.name, v.rounds, decisions=v.decisions) for v in found]
    ratios = variants.ratios({v.name: v for v in found})
    print(report.text(lines, ratios))
    more = pgbench.rows(environment, seconds=given.seconds)
    several = max(given.people, given.audience)
    more += audience.gathered(server, environment, already=given.people, count=several)
    more += steadiness.rows(environment, count=given.people, checks=given.checks, times=1000)
    print("\n".join(["", *more]))
    count, seconds = given.people, given.seconds
    print(writing.told(server, environment, count=count, seconds=seconds, lines=12_000))
    report.write(
        given.folder,
        lines,
        ratios,
        more=more,
        people=given.people,
        audience=several,
        rounds=given.rounds,
        seconds=given.seconds,
        python=sys.version,
        cores=machine.cores(),
    )
    print(f"\nWritten to {given.folder}: bench.txt, bench.json, bench.svg")


def _grow(server: int, environment: Mapping[str, str], given: argparse.Namespace) -> None:
    from config.bench import growth, steadiness  # the apps must be loaded first

    print(growth.HEAD)
    for row in growth.rows(server, environment, sizes=given.sizes, seconds=given.seconds):
        print(row, flush=True)
    people = max(given.sizes)
    for row in steadiness.rows(environment, count=people, checks=given.checks, times=1000):
        print(row)


if __name__ == "__main__":
    main()
