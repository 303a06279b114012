"""
What it costs to take decisions of people down, one by one and in bulk: on all cores.

Part of `make bench`; alone: `python -m config.bench.writing [lines of an import]`.
"""

import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from config.bench import installation, machine, report


def told(
    server: int, environment: Mapping[str, str], *, count: int, seconds: float, lines: int
) -> str:
    """Return the figures of acts and of an import of `lines` about `count` people."""
    from config.bench import acts, client, imports, variants  # the apps must be loaded first
    from consent import verification

    machine.spread(server)
    machine.spread(os.getpid())
    told: list[report.Line] = []
    with ExitStack() as running:
        found = acts.prepare(running, environment, count)
        installation.analyse()
        for number in range(3):
            for one in found:
                one.rounds.append(variants.measured(one, server, seconds, seed=number))
        acts.checked(found[0])
        told += [report.line(one.name, one.rounds) for one in found]
    ratios = {f"{acts.OURS} / {acts.USUAL}": report.ratio(*(one.rounds for one in found))}
    if lines:
        bulk = imports.rounds(server, environment, lines=lines, times=3)
        told += [report.line(name, rounds) for name, rounds in bulk.items()]
    broken = [each for each in verification.verified() if each.complaints]
    client.require(not broken, "The ledger")
    return report.text(told, ratios)


if __name__ == "__main__":
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with installation.running() as (server, environment):
        from config.bench import people

        people.fill(2000)
        print(told(server, environment, count=2000, seconds=2.0, lines=lines))
