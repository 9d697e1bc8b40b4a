"""Faults of meaning in limits and assays: analytes, units, bases, bounds, and values that cannot be.

Limits and assays that decode but cannot be right are doubts, see `matching.faults`.
"""

import math
from collections.abc import Iterator

import msgspec

from matching.evaluation import Params
from matching.fault import Fault, fault, repeated, unknown
from matching.reference import Catalogue, Window
from matching.tolerance import band
from matching.units import MASS_FRACTION, base_unit, close, dimension, implausible, implausible_end
from matching.values import Assay, Limit, Operator

# in any unit; of much larger ones the squares, which are added up, would be no numbers
MOST_UNCERTAINTY = 1e15
_ENDS = ("min", "max", "exclusive_min", "exclusive_max")


def _analyte(pointer: str, code: str, catalogue: Catalogue) -> Iterator[Fault]:
    if code not in catalogue.oxides:
        yield from unknown(pointer, code, "analyte", catalogue.analytes)


def unit_faults(pointer: str, code: str, unit: str, catalogue: Catalogue) -> Iterator[Fault]:
    """A unit that is unknown, or does not measure the analyte."""
    if unit not in catalogue.units:
        yield from unknown(pointer, unit, "unit", catalogue.units)
        return
    canonical = _canonical(code, catalogue)
    if canonical is not None and dimension(unit, catalogue) != dimension(canonical, catalogue):
        yield fault(pointer, "unit_of_other_dimension", given_unit=unit, analyte=code, unit=canonical)


def _canonical(code: str, catalogue: Catalogue) -> str | None:
    if code in catalogue.oxides:
        return "%"
    analyte = catalogue.analytes.get(code)
    return analyte.unit if analyte else None


def limit_faults(pointer: str, limit: Limit, catalogue: Catalogue) -> Iterator[Fault]:
    """Every fault of one limit at `pointer`."""
    for i, code in enumerate(limit.analytes):
        yield from _analyte(f"{pointer}/analytes/{i}", code, catalogue)
    yield from repeated(f"{pointer}/analytes", limit.analytes)
    kinds = {dimension(c, catalogue) for a in limit.analytes if (c := _canonical(a, catalogue)) is not None}
    if len(kinds) > 1:
        yield fault(f"{pointer}/analytes", "mixed_sum")
    else:
        yield from unit_faults(f"{pointer}/unit", limit.analytes[0], limit.unit, catalogue)
    yield from _basis(pointer, limit.basis is not None, limit.unit, catalogue)
    if all(getattr(limit, name) is None for name in _ENDS):
        yield fault(pointer, "no_bounds")
    for name, told in implausible_ends(limit, catalogue):
        yield Fault(f"{pointer}/{name}", "implausible_limit", told)
    yield from _met_by_none(pointer, limit)


def implausible_ends(limit: Limit, catalogue: Catalogue) -> Iterator[tuple[str, Params]]:
    """Ends that no result could ever have, by name: `%` where ppm was meant would pass everything."""
    for name in _ENDS:
        value: float | None = getattr(limit, name)
        window = None if value is None else implausible_end(value, limit, catalogue)
        if value is not None and window is not None and math.isfinite(value):
            yield name, _beyond(value, limit.unit, window, catalogue)


def _beyond(value: float, unit: str, window: Window, catalogue: Catalogue) -> Params:
    base = base_unit(unit, catalogue)
    return {"given": value, "given_unit": unit, "low": window.low, "high": window.high, "base_unit": base}


def _met_by_none(pointer: str, limit: Limit) -> Iterator[Fault]:
    limits = band(limit)
    exclusive = limits.low_exclusive or limits.high_exclusive
    empty = limits.low > limits.high and not close(limits.low, limits.high)
    if empty or (exclusive and close(limits.low, limits.high)):
        yield fault(pointer, "min_above_max", low=limits.low, high=limits.high)


def _basis(pointer: str, stated: bool, unit: str, catalogue: Catalogue) -> Iterator[Fault]:
    if stated and unit in catalogue.units and dimension(unit, catalogue) != MASS_FRACTION:
        yield fault(f"{pointer}/basis", "basis_without_fraction", given_unit=unit)


def assay_faults(pointer: str, assay: Assay, catalogue: Catalogue) -> Iterator[Fault]:
    """Every fault of one result at `pointer`."""
    yield from _analyte(f"{pointer}/analyte", assay.analyte, catalogue)
    yield from unit_faults(f"{pointer}/unit", assay.analyte, assay.unit, catalogue)
    yield from _basis(pointer, assay.basis is not None, assay.unit, catalogue)
    ranged = assay.low is not None and assay.high is not None
    if (assay.value is not None) == ranged or (assay.low is None) != (assay.high is None):
        yield fault(f"{pointer}/value", "value_or_range")
    elif assay.low is not None and assay.high is not None:
        if assay.low > assay.high:
            yield fault(f"{pointer}/low", "range_reversed", low=assay.low, high=assay.high)
        if assay.operator is not Operator.EQUAL:
            yield fault(f"{pointer}/operator", "operator_with_range")
    analyte = catalogue.analytes.get(assay.analyte)
    for name in ("value", "low", "high"):
        value = getattr(assay, name)
        window = implausible(value, assay.unit, analyte, catalogue) if value is not None else None
        if window is not None and math.isfinite(value):
            yield Fault(f"{pointer}/{name}", "implausible_assay", _beyond(value, assay.unit, window, catalogue))
    if assay.uncertainty is not None and assay.uncertainty < 0:
        yield fault(f"{pointer}/uncertainty", "negative", given="uncertainty")
    elif assay.uncertainty is not None and MOST_UNCERTAINTY < assay.uncertainty < math.inf:
        yield fault(f"{pointer}/uncertainty", "too_large", given=assay.uncertainty, most=MOST_UNCERTAINTY)


def repeated_results(assays: tuple[Assay, ...]) -> Iterator[Fault]:
    """The same result twice is a slip of the hand; other results of the same analyte are welcome."""
    seen: set[bytes] = set()
    for i, assay in enumerate(assays):
        key = msgspec.json.encode(assay)
        if key in seen:
            yield fault(f"/assays/{i}", "duplicate_result", analyte=assay.analyte)
        seen.add(key)
