"""A blend as arrays: shares of lots w >= 0 with Σw = 1, and one row for each side of each limit.

Row r holds when  means[r]·w + √((1-ρ) Σ (spreads[r] w)² + ρ (spreads[r]·w)²) <= 0,  everything divided by the limit,
so that traces in ppb weigh what percentages weigh and a tolerance is a share of the limit. `spreads` carry the
one-sided quantile z. The cone is convex for 0 <= ρ <= 1, and is cut by its tangents. Where lots also come by way of
processors, a column is a way, and what columns have in common is in `shared`.
"""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from matching.blending.mixing import onto
from matching.blending.part import STRICTLY, Column, Question
from matching.blending.shared import Links, Shared, unlinked
from matching.solver import Vector
from matching.tolerance import SIMPLE_ACCEPTANCE, quantile


class Side(msgspec.Struct, frozen=True):
    """One end of a limit: `upper` is a maximum. `z` guards it; `scale` normalises its row."""

    question: int
    upper: bool
    end: float
    z: float
    scale: float


class Recipe(msgspec.Struct, frozen=True):
    """The blend problem on n columns: rows of limits, costs per tonne, and the most that each lot can give.

    Without `shared` each column is a lot of its own. With it, `available` and `least` are by lot, and `spreads` by
    error.
    """

    questions: tuple[Question, ...]
    parts: tuple[Column, ...]
    sides: tuple[Side, ...]
    # one row for each side, and one more where suppliers are `counted`
    means: Vector
    spreads: Vector
    correlation: float
    # per tonne, in the objective's unit
    cost: Vector
    # tonnes: available, and the least that a lot gives if it gives at all
    available: Vector
    least: Vector
    tonnes: float
    max_suppliers: int | None
    shared: Shared | None = None

    @property
    def most(self) -> Vector:
        """The largest share that each column can have."""
        if self.shared is None:
            return np.minimum(self.available / self.tonnes, 1.0)
        return np.minimum(self.available[self.shared.lot] / self.tonnes * self.shared.kept, 1.0)

    @property
    def entering(self) -> Vector:
        """The most that each lot can put in, as a share of the blend's tonnes; a step may lose some of it."""
        if self.shared is None:
            return self.most
        return np.minimum(self.available / self.tonnes, 1.0 / self.shared.kept_least)

    @property
    def coming(self) -> Vector:
        """Tonnes that could come of each lot."""
        if self.shared is None:
            return self.available
        return self.available * self.shared.kept_most

    @property
    def remaining(self) -> Vector:
        """Tonnes that come of the least take of each lot at the least, if it gives at all."""
        least = np.minimum(self.least, self.available)
        return least if self.shared is None else least * self.shared.kept_least

    @property
    def links(self) -> Links:
        """Rows of what columns share."""
        return unlinked(len(self.cost)) if self.shared is None else self.shared.links

    @property
    def integer(self) -> bool:
        """Whether choosing lots is more than choosing tonnes."""
        few = self.max_suppliers is not None and self.max_suppliers < len(self.available)
        return few or bool((self.least > 0.0).any())

    def given(self, shares: Vector) -> Vector:
        """What each lot puts in for these shares, as a share of the blend's tonnes."""
        return shares if self.shared is None else self.shared.per_lot(shares / self.shared.kept)

    def lot_of(self, column: int) -> int:
        """The lot behind a column."""
        return column if self.shared is None else int(self.shared.lot[column])

    def columns_of(self, lots: Sequence[int]) -> list[int]:
        """The columns of some lots."""
        return list(lots) if self.shared is None else np.flatnonzero(np.isin(self.shared.lot, lots)).tolist()

    def only(self, lots: Sequence[int]) -> "Recipe":
        """Some lots (in order) by themselves, each giving what it likes."""
        which, columns = list(lots), self.columns_of(lots)
        shared, errors = (None, which) if self.shared is None else self.shared.only(which, columns)
        return msgspec.structs.replace(
            self,
            means=self.means[:, columns],
            spreads=self.spreads[:, errors],
            cost=self.cost[columns],
            available=self.available[which],
            least=self.least[which],
            max_suppliers=None,
            shared=shared,
        )


class Terms(msgspec.Struct, frozen=True):
    """The spec's confidence, its meaning, and the share of error that laboratories have in common."""

    confidence: float
    joint: bool = False
    correlation: float = 0.0


