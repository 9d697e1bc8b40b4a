"""What many lots report of one analyte, as an array: the pooled result of each, in the unit in which it was reported.

What takes more than a factor to bring into a limit's unit and basis, or is bounded by other results, is `ODD`: such a
lot is judged by itself (`matching.conformity`).
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.composition import Composition, Unknown, View
from matching.listings import Lot
from matching.reference import Catalogue
from matching.results import Normal
from matching.units import MASS_FRACTION, dimension, factor
from matching.values import Assay, Basis, Limit

ABSENT, NORMAL, INTERVAL, ODD = range(4)
Reading = tuple[float, float, int, int, int, bool, bool, bool]
# `a`, `b` are mean and standard uncertainty, or lowest and highest, in the unit of that number in the catalogue;
# `basis` is what it is a fraction of (`_BASES`);
# `wet` where the basis is said and the moisture known, so that the result differs by basis
READING: Final = np.dtype(
    [
        ("a", "f8"),
        ("b", "f8"),
        ("unit", "i2"),
        ("kind", "i1"),
        ("basis", "i1"),
        ("low_open", "?"),
        ("high_open", "?"),
        ("wet", "?"),
    ],
    align=True,
)
BLANK: Final = (0.0, 0.0, 0, ABSENT, 0, False, False, False)
_ODD: Final = (0.0, 0.0, 0, ODD, 0, False, False, False)
_BASES: Final = {frozenset[Basis](): 0, frozenset({Basis.AS_RECEIVED}): 1, frozenset({Basis.DRY}): 2}
_MIXED: Final = 3


class Reader:
    """Reads lots; only of values that never change."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._units = {unit: number for number, unit in enumerate(catalogue.units)}

    def read(self, lot: Lot) -> dict[str, Reading]:
        """A row of `READING` for each analyte that the lot reports, as if it reported no others; O(its assays)."""
        composition = Composition(lot, self._catalogue)
        wet = "moisture" in composition.by_analyte
        return {code: self._pooled(code, own, composition, wet=wet) for code, own in composition.by_analyte.items()}

    def _pooled(self, code: str, own: Sequence[Assay], composition: Composition, *, wet: bool) -> Reading:
        unit = own[0].unit
        result = composition.measured(code, View(unit, None))
        if isinstance(result, Unknown) or unit not in self._units or any(assay.unit != unit for assay in own):
            return _ODD
        stated = frozenset(assay.basis for assay in own if assay.basis is not None)
        number, basis, wet = self._units[unit], _BASES.get(stated, _MIXED), bool(stated) and wet
        if isinstance(result, Normal):
            return (result.mean, result.u, number, NORMAL, basis, False, False, wet)
        return (result.lowest, result.highest, number, INTERVAL, basis, result.low_open, result.high_open, wet)


def related(code: str, catalogue: Catalogue) -> set[str]:
    """Other analytes whose results say something of this one: its oxides or element, and what bounds it."""
    said = {code, *(bound.source for bound in catalogue.bounds if bound.analyte == code)}
    pairs = [(oxide, row.element) for oxide, row in catalogue.oxides.items()]
    forms = {b for a, b in pairs if a in said} | {a for a, b in pairs if b in said}
    return (said | forms) - {code}


def in_terms_of(limit: Limit, code: str, rows: NDArray[Any], catalogue: Catalogue) -> NDArray[Any]:
    """The rows of an analyte in the unit of a limit; `ODD` where the unit, the basis or the test may be another."""
    values = (rows["kind"] == NORMAL) | (rows["kind"] == INTERVAL)
    units = list(catalogue.units)
    for number in np.flatnonzero(np.bincount(rows["unit"][values], minlength=len(units))).tolist():
        by = factor(units[number], limit.unit, catalogue)
        here = values & (rows["unit"] == number)
        if by is None:
            rows["kind"][here] = ODD
        elif by != 1.0:
            rows["a"][here] *= by
            rows["b"][here] *= by
    fraction = dimension(limit.unit, catalogue) == MASS_FRACTION
    if limit.basis is None:
        plain = (rows["basis"] == 0) | ((rows["basis"] != _MIXED) & ~rows["wet"])
    elif fraction and code != "moisture":
        plain = (rows["basis"] == 0) | (rows["basis"] == _BASES[frozenset({limit.basis})])
    else:
        plain = np.ones(len(rows), np.bool_)
    rows["kind"][values & ~plain] = ODD
    if limit.conditions:
        rows["kind"][values] = ODD
    return rows
