"""`python -m tests.benchmarks.allocation`: allocations against the solvers' own time, in one run on one core.

Single pairings: ours (network, flow, prices, bound) against OR-tools' own solve of the same network. Blends: ours to
a certified 0.5 % against HiGHS on the whole program (interior point without crossover, its fastest way). Only ratios
are judged. CPU time, because others may use the machine.
"""

import argparse
import sys
import time
from collections.abc import Callable

import highspy
import msgspec
import numpy as np
from rich.console import Console

from matching.allocation.coupled import Coupled
from matching.allocation.market import Market
from matching.allocation.sharing import shared
from matching.allocation.single import flowed
from matching.flow import Network
from tests.support.coupled import drawn

GAP = 0.005
FLOW_AIM, SHARED_AIM = 1.2, 0.2
CONSOLE = Console(highlight=False)


class Size(msgspec.Struct, frozen=True):
    """Lots, specs, and lots that each spec sees; 15 limits."""

    lots: int
    specs: int
    near: int = 168
    rows: int = 15


SMALL, BIG = Size(2_000, 200), Size(10_000, 1_000)


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """CPU seconds and the result."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def flow(size: Size, rounds: int) -> float:
    """Ours over OR-tools' own solve, the median of the rounds."""
    market = worthwhile(drawn(size.lots, size.specs, size.near, 1, seed=1).market)
    own: list[float] = []
    plain = Network.cheapest

    def clocked(network: Network, supply: int) -> object:
        seconds, found = timed(lambda: plain(network, supply))
        own.append(seconds)
        return found

    ratios = []
    for _ in range(rounds):
        Network.cheapest = clocked
        ours, found = timed(lambda: flowed(market))
        Network.cheapest = plain
        ratios.append(ours / own[-1])
        say(
            f"flow {size.lots:,} x {size.specs:,}, {len(market.lot):,} pairs",
            ours,
            own[-1],
            found.bound / found.worth - 1,
        )
    return float(np.median(ratios))


def worthwhile(market: Market) -> Market:
    """Without the pairs that cost more than they are worth."""
    return market.only(market.profit > 0.0)


def blends(size: Size, *, z: float, against: bool) -> float:
    """Ours over HiGHS's own time; with uncertainty (`z`) HiGHS still solves the easier program on means."""
    problem = drawn(size.lots, size.specs, size.near, size.rows, seed=1, z=z)
    ours, found = timed(lambda: shared(problem, GAP, 60, direct=0))
    reached = problem.worth(found.tonnes)
    theirs, optimum = timed(lambda: whole_program(problem)) if against else (float("nan"), float("nan"))
    name = f"blends {size.lots:,} x {size.specs:,}" + (" at 95 % each" if z else "")
    say(name, ours, theirs, found.bound / reached - 1)
    if against and not z:
        CONSOLE.print(f"  reached {reached:,.0f}, HiGHS {optimum:,.0f}, proven {found.bound:,.0f}")
    return ours / theirs


def whole_program(problem: Coupled) -> float:
    """HiGHS on all rows at once."""
    market, k = problem.market, len(problem.market.lot)
    n, m = len(problem.available), len(problem.demand)
    rows, columns = [market.lot, n + market.spec], [np.arange(k), np.arange(k)]
    values, height = [np.ones(k), np.ones(k)], n + m
    for j, limits in enumerate(problem.limits):
        row, column = np.nonzero(limits.means)
        rows.append(height + row)
        columns.append(problem.edges(j).start + column)
        values.append(limits.means[row, column])
        height += len(limits.means)
    row, column, value = (np.concatenate(part) for part in (rows, columns, values))
    order = np.lexsort((row, column))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_, model.sense_ = k, height, highspy.ObjSense.kMaximize
    model.col_cost_, model.col_lower_, model.col_upper_ = market.profit, np.zeros(k), np.full(k, highspy.kHighsInf)
    model.row_lower_ = np.full(height, -highspy.kHighsInf)
    model.row_upper_ = np.concatenate((problem.available, problem.demand, np.zeros(height - n - m)))
    model.a_matrix_.start_ = np.searchsorted(column[order], np.arange(k + 1))
    model.a_matrix_.index_, model.a_matrix_.value_ = row[order], value[order]
    highs = highspy.Highs()
    highs.silent()
    for option, setting in (("threads", 1), ("solver", "ipx"), ("run_crossover", "off")):
        highs.setOptionValue(option, setting)
    highs.passModel(model)
    highs.run()
    return float(highs.getInfo().objective_function_value)


def say(name: str, ours: float, theirs: float, gap: float) -> None:
    """One line."""
    against = "" if np.isnan(theirs) else f", theirs {theirs:.2f} s, ratio {ours / theirs:.2f}"
    CONSOLE.print(f"{name}: ours {ours:.2f} s{against}, gap {100 * gap:.3f} %")


def main() -> int:
    """Exit status 1 where an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.allocation", description=__doc__)
    parser.add_argument("--big", action="store_true", help="blends at 10,000 x 1,000 too: HiGHS takes minutes")
    parser.add_argument("--alone", action="store_true", help="ours only, without HiGHS")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    missed = flow(BIG, given.rounds) > FLOW_AIM
    for size in (SMALL, BIG) if given.big else (SMALL,):
        missed |= blends(size, z=0.0, against=not given.alone) > SHARED_AIM
        blends(size, z=1.645, against=False)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
