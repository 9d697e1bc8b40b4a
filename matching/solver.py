"""HiGHS behind the few calls that the engine needs; the only file that imports it.

Simplex without presolve on one thread, because columns and rows are added to a warm basis; limits are counts of
nodes and iterations, never seconds, so that the same input gives the same output. Coefficients must arrive near 1:
HiGHS drops those below its smallest matrix value with no more than a warning.
"""

import math
from enum import StrEnum
from typing import Any, cast

import highspy
import msgspec
import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Indices = NDArray[np.int32]
TOLERANCE = 1e-10
_SMALLEST = 1e-12
_ITERATIONS = 2_000_000
# HiGHS's own numbers of its simplex methods; the first is what it takes without being told
_DUAL, _PRIMAL = 1, 4
_SEED = 7


class Outcome(StrEnum):
    """How a run ended; `limit` has a feasible point at best."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    LIMIT = "limit"


class SolverError(Exception):
    """The solver ended in a state that is no answer (unbounded, numerical trouble)."""


class Solution(msgspec.Struct, frozen=True):
    """Values by column, duals by row (reduced cost = cost - dual·column), objective and its proven bound."""

    outcome: Outcome
    columns: Vector
    duals: Vector
    objective: float
    bound: float


class Program:
    """A minimisation that grows: rows `lower <= a·x <= upper`, columns within bounds."""

    def __init__(self) -> None:
        # the bare class: the Python one on top of it prints a banner before it can be told to be silent
        self._highs: Any = cast("Any", highspy)._Highs()  # noqa: SLF001 - exported, and nothing else is quiet
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", _SEED),
            ("presolve", "off"),
            ("solver", "simplex"),
            ("small_matrix_value", _SMALLEST),
            ("primal_feasibility_tolerance", TOLERANCE),
            ("dual_feasibility_tolerance", TOLERANCE),
            ("simplex_iteration_limit", _ITERATIONS),
        ):
            self._set(name, value)

    def _set(self, name: str, value: object) -> None:
        self._check(self._highs.setOptionValue(name, value), name)

    @staticmethod
    def _check(status: object, doing: str) -> None:
        # a warning is an error here: it says that a coefficient was dropped or a value was not taken
        if status != highspy.HighsStatus.kOk:
            raise SolverError(f"{doing}: {status}")

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self._highs.getNumRow())

    def add_row(self, lower: float, upper: float, coefficients: Vector) -> None:
        """One row over all present columns."""
        used = np.flatnonzero(np.abs(coefficients) > _SMALLEST).astype(np.int32)
        self._check(self._highs.addRow(lower, upper, len(used), used, coefficients[used]), "add_row")

    def add_empty_rows(self, lower: Vector, upper: Vector) -> None:
        """Rows for columns to come."""
        none = np.zeros(len(lower), dtype=np.int32)
        self._check(self._highs.addRows(len(lower), lower, upper, 0, none, none[:0], np.empty(0)), "add_empty_rows")

    def add_columns(self, cost: Vector, lower: Vector, upper: Vector, matrix: Vector) -> None:
        """Columns of a dense `matrix` (rows × new columns) over all present rows."""
        by_column = matrix.T
        used = np.abs(by_column) > _SMALLEST
        starts = np.concatenate(([0], np.cumsum(used.sum(axis=1))))[:-1].astype(np.int32)
        indices = np.nonzero(used)[1].astype(np.int32)
        values = by_column[used]
        args = (len(cost), cost, lower, upper, len(values), starts, indices, values)
        self._check(self._highs.addCols(*args), "add_columns")

    def add_sparse_columns(self, cost: Vector, upper: Vector, starts: Indices, rows: Indices, values: Vector) -> None:
        """Columns >= 0 by their entries: column c has those from `starts[c]` to the start of the next."""
        args = (len(cost), cost, np.zeros(len(cost)), upper, len(rows), starts, rows, values)
        self._check(self._highs.addCols(*args), "add_sparse_columns")

    def set_costs(self, cost: Vector) -> None:
        """New costs for all columns; the basis stays."""
        self._check(self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost), "set_costs")

    def set_some_costs(self, which: Indices, cost: Vector) -> None:
        """New costs for some columns; the basis stays."""
        self._check(self._highs.changeColsCost(len(which), which, cost), "set_some_costs")

    def set_bounds(self, which: Indices, lower: Vector, upper: Vector) -> None:
        """New bounds of some columns; the basis stays."""
        self._check(self._highs.changeColsBounds(len(which), which, lower, upper), "set_bounds")

    def set_row(self, row: int, lower: float, upper: float) -> None:
        """New ends of one row; the basis stays."""
        self._check(self._highs.changeRowBounds(row, lower, upper), "set_row")

    def suggest(self, columns: Vector) -> None:
        """A point that `solve_integer` may start from; one that breaks a bound or a row is of no use, and no harm."""
        point = highspy.HighsSolution()
        point.col_value = columns
        self._highs.setSolution(point)

    def solve(self) -> Solution:
        """Warm simplex from wherever the last run ended; from nothing where that basis led to no answer.

        Where the dual simplex leads to none from there either, the primal one does.
        """
        self._highs.run()
        for strategy in (_DUAL, _PRIMAL):
            if self._highs.getModelStatus() == highspy.HighsModelStatus.kUnknown:
                self._set("simplex_strategy", strategy)
                self._highs.clearSolver()
                self._highs.run()
        self._set("simplex_strategy", _DUAL)
        return self._read(integer=False)

    def solve_integer(self, which: Indices, nodes: int) -> Solution:
        """Branch and cut with the columns of `which` integer, to optimality or `nodes` nodes."""
        kinds = [highspy.HighsVarType.kInteger] * len(which)
        for column, kind in zip(which, kinds, strict=True):
            self._check(self._highs.changeColIntegrality(int(column), kind), "integrality")
        for name, value in (
            ("solver", "choose"),
            ("presolve", "on"),
            ("mip_rel_gap", 1e-8),
            ("mip_abs_gap", 1e-10),
            ("mip_feasibility_tolerance", 1e-9),
            ("mip_max_nodes", nodes),
        ):
            self._set(name, value)
        self._highs.run()
        return self._read(integer=True)

    def _read(self, *, integer: bool) -> Solution:
        status = self._highs.getModelStatus()
        states = highspy.HighsModelStatus
        if status in (states.kInfeasible, states.kUnboundedOrInfeasible):
            return Solution(Outcome.INFEASIBLE, np.empty(0), np.empty(0), math.inf, math.inf)
        limits = (states.kIterationLimit, states.kSolutionLimit, states.kTimeLimit)
        if status not in (states.kOptimal, *limits):
            raise SolverError(f"solve: {self._highs.modelStatusToString(status)}")
        found, info = self._highs.getSolution(), self._highs.getInfo()
        objective = float(info.objective_function_value)
        return Solution(
            Outcome.OPTIMAL if status == states.kOptimal else Outcome.LIMIT,
            np.asarray(found.col_value),
            np.asarray(found.row_dual),
            objective,
            float(info.mip_dual_bound) if integer else objective,
        )
