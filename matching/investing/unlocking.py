"""What one plant would unlock, wherever it stands: a linear program that is solved again for each place.

maximise Σ worth x over pairs of lot and spec with x tonnes that arrive, Σ x / kept <= tonnes of each lot and Σ x <=
tonnes of each spec; the pairs are those that conform as they are (kept = 1) and those that the plant brings in (kept
= its yield). Where the plant stands changes only what a tonne of the latter is worth, so the columns stay and their
costs change: the last basis is feasible for the next place (primal simplex goes on from it).
"""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from matching.solver import Program, Vector
from matching.upgrading.labels import Ground, charges, leg, start
from matching.upgrading.offer import UpgradeOffer
from matching.values import Place

_LEAST = 1e-9


class Column(msgspec.Struct, frozen=True):
    """A lot into a spec: worth JPY per tonne that arrives, `kept` tonnes of each that is taken."""

    lot: int
    spec: int
    worth: float
    kept: float = 1.0


class Lift(msgspec.Struct, frozen=True):
    """A pair that a plant would bring in, wherever it stands; `mill` is where it is wanted, for `ceiling` JPY/t."""

    lot: int
    spec: int
    ground: Ground
    mill: Place
    ceiling: float


class Tonnes(msgspec.Struct, frozen=True):
    """What there is of each lot and what each spec wants."""

    lots: tuple[float, ...]
    specs: tuple[float, ...]


class Used(msgspec.Struct, frozen=True):
    """What a plant unlocks at one place: JPY in all, and tonnes that arrive by pair of lot and spec."""

    value: float
    tonnes: tuple[tuple[int, int, float], ...]


class Unlocking:
    """One plant over all pairs."""

    def __init__(
        self, base: Sequence[Column], lifts: Sequence[Lift], kept: float, tonnes: Tonnes, before: float
    ) -> None:
        """`base` are the pairs that conform as they are, `before` is what they are worth without the plant."""
        self._lifts, self._before, self._count = lifts, before, len(base)
        self._scale = max((one.ceiling for one in lifts), default=1.0) or 1.0
        new = [Column(one.lot, one.spec, 0.0, kept) for one in lifts]
        self._program = program((*base, *new), tonnes, self._scale)
        self._which = np.arange(len(base), len(base) + len(new), dtype=np.int32)

    def at(self, offer: UpgradeOffer) -> Used | None:
        """With the plant where this offer stands; None where no tonne through it is worth anything."""
        worth = worths(self._lifts, offer)
        if not (worth > 0.0).any():
            return None
        self._program.set_some_costs(self._which, -worth / self._scale)
        found = self._program.solve()
        taken = found.columns[self._count :]
        used = [(one.lot, one.spec, float(x)) for one, x, w in zip(self._lifts, taken, worth, strict=True) if w > 0.0]
        return Used(-found.objective * self._scale - self._before, tuple(one for one in used if one[2] > _LEAST))


def program(columns: Sequence[Column], tonnes: Tonnes, scale: float) -> Program:
    """Least of -worth / scale over all columns."""
    lots, ends = len(tonnes.lots), np.array([*tonnes.lots, *tonnes.specs])
    found = Program()
    found.add_empty_rows(np.full(len(ends), -np.inf), ends)
    rows = np.array([row for one in columns for row in (one.lot, lots + one.spec)], dtype=np.int32)
    values = np.array([value for one in columns for value in (1.0 / one.kept, 1.0)])
    cost = np.array([-one.worth / scale for one in columns])
    starts = np.arange(0, 2 * len(columns), 2, dtype=np.int32)
    found.add_sparse_columns(cost, np.full(len(columns), np.inf), starts, rows, values)
    return found


def worths(lifts: Iterable[Lift], offer: UpgradeOffer) -> Vector:
    """JPY per tonne that arrives through a plant, by pair; the same as a label's cost, without growing one."""
    fee, residue = charges(offer)
    gates: dict[int, float] = {}
    found: list[float] = []
    for one in lifts:
        here = one.ground
        if one.lot not in gates:
            begun = start(here)
            gates[one.lot] = (begun.cost + leg(begun, here, offer.location).jpy_per_t + fee + residue) / offer.yield_
        found.append(one.ceiling - gates[one.lot] - here.freight(offer.location, one.mill).jpy_per_t)
    return np.array(found)
