"""Distances or prices that a user knows better: a matrix between named places, in place of the great circle."""

from typing import Annotated

import msgspec
from msgspec import Meta

from matching.values import Code, Text, Value

Cells = Annotated[tuple[tuple[float | None, ...], ...], Meta(max_length=20_000)]
Places = Annotated[tuple[Code, ...], Meta(max_length=20_000)]
SomePlaces = Annotated[tuple[Code, ...], Meta(min_length=1, max_length=20_000)]


class Given(msgspec.Struct, frozen=True):
    """What is known of one pair: kilometres of truck road, JPY per tonne for the whole way, or both."""

    km: float | None = None
    jpy_per_t: float | None = None


class DistanceMatrix(Value, frozen=True, kw_only=True):
    """`km` or `jpy_per_t` or both, a row for each origin and a column for each destination.

    Without `destinations` the matrix is square over `origins`. A cell that is null is worked out as usual. What is
    wrong with a matrix is named by `matching.freight_faults`.
    """

    origins: SomePlaces
    destinations: Places = ()
    km: Cells = ()
    jpy_per_t: Cells = ()
    src: Text = ""

    @property
    def columns(self) -> Places:
        """The places of the columns."""
        return self.destinations or self.origins

    def pairs(self) -> dict[tuple[str, str], Given]:
        """What is given by (origin, destination); a pair of which nothing is given is left out."""
        found: dict[tuple[str, str], Given] = {}
        for i, origin in enumerate(self.origins):
            for j, destination in enumerate(self.columns):
                km = self.km[i][j] if self.km else None
                jpy = self.jpy_per_t[i][j] if self.jpy_per_t else None
                if km is not None or jpy is not None:
                    found[origin, destination] = Given(km, jpy)
        return found
