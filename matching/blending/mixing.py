"""How a property of a blend follows from its parts: by mass, by the logarithm, or not at all.

Mass fractions, and heating value per mass, add by mass exactly. Melt flow follows the logarithmic rule of mixtures,
ln MFR = Σ w ln MFR (L. E. Nielsen, Polymer Rheology, 1977; tested on recycled polypropylene by Traxler et al.,
Polymers 14 (2022) 2699): an empirical rule for compatible polymers under the same test conditions. What has no such
rule (strength, impact, colour, sizes, state of charge) is refused by name: an average of it would be a wrong number.
"""

import math
from enum import StrEnum

from matching.evaluation import Params
from matching.reference import Catalogue
from matching.units import MASS_FRACTION, dimension
from matching.values import Limit

_BY_LOGARITHM = frozenset({"MFR", "MVR"})
_BY_MASS = frozenset({"element", "oxide", "substance", "contaminant", "composition"})
_BY_MASS_CODES = frozenset({"recycled_content", "HHV"})


class Rule(StrEnum):
    """The scale on which shares of mass add."""

    MASS = "mass"
    LOGARITHM = "logarithm"


class BlendRefusedError(Exception):
    """No blend can be worked out; `code` and `params` say why."""

    def __init__(self, code: str, params: Params) -> None:
        super().__init__(f"{code}: {params}")
        self.code = code
        self.params = params


def rule(limit: Limit, catalogue: Catalogue) -> Rule:
    """Raises `BlendRefusedError` for what does not blend."""
    if len(limit.analytes) == 1 and limit.analytes[0] in _BY_LOGARITHM:
        if not limit.conditions:
            raise BlendRefusedError("blend_conditions_missing", {"analyte": limit.analytes[0]})
        if any(end is not None and end <= 0.0 for end in (limit.max, limit.exclusive_max)):
            raise BlendRefusedError("blend_limit_not_positive", {"analyte": limit.analytes[0]})
        return Rule.LOGARITHM
    for code in limit.analytes:
        if not _adds_by_mass(code, limit.unit, catalogue):
            raise BlendRefusedError("property_does_not_blend", {"analyte": code})
    return Rule.MASS


def _adds_by_mass(code: str, unit: str, catalogue: Catalogue) -> bool:
    if code in _BY_MASS_CODES:
        return True
    known = catalogue.analytes.get(code)
    if known is None or known.kind not in _BY_MASS:
        return False
    return dimension(unit, catalogue) == MASS_FRACTION


def onto(scale: Rule, value: float) -> float:
    """The value on the scale on which shares add; -inf for nothing on a logarithm."""
    if scale is Rule.MASS:
        return value
    return math.log(value) if value > 0.0 else -math.inf


def back(scale: Rule, value: float) -> float:
    """The inverse of `onto`."""
    return value if scale is Rule.MASS else math.exp(value)


def spread(scale: Rule, value: float, u: float) -> float:
    """Standard uncertainty on the scale, to first order; inf for nothing on a logarithm."""
    if scale is Rule.MASS:
        return u
    return u / value if value > 0.0 else math.inf
