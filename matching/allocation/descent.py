"""Prices of shared lots by a first-order method, all specs at once: fast to within a few parts in a thousand.

Primal-dual hybrid gradient on the coupled program (Chambolle and Pock, J. Math. Imaging Vis. 40 (2011) 120) with
diagonal steps, averages, restarts and a primal weight (Applegate et al., PDLP, NeurIPS 2021). An iteration is two
products with the rows: O(edges × limits), in batches of specs with about as many lots. Limits enter by their tangent
at the blends so far, renewed at every look. The bound is closed in form: with prices π of lots, σ of firms and
multipliers λ >= 0 of the tangent rows, a spec gains at most what it fills of its demand, best lot first,
with w - π - σ - λ·rows.
"""

import math

import msgspec
import numpy as np

from matching.allocation.coupled import Coupled
from matching.allocation.market import Places
from matching.allocation.prices import Prices
from matching.solver import Vector

_LOOK = 40
_WIDER = 1.3
_SHRUNK = 0.5
_LONG = 0.4
_SHORTEST = 200


class Point(msgspec.Struct):
    """Tonnes by edge, and the prices of lots, firms, specs and rows; all in the descent's own units."""

    x: list[Vector]
    lot: Vector
    firm: Vector
    spec: list[Vector]
    row: list[Vector]

    def plus(self, other: "Point", by: float) -> "Point":
        """self + by · other."""
        return Point(
            [a + by * b for a, b in zip(self.x, other.x, strict=True)],
            self.lot + by * other.lot,
            self.firm + by * other.firm,
            [a + by * b for a, b in zip(self.spec, other.spec, strict=True)],
            [a + by * b for a, b in zip(self.row, other.row, strict=True)],
        )


class Batch:
    """Specs with about as many lots, padded to one width by lots of which there is nothing."""

    def __init__(self, problem: Coupled, specs: Places, unit: float, mass: float) -> None:
        self.specs = specs
        self.edges = [problem.edges(int(j)) for j in specs]
        width = max((e.stop - e.start for e in self.edges), default=0)
        height = max((len(problem.limits[j].means) for j in specs), default=0)
        n = len(problem.market.available)
        self.lots = np.full((len(specs), width), n)
        self.worth = np.zeros((len(specs), width))
        self.most = np.zeros((len(specs), width))
        self.means = np.zeros((len(specs), height, width))
        self.spreads = np.zeros((len(specs), height, width))
        self.rho = np.zeros((len(specs), 1, 1))
        self.demand = problem.demand[specs] / mass
        for k, (j, edges) in enumerate(zip(specs.tolist(), self.edges, strict=True)):
            lots = problem.market.lot[edges]
            self.lots[k, : len(lots)] = lots
            self.worth[k, : len(lots)] = problem.market.profit[edges] / unit
            self.most[k, : len(lots)] = np.minimum(problem.available[lots], problem.demand[j]) / mass
            limits = problem.limits[j]
            self.means[k, : len(limits.means), : len(lots)] = limits.means
            self.spreads[k, : len(limits.means), : len(lots)] = limits.spreads
            self.rho[k] = limits.correlation
        self.curved = bool(self.spreads.any())
        self.turn(self.most)

    def turn(self, x: Vector) -> None:
        """Tangent rows at x, where there is any; steps follow the rows."""
        rows = self.means
        if self.curved:
            own = self.spreads * np.where(x.sum(axis=1) > 0.0, 1.0, 0.0)[:, None, None] * x[:, None, :]
            common = own.sum(axis=2, keepdims=True)
            size = np.sqrt((1.0 - self.rho) * (own * own).sum(axis=2, keepdims=True) + self.rho * common * common)
            gradient = (1.0 - self.rho) * self.spreads * own + self.rho * common * self.spreads
            rows = rows + np.divide(gradient, size, out=np.zeros_like(own), where=size > 0.0)
        self.rows = rows
        # steps may err where bounds may not: half the memory is read in little more than half the time
        self._rough = rows.astype(np.float32)
        self._columns = np.ascontiguousarray(self._rough.transpose(0, 2, 1))
        sizes = np.abs(rows)
        self.step = 1.0 / (3.0 + sizes.sum(axis=1))
        self.row_step = 1.0 / np.maximum(sizes.sum(axis=2), 1e-9)
        self.spec_step = np.full(len(self.specs), 1.0 / max(1, rows.shape[2]))

    def charged(self, lot: Vector, row: Vector) -> Vector:
        """Prices of lots (with their firms') and of rows, by edge."""
        return np.asarray(lot[self.lots] + np.matmul(row[:, None, :], self.rows)[:, 0, :], dtype=np.float64)

    def roughly_charged(self, lot: Vector, row: Vector) -> Vector:
        """The same in single precision, for a step."""
        rows = np.matmul(self._columns, row.astype(np.float32)[:, :, None])[:, :, 0]
        return np.asarray(lot[self.lots] + rows, dtype=np.float64)

    def broken(self, x: Vector) -> Vector:
        """Rows at x in single precision, for a step."""
        return np.asarray(np.matmul(self._rough, x.astype(np.float32)[:, :, None])[:, :, 0], dtype=np.float64)

    def gained(self, reduced: Vector) -> float:
        """What the specs gain at most: demand filled with the best lots first."""
        order = np.argsort(-reduced, axis=1, kind="stable")
        best = np.take_along_axis(reduced, order, 1)
        most = np.take_along_axis(self.most, order, 1)
        before = np.cumsum(most, axis=1) - most
        return float((np.maximum(best, 0.0) * np.clip(self.demand[:, None] - before, 0.0, most)).sum())


