"""Few suppliers, least takes and lots that go whole: branch and cut on the columns of best reduced cost.

y_i = 1 where lot i gives at all:  least_i y_i <= x_i <= available_i y_i,  Σ y <= suppliers. Cones are cut by tangents
between integer solves; for the lots of an incumbent the cone program is solved exactly, which gives the upper bound,
and the integer master gives the lower one. With all lots in the master the answer is proven; with only the `WIDE`
best by reduced cost the bound is that of the relaxation over all lots, and the status says `feasible` unless the two
meet or reduced cost shows that no other lot can enter a better blend.
"""

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.blending.recipe import Recipe, guard
from matching.blending.sifting import Blended, Sieve
from matching.solver import Outcome, Program, Solution, Vector

WIDE = 80
NODES = 20_000
_PASSES = 40
_PROVEN = 1e-8
_SLIGHT = 1e-9


Places = NDArray[np.int64]
Used = NDArray[np.bool_]


class Portioned(msgspec.Struct, frozen=True):
    """Shares (None: no blend was found), the bound of the cost per tonne, and whether the two are proven to meet."""

    shares: Vector | None
    bound: float
    proven: bool


def portioned(recipe: Recipe, relaxed: Blended, sieve: Sieve) -> Portioned:
    """The best blend with integers, from the optimum of its relaxation."""
    n = len(recipe.cost)
    order = np.argsort(relaxed.reduced - np.where(relaxed.shares > 0.0, math.inf, 0.0), kind="stable")
    for width in (WIDE, 4 * WIDE, n):
        chosen = np.sort(order[: min(n, width)]).astype(np.int64)
        found = _Search(recipe, chosen, _cuts(recipe, sieve)).run()
        if found.shares is not None or len(chosen) == n:
            break
    if found.shares is None:
        return found
    return _certified(recipe, relaxed, chosen, found, found.shares)


def _certified(recipe: Recipe, relaxed: Blended, chosen: Places, found: Portioned, shares: Vector) -> Portioned:
    """The bound over all lots: a lot outside can only enter at its reduced cost times its least take."""
    cost = float(recipe.cost @ shares)
    outside = np.ones(len(recipe.cost), dtype=bool)
    outside[chosen] = False
    entry = relaxed.bound + relaxed.reduced * np.minimum(recipe.least, recipe.available) / recipe.tonnes
    shut = bool((entry[outside] >= cost).all())
    bound = found.bound if shut else min(found.bound, relaxed.bound)
    return Portioned(shares, bound, (shut and found.proven) or cost - bound <= _PROVEN * abs(cost))


def _cuts(recipe: Recipe, sieve: Sieve) -> list[Vector]:
    return [row for row, owner in zip(sieve.rows, sieve.owner, strict=True) if 0 <= owner < len(recipe.sides)]


class _Search:
    """Integer master over the lots `chosen`, rebuilt with each new set of cuts."""

    def __init__(self, recipe: Recipe, chosen: Places, cuts: list[Vector]) -> None:
        self.recipe = recipe
        self.chosen = chosen
        self.cuts = cuts
        self.forbidden: list[Used] = []
        self.unit = float(np.abs(recipe.cost).max(initial=0.0)) or 1.0
        self.most = np.minimum(recipe.available / recipe.tonnes, 1.0)
        self.least = np.minimum(recipe.least, recipe.available) / recipe.tonnes

    def run(self) -> Portioned:
        best: Vector | None = None
        cost, bound = math.inf, -math.inf
        for _ in range(_PASSES):
            found = self._master()
            if found.outcome is Outcome.INFEASIBLE:
                return Portioned(best, max(bound, cost), proven=True)
            bound = max(bound, found.bound * self.unit)
            if not len(found.columns):
                break
            if best is not None and cost - bound <= _PROVEN * abs(cost):
                break
            used = found.columns[len(self.chosen) :] > 0.5
            shares = self._exact(used)
            if shares is not None and float(self.recipe.cost @ shares) < cost:
                best, cost = shares, float(self.recipe.cost @ shares)
            if found.outcome is Outcome.LIMIT:
                break
            if not self._cut(found) and shares is None:
                self.forbidden.append(used)
            elif cost - bound <= _PROVEN * abs(cost):
                break
        return Portioned(best, min(bound, cost), best is not None and cost - bound <= _PROVEN * abs(cost))

    def _master(self) -> Solution:
        k = len(self.chosen)
        program = Program()
        unit = np.eye(k)
        most, least = self.most[self.chosen], self.least[self.chosen]
        cost = np.concatenate((self.recipe.cost[self.chosen] / self.unit, np.zeros(k)))
        program.add_columns(cost, np.zeros(2 * k), np.concatenate((most, np.ones(k))), np.zeros((0, 2 * k)))
        program.add_row(1.0, 1.0, np.concatenate((np.ones(k), np.zeros(k))))
        for i in range(k):
            program.add_row(-math.inf, 0.0, np.concatenate((unit[i], -most[i] * unit[i])))
            if least[i] > 0.0:
                program.add_row(0.0, math.inf, np.concatenate((unit[i], -least[i] * unit[i])))
        if self.recipe.max_suppliers is not None:
            few = float(self.recipe.max_suppliers)
            program.add_row(-math.inf, few, np.concatenate((np.zeros(k), np.ones(k))))
        for cut in self.cuts:
            program.add_row(-math.inf, 0.0, np.concatenate((cut[self.chosen], np.zeros(k))))
        for used in self.forbidden:
            # at least one lot in or out differs from a set that is proven not to conform
            signs = np.where(used, 1.0, -1.0)
            program.add_row(-math.inf, float(used.sum()) - 1.0, np.concatenate((np.zeros(k), signs)))
        return program.solve_integer(np.arange(k, 2 * k, dtype=np.int32), NODES)

    def _exact(self, used: Used) -> Vector | None:
        """The cone program over the lots of an incumbent, each at least at its least take."""
        lots = self.chosen[used]
        keep = np.zeros(len(self.recipe.cost), dtype=bool)
        keep[lots] = True
        lower, upper = np.where(keep, self.least, 0.0), np.where(keep, self.most, 0.0)
        found = Sieve(self.recipe, lower=lower, upper=upper).cheapest()
        if found is None:
            return None
        shares = found.shares
        shares[shares < _SLIGHT] = 0.0
        return shares

    def _cut(self, found: Solution) -> bool:
        shares = np.zeros(len(self.recipe.cost))
        shares[self.chosen] = np.maximum(found.columns[: len(self.chosen)], 0.0)
        broken = False
        for mean, spread in zip(self.recipe.means, self.recipe.spreads, strict=True):
            size, gradient = guard(spread, shares, self.recipe.correlation)
            if size > 0.0 and float(mean @ shares) + size > _SLIGHT:
                self.cuts.append(mean + gradient)
                broken = True
        return broken
