"""Exact column sifting with tangent cuts: the cheapest shares of thousands of lots from a master of some dozens.

minimise c·w  subject to the rows of a `Recipe`, Σw = 1, 0 <= w <= availability, and what columns share (the tonnes
of a lot, the capacity of an offer: `shared`). The master holds few columns and the cuts found so far; lots whose
reduced cost is negative enter (Bixby et al., Operations Research 40 (1992) 885), and the tangent of a broken cone is
added (Kelley, SIAM J. 8 (1960) 703: the cone is convex and positively homogeneous, so a tangent never cuts off a
blend that conforms). Both keep the simplex basis warm. At the end no lot could lower the cost and every cone holds,
which proves the optimum; an infeasible master that holds every lot proves that there is none. A pricing pass costs
O(rows × lots).
"""

import math

import msgspec
import numpy as np

from matching.blending.bounds import bounds
from matching.blending.polishing import Near, polished
from matching.blending.recipe import Recipe, guard
from matching.solver import Outcome, Program, Solution, SolverError, Vector

_ALL_AT_ONCE = 150
_FIRST, _EACH = 60, 5
_BATCH = 40
_ROUNDS = 2000
# first the lots and limits that matter, then (should `polishing` not end it) the cones themselves
_BROKEN = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 3e-10)
# an excess that is the solver's rounding
_NOTHING = 1e-9
# with so many cuts and cones off by no more than this share of the limit, the rest is left to the gap
_MANY, _ENOUGH, _TIGHTER = 800, 1e-6, 1.5
# how far an elastic row may be off: what is relaxed is rounded outward by more, and confirmed
_ELASTIC = 1e-7


class Blended(msgspec.Struct, frozen=True):
    """Shares by lot, the elastic excess by row (last: the missing share of the tonnes), cost and its bound per tonne.

    `reduced` is each lot's reduced cost, `duals` the change of cost for each unit (share of the limit) of a row,
    `prices` that for each unit of what columns share.
    """

    shares: Vector
    excess: Vector
    cost: float
    reduced: Vector
    duals: Vector
    # proven cost per tonne from below; `cost` itself but where cutting was cut short
    bound: float
    prices: Vector


