"""What advice may say where the lots are another's: figures of theirs are not to be read off the values of a lever."""

import math

import msgspec


class Discretion(msgspec.Struct, frozen=True):
    """Ceilings only on the powers of `grid`, rounded up to whole yen; only the `places` that may be named."""

    grid: float
    places: frozenset[str]

    def ceiling(self, cost: float) -> int:
        """The next step of the grid that the cost does not exceed."""
        steps = math.ceil(math.log(cost, self.grid) - 1e-9) if cost > 0.0 else 0
        return math.ceil(self.grid**steps)
