"""`python -m tests.benchmarks.blending`: blends of 5,000 lots with 15 limits against PuLP with CBC, and a conic solver.

The linear program (confidence 0.5) against PuLP + CBC, its modelling included and apart; the chance-constrained one
(0.95 for each limit) against CVXPY + Clarabel, likewise. What it takes to make arrays of specs and lots is shown too.
"""

import argparse
import sys
from collections.abc import Callable

import cvxpy
import numpy as np
import pulp
from rich.console import Console

from matching.blend import best
from matching.blending.recipe import Recipe
from tests.benchmarks.solving import Duel, duel, run, show
from tests.support.large_blend import PRICE, instance

LOTS, LIMITS, TONNES = 5_000, 15, 3_000.0
SEED = 20_261_125


def large(confidence: float) -> Recipe:
    """The problem that both sides solve."""
    return instance(confidence, lots=LOTS, limits=LIMITS, tonnes=TONNES, seed=SEED)


def ours(problem: Recipe) -> Callable[[], float]:
    """JPY per tonne of the optimum, proven."""

    def solve() -> float:
        found = best(problem)
        if found is None or found.status != "optimal":
            raise SystemExit("the benchmark's blend has no proven optimum")
        return float(problem.cost @ found.shares)

    return solve


def with_cbc(problem: Recipe) -> pulp.LpProblem:
    """The same program in PuLP's words."""
    most = np.minimum(problem.available / problem.tonnes, 1.0).tolist()
    model = pulp.LpProblem("blend", pulp.LpMinimize)
    shares = [pulp.LpVariable(f"x{i}", 0.0, top) for i, top in enumerate(most)]
    model += pulp.LpAffineExpression(zip(shares, problem.cost.tolist(), strict=True))
    model += pulp.lpSum(shares) == 1
    for row in problem.means.tolist():
        model += pulp.LpAffineExpression(zip(shares, row, strict=True)) <= 0
    return model


def with_clarabel(problem: Recipe) -> cvxpy.Problem:
    """The same program in CVXPY's words."""
    shares = cvxpy.Variable(len(problem.cost))
    rows_hold = [
        mean @ shares + cvxpy.norm(cvxpy.multiply(spread, shares)) <= 0
        for mean, spread in zip(problem.means, problem.spreads, strict=True)
    ]
    within = [shares >= 0, shares <= np.minimum(problem.available / problem.tonnes, 1.0), cvxpy.sum(shares) == 1]
    return cvxpy.Problem(cvxpy.Minimize(problem.cost @ shares / PRICE), [*within, *rows_hold])


def solved_by_cbc(model: pulp.LpProblem) -> float:
    """PuLP writes a file, CBC reads and solves it."""
    model.solve(pulp.PULP_CBC_CMD(msg=False, threads=1))
    return float(pulp.value(model.objective))


def solved_by_clarabel(model: cvxpy.Problem) -> float:
    """To Clarabel's own tolerances."""
    model.solve(solver=cvxpy.CLARABEL, max_threads=1)
    return float(model.value) * PRICE


def measured(rounds: int) -> list[Duel]:
    """Solvers alone (models made beforehand), then with the modelling of both."""
    linear, chance = large(0.5), large(0.95)
    model = with_cbc(linear)
    return [
        duel("LP: PuLP writes, CBC solves", ours(linear), lambda: solved_by_cbc(model), aim=None, rounds=rounds),
        duel("LP: and PuLP's modelling", ours(linear), lambda: solved_by_cbc(with_cbc(linear)), aim=30, rounds=rounds),
        duel(
            "95 % each: CVXPY + Clarabel",
            ours(chance),
            lambda: solved_by_clarabel(with_clarabel(chance)),
            aim=10,
            rounds=rounds,
        ),
    ]


def main() -> int:
    """Exit status 1 where an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.blending", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    console = Console()
    duels = measured(parser.parse_args().rounds)
    made = run(lambda: large(0.95))
    console.print(f"{LOTS:,} lots, {LIMITS} limits, {TONNES:,.0f} t; arrays made in {made.cpu * 1000:.0f} ms")
    return 0 if show(duels, console) else 1


if __name__ == "__main__":
    sys.exit(main())
