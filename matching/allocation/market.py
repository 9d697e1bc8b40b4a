"""The lots and specs of one material as arrays: masses in kilograms, and an edge for each pair that may trade."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.flow import Whole
from matching.solver import Vector

Places = NDArray[np.int64]
NO_CAP = 2**53


class Market(msgspec.Struct, frozen=True):
    """n lots, m specs, k edges in order of spec and lot.

    `profit` is what a tonne is worth to the goal, and `least` the fewest kilograms that an edge carries if any.
    `owner` numbers the firm of each lot, and `caps` is the most that each firm may serve.
    """

    available: Whole
    demand: Whole
    owner: Places
    caps: Whole
    suppliers: Places
    lot: Places
    spec: Places
    profit: Vector
    least: Whole

    def only(self, keep: NDArray[np.bool_]) -> "Market":
        """The market with some of its edges."""
        return msgspec.structs.replace(
            self, lot=self.lot[keep], spec=self.spec[keep], profit=self.profit[keep], least=self.least[keep]
        )


def by_lot(market: Market, kilograms: Whole) -> Whole:
    """Kilograms given by each lot."""
    return _sums(market.lot, kilograms, len(market.available))


def by_spec(market: Market, kilograms: Whole) -> Whole:
    """Kilograms received by each spec."""
    return _sums(market.spec, kilograms, len(market.demand))


def by_owner(market: Market, kilograms: Whole) -> Whole:
    """Kilograms given by each firm."""
    return _sums(market.owner, by_lot(market, kilograms), len(market.caps))


def _sums(places: Places, kilograms: Whole, length: int) -> Whole:
    total = np.zeros(length, dtype=np.int64)
    np.add.at(total, places, kilograms)
    return total
