"""What it costs to take decisions of people down, one by one and in bulk: on all cores."""

import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from config.bench import installation, machine, report


def told(
    server: int, environment: Mapping[str, str], *, count: int, seconds: float, lines: int
) -> str:
    """Return the figures of acts and of an import of `lines` about `count` people."""
    from config.bench import acts, imports, variants  # the apps must be loaded first

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
    if lines:
        bulk = imports.rounds(server, environment, lines=lines, times=3)
        told += [report.line(name, rounds) for name, rounds in bulk.items()]
    return report.text(told, {})


if __name__ == "__main__":
    with installation.running() as (server, environment):
        from config.bench import people

        people.fill(2000)
        print(told(server, environment, count=2000, seconds=3.0, lines=int(sys.argv[1])))