class Descent:
    """The method on one problem; `run` goes on from where it stopped."""

    def __init__(self, problem: Coupled) -> None:
        self._unit = float(np.abs(problem.market.profit).max(initial=0.0)) or 1.0
        self._mass = float(np.median(problem.demand)) or 1.0
        self._n = len(problem.market.available)
        self._owner = np.append(problem.market.owner, len(problem.caps))
        self._available = np.append(problem.available, 0.0) / self._mass
        self._caps = np.append(problem.caps, math.inf) / self._mass
        self._capped = np.isfinite(self._caps)
        self.batches = [Batch(problem, specs, self._unit, self._mass) for specs in _widths(problem)]
        self._edges = len(problem.market.lot)
        degree = self._sums([np.ones_like(b.worth) for b in self.batches])
        self._lot_step = 1.0 / np.maximum(degree, 1.0)
        self._firm_step = 1.0 / np.maximum(self._by_firm(degree), 1.0)
        zeros = [np.zeros_like(b.worth) for b in self.batches]
        specs, rows = [np.zeros(len(b.specs)) for b in self.batches], [np.zeros(b.rows.shape[:2]) for b in self.batches]
        self.at = Point(zeros, np.zeros(self._n + 1), np.zeros(len(self._caps)), specs, rows)
        self._start = self._total = self.at
        self._summed = self._done = 0
        self._weight, self._last = 1.0, math.inf
        self.best = self.mean = self.at
        self.bound = self.merit = math.inf

    def _sums(self, x: list[Vector]) -> Vector:
        """Tonnes by lot."""
        total = np.zeros(self._n + 1)
        for batch, part in zip(self.batches, x, strict=True):
            total += np.bincount(batch.lots.ravel(), weights=part.ravel(), minlength=self._n + 1)
        return total

    def _by_firm(self, lots: Vector) -> Vector:
        total = np.bincount(self._owner, weights=lots, minlength=len(self._caps))
        return total.astype(np.float64)

    def run(self, iterations: int) -> None:
        """So many iterations more; `best` has the best bound so far."""
        for _ in range(iterations):
            self._step()
            if self._done % _LOOK == 0:
                self._look()

    def _step(self) -> None:
        at, weight = self.at, self._weight
        lot = at.lot + at.firm[self._owner]
        new, ahead, spec, row = [], [], [], []
        for i, batch in enumerate(self.batches):
            slope = batch.worth - batch.roughly_charged(lot, at.row[i]) - at.spec[i][:, None]
            x = np.clip(at.x[i] + batch.step / weight * slope, 0.0, batch.most)
            further = 2.0 * x - at.x[i]
            over = further.sum(axis=1) - batch.demand
            spec.append(np.maximum(at.spec[i] + weight * batch.spec_step * over, 0.0))
            broken = batch.broken(further)
            row.append(np.maximum(at.row[i] + weight * batch.row_step * broken, 0.0))
            new.append(x)
            ahead.append(further)
        used = self._sums(ahead)
        lots = np.maximum(at.lot + weight * self._lot_step * (used - self._available), 0.0)
        firms = at.firm
        if self._capped.any():
            over = np.where(self._capped, self._by_firm(used) - self._caps, 0.0)
            firms = np.maximum(at.firm + weight * self._firm_step * over, 0.0)
        self.at = Point(new, lots, firms, spec, row)
        self._total = self._total.plus(self.at, 1.0) if self._summed else self.at
        self._summed += 1
        self._done += 1

    def _look(self) -> None:
        """Judge the point and the average; restart from the better one where it has come far enough."""
        zero = self._total.plus(self._total, -1.0)
        points = [self.at, zero.plus(self._total, 1.0 / self._summed)]
        merits = [self._merit(point) for point in points]
        for (_, bound), point in zip(merits, points, strict=True):
            if bound < self.bound:
                self.best, self.bound = point, bound
        merit, chosen = min(((m, i) for i, (m, _) in enumerate(merits)), key=lambda one: one[0])
        self.mean, self.merit = points[chosen], merit
        long = self._summed >= max(_SHORTEST, _LONG * self._done)
        if merit <= _SHRUNK * self._last or long:
            self._restart(points[chosen], merit)
        for batch, x in zip(self.batches, self.mean.x, strict=True):
            if batch.curved:
                batch.turn(x)

    def _restart(self, point: Point, merit: float) -> None:
        moved = point.plus(self._start, -1.0)
        primal = math.sqrt(sum(float((x * x / b.step).sum()) for x, b in zip(moved.x, self.batches, strict=True)))
        dual = float((moved.lot**2 / self._lot_step).sum() + (moved.firm**2 / self._firm_step).sum())
        for i, batch in enumerate(self.batches):
            dual += float((moved.spec[i] ** 2 / batch.spec_step).sum() + (moved.row[i] ** 2 / batch.row_step).sum())
        if primal > 1e-12 and dual > 1e-24:
            self._weight = math.exp(0.5 * math.log(math.sqrt(dual) / primal) + 0.5 * math.log(self._weight))
        self.at = self._start = point
        self._last, self._summed = merit, 0

    def _merit(self, point: Point) -> tuple[float, float]:
        """Distance from optimal (gap and broken rows, as shares), and the bound in the descent's units."""
        lot = point.lot + point.firm[self._owner]
        bound = float(point.lot @ self._available) + float(point.firm[self._capped] @ self._caps[self._capped])
        reached = broken = 0.0
        for i, batch in enumerate(self.batches):
            bound += batch.gained(batch.worth - batch.charged(lot, point.row[i]))
            x = point.x[i]
            reached += float((batch.worth * x).sum())
            over = np.maximum(np.matmul(batch.rows, x[:, :, None])[:, :, 0], 0.0)
            broken += float((over * over).sum() + (np.maximum(x.sum(axis=1) - batch.demand, 0.0) ** 2).sum())
        used = self._sums(point.x)
        broken += float((np.maximum(used - self._available, 0.0) ** 2).sum())
        room = np.where(self._capped, self._caps, math.inf)
        broken += float((np.maximum(self._by_firm(used) - room, 0.0) ** 2).sum())
        size = math.sqrt(float(self._available @ self._available)) + 1e-12
        return abs(bound - reached) / max(abs(bound), 1e-12) + math.sqrt(broken) / size, bound

    def tonnes(self, point: Point) -> Vector:
        """By edge of the market."""
        found = np.zeros(self._edges)
        for batch, x in zip(self.batches, point.x, strict=True):
            for k, edges in enumerate(batch.edges):
                found[edges] = x[k, : edges.stop - edges.start] * self._mass
        return found

    def prices(self, point: Point) -> Prices:
        """Per tonne in the goal's unit."""
        specs = np.zeros(sum(len(b.specs) for b in self.batches))
        for batch, price in zip(self.batches, point.spec, strict=True):
            specs[batch.specs] = price * self._unit
        return Prices(point.lot[:-1] * self._unit, specs, point.firm[:-1] * self._unit)

    @property
    def proven(self) -> float:
        """The best bound so far in the goal's unit."""
        return self.bound * self._unit * self._mass


def _widths(problem: Coupled) -> list[Places]:
    """Specs in batches whose numbers of lots differ by no more than `_WIDER`; those without any lot are left out."""
    counts = np.diff(problem.starts)
    batches: list[list[int]] = []
    least = 0
    for j in np.lexsort((np.arange(len(counts)), counts)).tolist():
        if not batches or counts[j] > max(least * _WIDER, 8):
            batches.append([])
            least = int(counts[j])
        batches[-1].append(j)
    return [np.array(batch, dtype=np.int64) for batch in batches]
