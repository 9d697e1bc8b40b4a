"""A mixed program of openings and flows, where nothing flows through what is closed.

Columns: k openings (0 or 1), then flows (shares >= 0), each linked to an opening by  flow <= opening. The links are
what makes the relaxation strong, and are far too many: they enter as they are broken, first in rounds of the linear
program, and the rows of capacity make the integer program right without them.
"""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from matching.locating.network import Places
from matching.solver import Outcome, Program, Solution, Vector

_CUTTING = 40
_BROKEN = 1e-6
# the solver would drop what is smaller
_SMALLEST = 1e-11


class Flowing(msgspec.Struct, frozen=True):
    """Flow columns of one kind: cost, the opening each is linked to (-1: none), and what it is in its rows."""

    cost: Vector
    link: Places
    rows: tuple[tuple[Places, Vector], ...]


class Linked:
    """Rows `lower <= … <= upper`; `openings` are dense, rows × k."""

    def __init__(self, lower: Vector, upper: Vector, cost: Vector, opened: Vector, openings: Vector) -> None:
        self._program, self._k = Program(), len(cost)
        self._program.add_empty_rows(lower, upper)
        self._program.add_columns(cost, opened, np.ones(self._k), openings)
        self._links: list[Places] = []

    def add_flows(self, flows: Sequence[Flowing]) -> None:
        """Columns in the given order."""
        for flow in flows:
            n, met = len(flow.cost), len(flow.rows)
            rows = np.column_stack([row for row, _ in flow.rows]).astype(np.int32)
            values = np.column_stack([_kept(value) for _, value in flow.rows])
            starts = met * np.arange(n, dtype=np.int32)
            self._program.add_sparse_columns(flow.cost, np.full(n, math.inf), starts, rows.ravel(), values.ravel())
            self._links.append(flow.link)

    def solved(self, nodes: int, start: Vector | None = None) -> Solution:
        """The optimum, or the best after so many nodes with the proven bound."""
        link = np.concatenate(self._links)
        found = self._program.solve()
        for _ in range(_CUTTING):
            if found.outcome is not Outcome.OPTIMAL or not self._cut(link, found.columns):
                break
            found = self._program.solve()
        if found.outcome is Outcome.INFEASIBLE:
            return found
        if start is not None:
            self._program.suggest(start)
        return self._program.solve_integer(np.arange(self._k, dtype=np.int32), nodes)

    def _cut(self, link: Places, columns: Vector) -> bool:
        over = columns[self._k :] - columns[np.maximum(link, 0)]
        broken = np.flatnonzero((over > _BROKEN) & (link >= 0))
        for flow in broken:
            row = np.zeros(len(columns))
            row[self._k + flow], row[link[flow]] = 1.0, -1.0
            self._program.add_row(-math.inf, 0.0, row)
        return bool(len(broken))


def _kept(values: Vector) -> Vector:
    return np.where(np.abs(values) < _SMALLEST, np.copysign(_SMALLEST, values), values)
