"""What the columns of one lot, and those through one offer, have in common: tonnes, capacity, and errors.

A lot that enters a blend as it is and by way of processors has a column for each way. Their tonnes come from one lot,
Σ w_k / kept_k <= available, and what enters an offer is within its capacity. Their errors are common as well: a lot's
own assays err alike whichever way it goes, and a processor's claim errs alike for every lot, so neither shrinks by
being split up. Own errors therefore add within a lot before they are squared, and a claim's within its offer.
"""

from collections.abc import Sequence
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.solver import Vector

Places = NDArray[np.intp]


class Links(msgspec.Struct, frozen=True):
    """Sparse rows `low <= Σ coefficient · w <= high` over columns, by their entries."""

    row: Places
    column: Places
    coefficient: Vector
    count: int
    columns: int

    def loads(self, shares: Vector) -> Vector:
        """What each row comes to."""
        weights = self.coefficient * shares[self.column]
        return np.bincount(self.row, weights=weights, minlength=self.count).astype(np.float64, copy=False)

    def pull(self, prices: Vector) -> Vector:
        """What prices by row come to for each column."""
        weights = self.coefficient * prices[self.row]
        return np.bincount(self.column, weights=weights, minlength=self.columns).astype(np.float64, copy=False)

    def dense(self, columns: Sequence[int] | Places) -> Vector:
        """All rows over some columns."""
        place = np.full(self.columns, -1)
        place[columns] = np.arange(len(columns))
        inside = place[self.column] >= 0
        found = np.zeros((self.count, len(columns)))
        found[self.row[inside], place[self.column[inside]]] = self.coefficient[inside]
        return found


def unlinked(columns: int) -> Links:
    """No rows: every column is a lot of its own."""
    none = np.zeros(0, dtype=np.intp)
    return Links(none, none, np.zeros(0), 0, columns)


