"""`python -m tests.benchmarks.ranking`: a page of matches out of many lots, against evaluating every one of them.

Ours puts all lots in order and evaluates the 50 that are shown; the other way evaluates all and puts them in order.
Both give the same page, which is checked. `first` is before any result was read.
"""

import argparse
import sys

from rich.console import Console

from matching.columns import Listing
from matching.index import MarketIndex
from matching.listings import Spec
from matching.ranking import Ranked, arranged
from tests.benchmarks.solving import Duel, duel, run, show
from tests.support.large_market import market, standings, wanted

LOTS = 10_000
PAGE = 50
SPECS = ("low-copper", "bar-h2")
AIM, FIRST_AIM = 20.0, 5.0


def ours(index: MarketIndex, spec: Listing[Spec], *, near: bool) -> list[Ranked]:
    """The first page."""
    found = standings(index, spec)
    page = found.nearest(PAGE) if near else found.best(PAGE)
    return [index.evaluated(spec, lot) for _, lot in page]


def theirs(index: MarketIndex, spec: Listing[Spec], *, near: bool) -> list[Ranked]:
    """The first page of everything: each lot is evaluated, those within the window where matches are asked for."""
    lots = index.lots_of(spec.content.material) if near else index.lots_offered(spec)
    judged = (Ranked(one.id, index.judged(spec.content, one.content, index.held(spec, one))) for one in lots)
    return [one for one in arranged(judged) if one.near_miss is near][:PAGE]


def compared(index: MarketIndex, spec: Listing[Spec], *, near: bool, rounds: int) -> Duel:
    """In turns, on the same index; the objective is the sum of the page's scores."""
    if ours(index, spec, near=near) != theirs(index, spec, near=near):
        raise SystemExit(f"{spec.id}: the pages differ")
    name = f"{spec.id}, {'near misses' if near else 'matches'}"

    def scores(page: list[Ranked]) -> float:
        return 1.0 + sum(one.evaluation.score for one in page)

    return duel(
        name,
        lambda: scores(ours(index, spec, near=near)),
        lambda: scores(theirs(index, spec, near=near)),
        aim=AIM,
        rounds=rounds,
    )


def first(most: int) -> Duel:
    """Of a market that nobody has asked yet."""
    index, spec = market(most), wanted(SPECS[0])
    one = run(lambda: float(len(ours(index, spec, near=False))))
    other = run(lambda: float(len(theirs(index, spec, near=False))))
    return Duel(title=f"{spec.id}, matches, first", ours=one, theirs=other, aim=FIRST_AIM)


def main() -> int:
    """Measure, show, judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ranking", description=__doc__)
    parser.add_argument("--lots", type=int, default=LOTS)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    duels = [first(asked.lots)]
    index = market(asked.lots)
    duels += [compared(index, wanted(code), near=near, rounds=asked.rounds) for code in SPECS for near in (False, True)]
    return 0 if show(duels, Console()) else 1


if __name__ == "__main__":
    sys.exit(main())
