"""OR-tools' minimum-cost flow behind one call; the only file that imports it.

minimise Σ c_a f_a over integer flows 0 <= f_a <= capacity_a that carry `supply` from `source` to `sink`: cost-scaling
push-relabel (Goldberg, Journal of Algorithms 22 (1997) 1), O(n² m log(n C)). Everything is a whole number, so that
nothing is ever rounded and the same network gives the same flow.
"""

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from matching.solver import SolverError

Whole = NDArray[np.int64]


class Network:
    """Arcs in the order in which they were added; nodes are numbered from 0."""

    def __init__(self, source: int, sink: int) -> None:
        self.source = source
        self.sink = sink
        self._parts: list[tuple[Whole, Whole, Whole, Whole]] = []

    def arcs(self, tail: Whole, head: Whole, capacity: Whole, cost: Whole) -> None:
        """Arrays of equal length: nodes, the most that flows, and the cost of one unit."""
        self._parts.append((tail, head, capacity, cost))

    @property
    def all(self) -> tuple[Whole, Whole, Whole, Whole]:
        """Tail, head, capacity and cost of every arc."""
        tail, head, capacity, cost = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        return tail, head, capacity, cost

    def cheapest(self, supply: int) -> Whole:
        """Flow by arc; raises `SolverError` where `supply` cannot be carried or the numbers are too large."""
        solver = SimpleMinCostFlow()
        tail, head, capacity, cost = self.all
        solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
        solver.set_nodes_supplies(np.array([self.source, self.sink]), np.array([supply, -supply]))
        status = solver.solve()
        if status != SimpleMinCostFlow.Status.OPTIMAL:
            raise SolverError(f"flow: {status}")
        return np.asarray(solver.flows(np.arange(len(tail))), dtype=np.int64)
