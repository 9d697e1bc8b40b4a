"""The coupled program in the standard form of cone programs: G x + s = h, with the products that a solver needs.

Half-lines: a pair carries no less than nothing, lots, specs and firms no more than they have, and where there is a
`floor` all pairs together no less than that. Cones: -means·x >= ‖spreads x‖ for each limit of a spec.
"""

from collections.abc import Sequence

import numpy as np

from matching.allocation.arrow import Arrow
from matching.allocation.cones import Cones, Ray, Scaling
from matching.allocation.coupled import Coupled
from matching.solver import Vector


class Rows:
    """The rows in shares of `mass` tonnes; every pair carries `least` tonnes.

    `room`: limits are too tight by so much of the blend, and too loose by so much of `mass`.
    """

    def __init__(self, problem: Coupled, mass: float, room: tuple[float, float], least: Vector) -> None:
        inside, loose = room
        market = problem.market
        self._problem, self._inside = problem, inside
        self._lot, self._spec = market.lot, market.spec
        self.pairs, self._n, self._m = len(market.lot), len(problem.available), len(problem.demand)
        firms = np.flatnonzero(np.isfinite(problem.caps))
        self.firms = firms
        self._firm = np.searchsorted(firms, market.owner[market.lot])
        self._capped = np.isfinite(problem.caps)[market.owner[market.lot]]
        self._ends = np.cumsum([self.pairs, self._n, self._m, len(firms), 1 if problem.floor > 0.0 else 0])
        by_firm = (market.owner[None, :] == firms[:, None]).astype(np.float64)
        self._links = np.vstack((np.eye(self._n), by_firm, np.ones((1 if problem.floor > 0.0 else 0, self._n))))
        self.specs = [j for j in range(self._m) if problem.starts[j] < problem.starts[j + 1]]
        shapes = [problem.limits[j].means.shape for j in self.specs]
        widths = [width for rows, width in shapes for _ in range(rows)]
        self.cones = Cones(np.array(widths, dtype=np.int64))
        places = [np.arange(problem.edges(j).start, problem.edges(j).stop) for j in self.specs]
        self._edge = np.concatenate(
            [np.empty(0, np.int64), *(np.tile(p, s[0]) for p, s in zip(places, shapes, strict=True))]
        )
        self._mean = self._flat([problem.limits[j].means + inside for j in self.specs])
        self._spread = self._flat([problem.limits[j].spreads for j in self.specs])
        floor = [-problem.floor] if problem.floor > 0.0 else []
        line = np.concatenate((-least, problem.available, problem.demand, problem.caps[firms], floor)) / mass
        self.ends = Ray(line, np.full(len(widths), loose), np.zeros(len(self._edge)))

    @staticmethod
    def _flat(matrices: Sequence[Vector]) -> Vector:
        return np.concatenate([np.empty(0), *(one.ravel() for one in matrices)])

    def of(self, x: Vector) -> Ray:
        """G x."""
        lots = np.bincount(self._lot, weights=x, minlength=self._n)
        specs = np.bincount(self._spec, weights=x, minlength=self._m)
        firms = np.bincount(self._firm[self._capped], weights=x[self._capped], minlength=len(self.firms))
        floor = [-x.sum()] if self._problem.floor > 0.0 else []
        along = x[self._edge]
        return Ray(
            np.concatenate((-x, lots, specs, firms, floor)), self.cones.sums(self._mean * along), -self._spread * along
        )

    def by_pair(self, z: Ray) -> Vector:
        """G'z."""
        lots, specs, firms, floor = self.prices(z)
        charged = lots[self._lot] + specs[self._spec] - floor
        charged[self._capped] += firms[self._firm[self._capped]]
        return charged - z.line[: self.pairs] + self.limits(z)

    def prices(self, z: Ray) -> tuple[Vector, Vector, Vector, float]:
        """The multipliers of lots, specs, capped firms and the floor."""
        _, lots, specs, firms, floor = np.split(z.line, self._ends[:-1])
        return lots, specs, firms, float(floor.sum())

    def limits(self, z: Ray) -> Vector:
        """What limits charge each pair."""
        entries = self._mean * z.head[self.cones.cone] - self._spread * z.tail
        return np.bincount(self._edge, weights=entries, minlength=self.pairs).astype(np.float64)

    def true_limits(self, z: Ray) -> Vector:
        """What limits charge each pair without being too tight."""
        tight = np.bincount(self._edge, weights=z.head[self.cones.cone], minlength=self.pairs)
        return np.asarray(self.limits(z) - self._inside * tight, dtype=np.float64)

    def weighed(self, scaling: Scaling) -> Arrow:
        """G'W⁻²G, taken apart."""
        line = np.split(1.0 / scaling.line**2, self._ends[:-1])
        cone, root = self.cones.cone, (1.0 / scaling.by)[self.cones.cone]
        spread, mean = root * self._spread, root * self._mean
        turned = np.sqrt(2.0) * (scaling.head[cone] * mean + spread * scaling.tail)
        diagonal = line[0] + np.bincount(self._edge, weights=spread * spread, minlength=self.pairs)
        blocks, at = [], 0
        for j in self.specs:
            edges = self._problem.edges(j)
            width = edges.stop - edges.start
            end = at + len(self._problem.limits[j].means) * width
            a, b = turned[at:end].reshape(-1, width), mean[at:end].reshape(-1, width)
            block = a.T @ a - b.T @ b + line[2][j]
            block[np.diag_indices(width)] += diagonal[edges]
            blocks.append((edges, block))
            at = end
        return Arrow(blocks, self._lot, self._links, np.concatenate((line[1], line[3], line[4])))