class Sieve:
    """The master over one recipe; `solve` may be called again with other costs and starts warm.

    `lower` and `upper` bound what each lot puts in, as a share of the blend's tonnes. `near` is the optimum of a
    recipe of the same lots that differs little, as when one limit has moved.
    """

    def __init__(
        self,
        recipe: Recipe,
        *,
        lower: Vector | None = None,
        upper: Vector | None = None,
        near: Blended | None = None,
    ) -> None:
        self.recipe = recipe
        self._near = near
        n, m = len(recipe.cost), len(recipe.means)
        self._bounds = bounds(recipe, lower, upper)
        self.lower, self.upper = self._bounds.lower, self._bounds.upper
        self._links = recipe.links
        self._unit = float(np.abs(recipe.cost).max(initial=0.0)) or 1.0
        # rows: those of the recipe, the total, then cuts
        self.rows: list[Vector] = [*recipe.means, np.ones(n)]
        self.ends: list[tuple[float, float]] = [(-math.inf, 0.0)] * m + [(1.0, 1.0)]
        self.owner: list[int] = list(range(m + 1))
        self._broken = _BROKEN[-1]
        self._curved = bool(recipe.spreads.any())
        self._rho = recipe.correlation
        self._margin = 0.0
        self._program = Program()
        self._active: list[int] = []
        self._start()

    def _start(self) -> None:
        """Rows are made over the elastic columns: each limit may be exceeded, the total may fall short."""
        m, links = len(self.recipe.means), self._links.count
        if links:
            least = np.where(self._bounds.least > 0.0, self._bounds.least, -math.inf)
            self._program.add_empty_rows(least, self._bounds.most)
        for row, (low, high) in enumerate(self.ends):
            self._program.add_row(low, high, np.empty(0))
            self.rows[row] = np.asarray(self.rows[row], dtype=np.float64)
        matrix = np.zeros((links + len(self.rows), m + 1))
        matrix[links : links + m, :m] = -np.eye(m)
        matrix[links + m, m] = 1.0
        self._program.add_columns(np.zeros(m + 1), np.zeros(m + 1), np.full(m + 1, math.inf), matrix)
        self._enter(self._first())

    def _first(self) -> list[int]:
        """The cheapest lots, and for each limit those that help most, in a fixed order."""
        n = len(self.recipe.cost)
        if n <= _ALL_AT_ONCE:
            return list(range(n))
        if self._near is not None:
            close = np.argpartition(self._near.reduced, _FIRST)[:_FIRST]
            return sorted({*np.flatnonzero(self._near.shares).tolist(), *close.tolist(), *self._bound_to()})
        chosen = set(np.argpartition(self.recipe.cost, _FIRST)[:_FIRST].tolist()) | self._bound_to()
        for row in self.recipe.means:
            chosen |= set(np.argpartition(row, _EACH)[:_EACH].tolist())
        return sorted(chosen)

    def _bound_to(self) -> set[int]:
        """Columns without which a lower bound could not be met."""
        shared = self._bounds.least[self._links.row] > 0.0
        return {*np.flatnonzero(self.lower > 0.0).tolist(), *self._links.column[shared].tolist()}

    def _enter(self, lots: list[int]) -> None:
        if not lots:
            return
        matrix = np.array([row[lots] for row in self.rows])
        if self._links.count:
            matrix = np.vstack((self._links.dense(lots), matrix))
        cost = self.recipe.cost[lots] / self._unit
        self._program.add_columns(cost, self.lower[lots], self.upper[lots], matrix)
        self._active += lots

    def cheapest(self) -> Blended | None:
        """The optimum, or None where no blend conforms (proven)."""
        m = len(self.recipe.means)
        cost, hard = self.recipe.cost / self._unit, np.zeros(m + 1)
        if self._near is not None:
            smooth = self._polished(self._near, cost)
            if smooth is not None:
                return smooth
            self._touch(self._near.shares)
        for broken in _BROKEN if self._curved else _BROKEN[-1:]:
            self._broken = broken
            found = self.solve(cost, hard, hard)
            if found is None:
                return None
            smooth = self._polished(found, cost) if self._curved else None
            if smooth is not None:
                return smooth
            if self._broken <= _ENOUGH and len(self.rows) > _MANY:
                inner = self._inside(found, cost)
                if inner is not None:
                    return inner
        return found

    def _touch(self, shares: Vector) -> None:
        """The tangents at `shares`: valid for any shares, and close to the cuts that matter where these nearly do."""
        self._add_cuts(self._guard(shares))

    def _guard(self, shares: Vector) -> tuple[Vector, Vector]:
        return guard(self.recipe.spreads, shares, self._rho, self.recipe.shared)

    def _inside(self, outer: Blended, cost: Vector) -> Blended | None:
        """A blend that conforms for sure, from limits tightened by more than the cuts are off, and the outer bound."""
        m = len(self.recipe.means)
        self._tighten(_TIGHTER * self._broken)
        found = self.solve(cost, np.zeros(m + 1), np.zeros(m + 1))
        self._tighten(0.0)
        return None if found is None else msgspec.structs.replace(found, bound=outer.cost)

    def _tighten(self, margin: float) -> None:
        self._margin = margin
        for row, owner in enumerate(self.owner):
            if owner < len(self.recipe.means):
                self._program.set_row(self._links.count + row, -math.inf, -margin)

    def _polished(self, found: Blended, cost: Vector) -> Blended | None:
        m = len(self.recipe.means)
        duals = found.duals / self._unit
        near = Near(found.shares, np.maximum(-duals[:m], 0.0), float(duals[m]), -found.prices / self._unit)
        best = polished(self.recipe, cost, self._bounds, near)
        if best is None:
            return None
        self._add_cuts((best.multipliers, self._guard(best.shares)[1]))
        duals = np.concatenate((-best.multipliers, [best.total])) * self._unit
        return Blended(
            best.shares,
            np.zeros(m + 1),
            best.bound * self._unit,
            best.reduced * self._unit,
            duals,
            best.bound * self._unit,
            -best.prices * self._unit,
        )

    def least_excess(self, weights: Vector, allowed: Vector) -> Blended | None:
        """Shares that break the allowed rows least (`weights` by row); None where that does not suffice."""
        self._broken = _ELASTIC
        upper = np.where(allowed > 0.0, math.inf, 0.0)
        return self.solve(np.zeros(len(self.recipe.cost)), weights, upper)

    def solve(self, cost: Vector, penalty: Vector, excess: Vector) -> Blended | None:
        """Minimise cost·w + penalty·e with e <= excess, by pricing and cutting until neither finds anything."""
        self._ask(cost, penalty, excess)
        # the columns that a feasible point was last looked for among
        reached = -1
        for _ in range(_ROUNDS):
            found = self._program.solve()
            if found.outcome is Outcome.INFEASIBLE:
                if reached == len(self._active) or not self._reachable():
                    return None
                reached = len(self._active)
                self._ask(cost, penalty, excess)
                continue
            reduced = cost - self._priced(found.duals)
            grown = self._price(reduced, cost, penalty)
            if not grown and not self._cut(found):
                return self._blended(found, reduced)
        raise SolverError("sifting: no end")

    def _ask(self, cost: Vector, penalty: Vector, excess: Vector) -> None:
        m = len(self.recipe.means)
        self._program.set_bounds(np.arange(m + 1, dtype=np.int32), np.zeros(m + 1), excess)
        self._program.set_costs(np.concatenate((penalty, cost[self._active])))

    def _reachable(self) -> bool:
        """Bring in the columns that make the program feasible; False where it is proven that none do."""
        m = len(self.recipe.means)
        if len(self._active) == len(self.recipe.cost):
            return False
        found = self.solve(np.zeros(len(self.recipe.cost)), np.ones(m + 1), np.full(m + 1, math.inf))
        return found is not None and float(found.excess.max()) <= _NOTHING

    def _priced(self, duals: Vector) -> Vector:
        links = self._links.count
        start = self._links.pull(duals[:links]) if links else np.zeros(len(self.recipe.cost))
        used = np.flatnonzero(duals[links:])
        return np.asarray(sum((duals[links + r] * self.rows[r] for r in used), start=start))

    def _price(self, reduced: Vector, cost: Vector, penalty: Vector) -> bool:
        outside = np.ones(len(reduced), dtype=bool)
        outside[self._active] = False
        tolerance = 1e-9 * max(1.0, float(np.abs(cost).max(initial=0.0)))
        worth = np.flatnonzero(outside & (reduced < -tolerance) & (self.upper > 0.0))
        if not len(worth):
            return False
        best = worth[np.argsort(reduced[worth], kind="stable")[:_BATCH]]
        self._enter(best.tolist())
        self._program.set_costs(np.concatenate((penalty, cost[self._active])))
        return True

    def _cut(self, found: Solution) -> bool:
        """Add the tangent of every broken cone; True where there was one."""
        if not self._curved:
            return False
        m = len(self.recipe.means)
        shares, excess = self._shares(found), found.columns[: m + 1]
        size, gradient = self._guard(shares)
        over = self.recipe.means @ shares + size + self._margin - excess[:m]
        return self._add_cuts((np.where(over > self._broken, size, 0.0), gradient))

    def _add_cuts(self, tangents: tuple[Vector, Vector]) -> bool:
        """The tangent (its gradient by row) of each row whose first number is not 0; True where there was one."""
        which, gradient = tangents
        for r in np.flatnonzero(which).tolist():
            self.add_cut(r, self.recipe.means[r] + gradient[r])
        return bool(which.any())

    def add_cut(self, side: int, row: Vector) -> None:
        """A valid row for the limit `side`, over all lots."""
        elastic = np.zeros(len(self.recipe.means) + 1)
        elastic[side] = -1.0
        self._program.add_row(-math.inf, -self._margin, np.concatenate((elastic, row[self._active])))
        self.rows.append(row)
        self.owner.append(side)

    def _shares(self, found: Solution) -> Vector:
        shares = np.zeros(len(self.recipe.cost))
        shares[self._active] = np.maximum(found.columns[len(self.recipe.means) + 1 :], 0.0)
        return shares

    def _blended(self, found: Solution, reduced: Vector) -> Blended:
        m, links = len(self.recipe.means), self._links.count
        duals = np.zeros(m + 1)
        for row, owner in enumerate(self.owner):
            duals[owner] += found.duals[links + row] * self._unit
        shares, prices = self._shares(found), found.duals[:links] * self._unit
        cost = found.objective * self._unit
        return Blended(shares, found.columns[: m + 1].copy(), cost, reduced * self._unit, duals, cost, prices)