def guards(questions: Sequence[Question], terms: Terms) -> list[float]:
    """z for each limit: one side at the confidence, each side of a band at half the doubt, or Bonferroni over all."""
    ends = [sum(map(math.isfinite, (q.band.low, q.band.high))) for q in questions]
    total = max(1, sum(ends))
    if terms.joint:
        return [quantile(1.0 - (1.0 - terms.confidence) / total)] * len(questions)
    if terms.confidence <= SIMPLE_ACCEPTANCE:
        return [0.0] * len(questions)
    return [quantile(1.0 - (1.0 - terms.confidence) / max(1, n)) for n in ends]


def rows(
    questions: Sequence[Question], parts: Sequence[Column], terms: Terms
) -> tuple[tuple[Side, ...], Vector, Vector]:
    """`sides`, `means` and `spreads` of the limits (see `Recipe`); parts are by question."""
    sides: list[Side] = []
    means: list[Vector] = []
    spreads: list[Vector] = []
    for i, (question, z) in enumerate(zip(questions, guards(questions, terms), strict=True)):
        limits, brought = question.band, parts[i]
        for upper, end, strict in (
            (True, limits.high, limits.high_exclusive),
            (False, limits.low, limits.low_exclusive),
        ):
            if not math.isfinite(end):
                continue
            sign = 1.0 if upper else -1.0
            end = onto(question.rule, end)  # noqa: PLW2901 - the same end on the scale of its rule
            if not math.isfinite(end):
                continue  # a minimum of nothing on a logarithmic scale
            over = sign * ((brought.high if upper else brought.low) - end)
            mass = brought.weighed(over)
            scale = abs(end) if question.rule == "mass" and end != 0.0 else float(np.abs(over).max(initial=0.0)) or 1.0
            margin = STRICTLY if strict else 0.0
            sides.append(Side(i, upper, end, z, scale))
            means.append(mass * (over / scale + margin))
            spreads.append(brought.errors(z, upper=upper) / scale)
    n = len(parts[0].weight) if parts else 0
    if not sides:
        return (), np.zeros((0, n)), np.zeros((0, n))
    return tuple(sides), np.array(means), np.array(spreads)


def counted(recipe: Recipe, giving: Sequence[int] = ()) -> Recipe:
    """The relaxation of few suppliers as one more row, where lots count by the part of theirs that they give.

    Σ x_i / available_i <= K, less those that are `giving` for sure; divided by K and brought to Σ a_i w_i <= 0.
    """
    if recipe.max_suppliers is None:
        return recipe
    each = _parts(recipe, giving)
    row = (each - (recipe.max_suppliers - len(giving))) / recipe.max_suppliers
    return msgspec.structs.replace(
        recipe,
        means=np.vstack((recipe.means, row)),
        spreads=np.vstack((recipe.spreads, np.zeros(recipe.spreads.shape[1]))),
        max_suppliers=None,
    )


def _parts(recipe: Recipe, giving: Sequence[int]) -> Vector:
    """The part of its lot that a full share of each column is, at least; 0 for lots that are `giving`."""
    most, shared = recipe.most, recipe.shared
    if shared is None:
        each = np.divide(1.0, most, out=np.zeros_like(most), where=most > 0.0)
        each[list(giving)] = 0.0
        return each
    # a lot that could fill the blend whichever way it goes counts by shares, any other by its tonnes
    whole = np.minimum.reduceat(most, shared.first) >= 1.0
    supply = recipe.available / recipe.tonnes
    by_tonnes = np.divide(1.0, supply, out=np.zeros_like(supply), where=supply > 0.0)[shared.lot] / shared.kept
    each = np.where(whole[shared.lot], 1.0, by_tonnes)
    each[np.isin(shared.lot, list(giving))] = 0.0
    return each


def guard(spreads: Vector, shares: Vector, correlation: float, shared: Shared | None = None) -> tuple[Vector, Vector]:
    """√((1-ρ) Σ (s w)² + ρ (s·w)²) of each row and its gradient (0 at 0); `spreads` is one row or rows × lots.

    Errors that columns share add before they are squared (`shared`).
    """
    if shared is not None:
        return shared.guard(spreads, shares, correlation)
    own = spreads * shares
    common = own.sum(axis=-1, keepdims=True)
    size = np.sqrt((1.0 - correlation) * (own * own).sum(axis=-1, keepdims=True) + correlation * common * common)
    slope = (1.0 - correlation) * spreads * own + correlation * common * spreads
    return size[..., 0], np.divide(slope, size, out=np.zeros_like(slope), where=size > 0.0)
