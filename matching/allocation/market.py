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
