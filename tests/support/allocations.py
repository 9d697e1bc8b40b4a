"""Markets written in one line each, and their optimum from a dense linear program given to HiGHS as a whole."""

from collections.abc import Sequence
from decimal import Decimal

import highspy
import numpy as np

from matching.allocate import allocate
from matching.allocation.answer import Allocation
from matching.allocation.wish import Offered, Wanted, Wish
from matching.listings import Delivery, Demand, Lot, Spec
from matching.values import Limit, Price
from specs.catalogue.loader import catalogue
from tests.support.blends import GATE
from tests.support.pairs import FIRST, LAST, spec

AT_GATE = Delivery(location=GATE, from_=FIRST, until=LAST)


def wanted(ceiling: float | None, tonnes: float, *limits: Limit, **rest: object) -> Spec:
    """A spec at the gate where `offered` lots stand, so that a price is a delivered cost."""
    price = None if ceiling is None else Price(amount=Decimal(str(ceiling)))
    given = {"delivery": AT_GATE, "quantity": Demand(tonnes=tonnes), "max_price": price}
    return spec(*limits, **{**given, **rest})


def allocated(
    specs: Sequence[Spec], lots: Sequence[Lot], wish: Wish | None = None, *, blends: bool = False, owners: str = ""
) -> Allocation:
    """Specs are called A, B, C …, lots a, b, c …; `owners` has one letter for each lot."""
    named = [Wanted(chr(ord("A") + j), one, blends) for j, one in enumerate(specs)]
    offered = [Offered(chr(ord("a") + i), one, owners[i] if owners else None) for i, one in enumerate(lots)]
    return allocate(named, offered, catalogue(), wish)


def amounts(found: Allocation) -> dict[tuple[str, str], float]:
    """Tonnes by (lot, spec)."""
    return {(a.lot, a.spec): a.tonnes for a in found.assignments}


def optimum(worth: np.ndarray, rows: np.ndarray, ends: np.ndarray) -> float:
    """Most of worth·x over x >= 0 with rows·x <= ends."""
    highs = highspy.Highs()
    highs.silent()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(worth), len(rows)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = worth
    model.col_lower_, model.col_upper_ = np.zeros(len(worth)), np.full(len(worth), highspy.kHighsInf)
    model.row_lower_, model.row_upper_ = np.full(len(rows), -highspy.kHighsInf), ends
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    used = rows != 0.0
    model.a_matrix_.start_ = np.concatenate(([0], np.cumsum(used.sum(axis=1))))
    model.a_matrix_.index_, model.a_matrix_.value_ = np.nonzero(used)[1], rows[used]
    highs.passModel(model)
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return highs.getInfo().objective_function_value


def sides(lots: int, specs: int) -> np.ndarray:
    """Rows of supply, then of demand, over x in order of lot and spec."""
    return np.vstack((np.kron(np.eye(lots), np.ones(specs)), np.kron(np.ones(lots), np.eye(specs))))
