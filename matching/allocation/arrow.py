"""The equations of an interior step: a block for each spec, and rows of lots, firms and a floor that couple them.

(B + L'WL) x = right side, with B of dense blocks and W >= 0 diagonal, by the Schur complement W⁻¹ + L B⁻¹ L' (Boyd and
Vandenberghe, Convex Optimization, C.4.3): O(Σ lots of a spec³ + lots³) once. B may be nearly singular where the
complement is not, so it is lifted a little; what that and rounding leave is taken up by conjugate gradients at the
true equations, which a step ends after a few of.
"""

from collections.abc import Callable, Sequence

import numpy as np

from matching.allocation.market import Places
from matching.allocation.triangle import Triangle
from matching.solver import Vector

_LIFT = 1e-3
_TURNS = 3


class Arrow:
    """`blocks` by the pairs that they hold; `links` (rows × lots) weighed by `weights`; `lots` of the pairs."""

    def __init__(self, blocks: Sequence[tuple[slice, Vector]], lots: Places, links: Vector, weights: Vector) -> None:
        self._lots, self._links = lots, links
        self._inverses = [(pairs, _inverse(block)) for pairs, block in blocks]
        shared = np.zeros((links.shape[1], links.shape[1]))
        for pairs, inverse in self._inverses:
            shared[np.ix_(lots[pairs], lots[pairs])] += inverse
        both = links @ shared @ links.T
        both[np.diag_indices(len(both))] += 1.0 / weights
        self._both = Triangle(both)

    def solve(self, right: Vector, times: Callable[[Vector], Vector]) -> Vector:
        """The solution, where `times` multiplies by the matrix itself."""
        x = self._nearly(right)
        for _ in range(_TURNS):
            x = x + self._nearly(right - times(x))
        return x

    def _nearly(self, right: Vector) -> Vector:
        y = self._through(right)
        used = np.bincount(self._lots, weights=y, minlength=self._links.shape[1])
        return y - self._through((self._both.solve(self._links @ used) @ self._links)[self._lots])

    def _through(self, right: Vector) -> Vector:
        found = np.zeros(len(right))
        for pairs, inverse in self._inverses:
            found[pairs] = inverse @ right[pairs]
        return found


def _inverse(block: Vector) -> Vector:
    scale = 1.0 / np.sqrt(np.diag(block) + _LIFT)
    scaled = block * scale[:, None] * scale
    scaled[np.diag_indices(len(scaled))] = 1.0
    inverse = np.linalg.inv(scaled)
    return np.asarray(0.5 * (inverse + inverse.T) * scale[:, None] * scale, dtype=np.float64)
