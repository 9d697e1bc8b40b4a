"""A symmetric positive definite matrix taken apart once (Cholesky), to be solved against many right sides.

O(size³ / 3) once and O(size²) for a side: substitution runs over blocks whose own triangles are inverted beforehand.
"""

import numpy as np

from matching.solver import Vector

_BLOCK = 48
# added to a diagonal of ones, so that what is singular up to rounding can be taken apart
_LIFT = 1e-15


class Triangle:
    """The factor of a matrix that is scaled to a diagonal of ones."""

    def __init__(self, matrix: Vector) -> None:
        self._scale = 1.0 / np.sqrt(np.diag(matrix))
        scaled = matrix * self._scale[:, None] * self._scale
        scaled[np.diag_indices(len(scaled))] += _LIFT
        self._lower = np.linalg.cholesky(scaled)
        self._starts = range(0, len(matrix), _BLOCK)
        self._inverses = [np.linalg.inv(self._lower[a : a + _BLOCK, a : a + _BLOCK]) for a in self._starts]

    def solve(self, right: Vector) -> Vector:
        """The solution for one right side."""
        x = right * self._scale
        for a, inverse in zip(self._starts, self._inverses, strict=True):
            b = a + _BLOCK
            x[a:b] = inverse @ (x[a:b] - self._lower[a:b, :a] @ x[:a])
        for a, inverse in zip(reversed(self._starts), reversed(self._inverses), strict=True):
            b = a + _BLOCK
            x[a:b] = inverse.T @ (x[a:b] - self._lower[b:, a:b].T @ x[b:])
        return x * self._scale
