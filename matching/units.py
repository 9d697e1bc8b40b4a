"""Units of one dimension convert by a factor; nothing else ever does.

The factors are powers of ten, 25.4 and the like, so a conversion costs at most one rounding of a double;
`close` treats numbers that differ by less than one part in 10**9 as equal, so that 0.11 + 0.09 + 0.05 meets
0.250 and rewriting a value in another unit or basis changes nothing. No assay resolves nine digits.
"""

import math

from matching.reference import Analyte, Catalogue, Window
from matching.values import Limit

MASS_FRACTION, TEMPERATURE = "mass_fraction", "temperature"
_RELATIVE = 1e-9


def close(a: float, b: float) -> bool:
    """Equal for every purpose of a limit: within 1e-9 of the larger number."""
    return a == b or abs(a - b) <= _RELATIVE * max(abs(a), abs(b)) < math.inf


def dimension(unit: str, catalogue: Catalogue) -> str:
    """The dimension of a unit; a unit that the catalogue does not know is a dimension of its own."""
    known = catalogue.units.get(unit)
    return known.dimension if known else unit


def factor(unit: str, into: str, catalogue: Catalogue) -> float | None:
    """`value * factor` converts; None where the units are of different dimensions."""
    if unit == into:
        return 1.0
    a, b = catalogue.units.get(unit), catalogue.units.get(into)
    if a is None or b is None or a.dimension != b.dimension:
        return None
    return a.factor / b.factor


def base_unit(unit: str, catalogue: Catalogue) -> str:
    """The unit of the same dimension whose factor is 1, in which windows are given."""
    wanted = dimension(unit, catalogue)
    return next((c for c, u in catalogue.units.items() if u.dimension == wanted and u.factor == 1.0), unit)


def implausible(value: float, unit: str, analyte: Analyte | None, catalogue: Catalogue) -> Window | None:
    """The window (in the base unit of the dimension) that a value falls out of, or None where it is believable."""
    known = catalogue.units.get(unit)
    if known is None:
        return None
    own = analyte.plausible if analyte and dimension(analyte.unit, catalogue) == known.dimension else None
    window = own or catalogue.plausible.get(known.dimension)
    if window is None:
        return None
    base = value * known.factor
    inside = window.low <= base <= window.high or close(base, window.low) or close(base, window.high)
    return None if inside and math.isfinite(base) else window


def implausible_end(value: float, limit: Limit, catalogue: Catalogue) -> Window | None:
    """The same for an end that a limit has or might be moved to; a sum has the window of its dimension."""
    analyte = catalogue.analytes.get(limit.analytes[0]) if len(limit.analytes) == 1 else None
    return implausible(value, limit.unit, analyte, catalogue)