class Shared(msgspec.Struct, frozen=True, dict=True):
    """Columns in order of lot: `lot` (its number) and `kept` (tonnes out of one tonne of the lot) of each.

    Passages are the visits of columns to offers, in order of column: the column, the offer, and tonnes that enter it
    for one tonne of the column. `capacity` is tonnes by offer. Errors are one for each column (its lot's own), then
    one for each passage (the claim's).
    """

    lot: Places
    kept: Vector
    column: Places
    offer: Places
    entering: Vector
    capacity: Vector

    @cached_property
    def lots(self) -> int:
        """How many lots there are."""
        return int(self.lot[-1]) + 1

    @cached_property
    def several(self) -> Places:
        """The lots of more than one column, which need a row."""
        return np.flatnonzero(np.bincount(self.lot, minlength=self.lots) > 1)

    @cached_property
    def links(self) -> Links:
        """A row for each lot of several columns, then one for each offer."""
        number = np.full(self.lots, -1)
        number[self.several] = np.arange(len(self.several))
        split = np.flatnonzero(number[self.lot] >= 0)
        return Links(
            row=np.concatenate((number[self.lot[split]], len(self.several) + self.offer)),
            column=np.concatenate((split, self.column)),
            coefficient=np.concatenate((1.0 / self.kept[split], self.entering)),
            count=len(self.several) + len(self.capacity),
            columns=len(self.lot),
        )

    @cached_property
    def first(self) -> Places:
        """The first column of each lot."""
        return np.searchsorted(self.lot, np.arange(self.lots))

    @cached_property
    def kept_least(self) -> Vector:
        """Of the ways of each lot, what is left of a tonne by the one that loses most."""
        return np.asarray(np.minimum.reduceat(self.kept, self.first))

    @cached_property
    def kept_most(self) -> Vector:
        """And by the one that loses least."""
        return np.asarray(np.maximum.reduceat(self.kept, self.first))

    @cached_property
    def _by_offer(self) -> tuple[Places, Places, Places]:
        """Passages in order of offer, where each offer that is used begins, and its place among those for each."""
        order = np.argsort(self.offer, kind="stable")
        used, starts = np.unique(self.offer[order], return_index=True)
        return order, starts, np.searchsorted(used, self.offer)

    @cached_property
    def _by_column(self) -> tuple[Places, Places]:
        """The columns that pass an offer, and where the passages of each begin."""
        used, starts = np.unique(self.column, return_index=True)
        return used, starts

    @cached_property
    def carrier(self) -> Places:
        """The column of each error."""
        return np.concatenate((np.arange(len(self.lot)), self.column))

    def per_lot(self, values: Vector) -> Vector:
        """Sums over the columns of each lot (last axis)."""
        return np.asarray(np.add.reduceat(values, self.first, axis=-1))

    def per_offer(self, values: Vector) -> Vector:
        """Sums over the passages of each offer that is used (last axis)."""
        order, starts, _ = self._by_offer
        if not len(order):
            return np.zeros((*values.shape[:-1], 0))
        return np.asarray(np.add.reduceat(values[..., order], starts, axis=-1))

    def size(self, errors: Vector, correlation: float) -> Vector:
        """Standard deviation of the sum of `errors` (last axis); lots share `correlation`, claims nothing."""
        n = len(self.lot)
        own, claims = self.per_lot(errors[..., :n]), self.per_offer(errors[..., n:])
        common = own.sum(axis=-1)
        square = (1.0 - correlation) * (own * own).sum(axis=-1) + correlation * common * common
        return np.asarray(np.sqrt(square + (claims * claims).sum(axis=-1)))

    def guard(self, spreads: Vector, shares: Vector, correlation: float) -> tuple[Vector, Vector]:
        """As `recipe.guard`, of spreads by error: rows × errors."""
        n = len(self.lot)
        errors = spreads * shares[self.carrier]
        own, claims = self.per_lot(errors[..., :n]), self.per_offer(errors[..., n:])
        common = own.sum(axis=-1, keepdims=True)
        square = (1.0 - correlation) * (own * own).sum(axis=-1, keepdims=True) + correlation * common * common
        size = np.sqrt(square + (claims * claims).sum(axis=-1, keepdims=True))
        slope = spreads[..., :n] * ((1.0 - correlation) * own[..., self.lot] + correlation * common)
        back = spreads[..., n:] * claims[..., self._by_offer[2]]
        if len(self.column):
            used, starts = self._by_column
            slope[..., used] += np.add.reduceat(back, starts, axis=-1)
        return size[..., 0], np.divide(slope, size, out=np.zeros_like(slope), where=size > 0.0)

    def curve(self, spreads: Vector, weight: Vector, columns: Places, correlation: float) -> Vector:
        """Σ_r weight_r · (half the second derivative of size_r²), over some columns."""
        n = len(self.lot)
        place = np.full(n, -1)
        place[columns] = np.arange(len(columns))
        own = spreads[:, columns]
        same = self.lot[columns][:, np.newaxis] == self.lot[columns]
        found = (own.T * weight) @ own * ((1.0 - correlation) * same + correlation)
        passing = np.flatnonzero(place[self.column] >= 0)
        claims = spreads[:, n + passing]
        alike = self.offer[passing][:, np.newaxis] == self.offer[passing]
        at = place[self.column[passing]]
        np.add.at(found, (at[:, np.newaxis], at), (claims.T * weight) @ claims * alike)
        return np.asarray(found)

    def only(self, lots: Sequence[int], columns: Sequence[int]) -> "tuple[Shared, list[int]]":
        """Some lots (in order) with their columns by themselves, and the places of their errors among all."""
        place = np.full(len(self.lot), -1)
        place[columns] = np.arange(len(columns))
        passing = np.flatnonzero(place[self.column] >= 0)
        shared = Shared(
            lot=np.searchsorted(np.asarray(lots), self.lot[columns]),
            kept=self.kept[columns],
            column=place[self.column[passing]],
            offer=self.offer[passing],
            entering=self.entering[passing],
            capacity=self.capacity,
        )
        return shared, [*columns, *(len(self.lot) + passing).tolist()]
