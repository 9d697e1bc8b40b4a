"""`make bench`: ours against a FastAPI + SQLModel twin, in one run, on one PostgreSQL. Exit status 1 below a gate.

Only ratios are judged, never absolute figures.
"""

import argparse
import importlib.util
import os
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

import msgspec
from rich.console import Console

from tests.benchmarks.bulk import Loaded
from tests.benchmarks.counters import machine_seconds
from tests.benchmarks.report import Report, show
from tests.benchmarks.sampling import Sample, sample
from tests.benchmarks.sides import Arena, Side
from tests.benchmarks.targets import CASES, BulkRow, judged, judged_bulk

ROWS = 100_000
QUICK_ROWS = 10_000
STAMPS = 10_000_000


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How much to measure."""

    rounds: int
    seconds: float
    rows: int
    bulk_turns: str


FULL = Options(rounds=3, seconds=4.0, rows=ROWS, bulk_turns="otoo")
QUICK = Options(rounds=1, seconds=1.0, rows=QUICK_ROWS, bulk_turns="ot")


def main() -> int:
    """Measure, show, judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round of a second: does it work at all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    arguments = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="capb-") as folder:
        report = measured(Arena(Path(folder)), QUICK if arguments.quick else FULL, console)
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    show(report, console)
    return 0 if report.passed else 1


def measured(arena: Arena, options: Options, console: Console) -> Report:
    """Bulk first: the reads run over the rows that it loaded."""
    with arena.sides() as (ours, twin):
        console.print(f"loading {options.rows:,} rows on each side")
        bulk = loaded(ours, twin, options)
        arena.settle()
        samples = rounds(arena, ours, twin, options, console)
    return Report(
        python=sys.version.split()[0],
        cores=os.cpu_count() or 1,
        loop=" + ".join(name for name in ("uvloop", "httptools") if importlib.util.find_spec(name)) or "asyncio + h11",
        rounds=options.rounds,
        seconds=options.seconds,
        cases=tuple(judged(case, samples[case, "ours"], samples[case, "twin"]) for case in CASES),
        bulk=bulk,
    )


def loaded(ours: Side, twin: Side, options: Options) -> BulkRow:
    """Each side in turn; a load of the twin takes some twenty times as long, so ours runs more often."""
    found: dict[str, list[Loaded]] = {"o": [], "t": []}
    machine, started = machine_seconds(), time.perf_counter()
    for turn, who in enumerate(options.bulk_turns):
        side = ours if who == "o" else twin
        found[who].append(side.bulk(turn * options.rows, options.rows))
    passed = time.perf_counter() - started
    known = sum(load.cpu for loads in found.values() for load in loads)
    # the loaders prepare their rows outside the measurement, on one core and hence at most all of the time
    foreign = max(0.0, (machine_seconds() - machine - known) / passed - 1)
    return judged_bulk(options.rows, found["o"], found["t"], foreign)


def rounds(
    arena: Arena, ours: Side, twin: Side, options: Options, console: Console
) -> dict[tuple[str, str], list[Sample]]:
    """Interleaved: in each round each case runs on both sides, who begins alternates."""
    plans = {side.server.name: side.plans() for side in (ours, twin)}
    stamps = count(0, STAMPS)
    found: dict[tuple[str, str], list[Sample]] = {(case, name): [] for case in CASES for name in plans}
    for turn in range(options.rounds):
        for case in CASES:
            for side in (ours, twin) if turn % 2 == 0 else (twin, ours):
                name = side.server.name
                found[case, name].append(sample(side, plans[name][case](options.seconds, next(stamps))))
                last = found[case, name][-1]
                console.print(f"round {turn + 1}  {case:6}  {name}  {last.rate:8,.0f}/s  p99 {last.p99:7.2f} ms")
        arena.settle()
    return found


if __name__ == "__main__":
    sys.exit(main())
