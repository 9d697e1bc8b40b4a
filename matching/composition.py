"""What a lot's assays say of one analyte, in the unit, basis and conditions of a limit (rules 1, 2, 5, 7).

Nothing is converted that is not exactly convertible: another dimension, another test or other conditions
yield an `Unknown` that says why.
"""

import math
from collections.abc import Iterable

import msgspec

from matching.evaluation import Params
from matching.listings import Lot
from matching.reference import Bound, Catalogue
from matching.results import Interval, Normal, Reading, Result, pooled, reading
from matching.units import close, dimension, factor, implausible
from matching.values import Assay, Basis, Limit, Scope

MASS_FRACTION = "mass_fraction"
_CELSIUS = "°C"


class Unknown(msgspec.Struct, frozen=True):
    """No usable result, and why: `code` with `params` for the reason."""

    code: str
    params: Params


class View(msgspec.Struct, frozen=True):
    """How a limit looks at results: its unit, the basis to judge on, its conditions and scope."""

    unit: str
    basis: Basis | None
    conditions: dict[str, float] | None = None
    scope: Scope | None = None


class Composition:
    """The assays of one lot, by analyte."""

    def __init__(self, lot: Lot, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._by_analyte: dict[str, list[Assay]] = {}
        for assay in lot.assays:
            self._by_analyte.setdefault(assay.analyte, []).append(assay)
        self.moisture = self._moisture()

    def _moisture(self) -> float | None:
        """Mass fraction of water as received; None where it is not known as a value."""
        known = self.measured("moisture", View("%", None))
        if isinstance(known, Normal) and 0.0 <= known.mean < 100.0:
            return known.mean / 100.0
        return None

    def states_basis(self, limit: Limit) -> bool:
        """Whether any result that the limit would use says what it is a fraction of."""
        codes = {code for member in limit.analytes for code in self._sources(member)}
        return any(a.basis is not None for code in codes for a in self._by_analyte.get(code, ()))

    def _sources(self, code: str) -> Iterable[str]:
        yield from self._forms(code)
        for bound in self._catalogue.bounds:
            if bound.analyte == code:
                yield from self._forms(bound.source)

    def _forms(self, code: str) -> Iterable[str]:
        """The code itself, and the oxides or the element that it converts from."""
        yield code
        oxides = self._catalogue.oxides
        if code in oxides:
            yield oxides[code].element
        for oxide in oxides.values():
            if oxide.element == code:
                yield oxide.oxide

    def _stoichiometry(self, reported: str, wanted: str) -> float:
        """Mass of `wanted` in one mass of `reported`, both an element or its oxide."""
        if reported == wanted:
            return 1.0
        oxides = self._catalogue.oxides
        return oxides[reported].factor if reported in oxides else 1.0 / oxides[wanted].factor

    def measured(self, code: str, view: View) -> Result | Unknown:
        """The pooled result of an analyte in the unit and basis of `view`, bounds apart."""
        readings: list[Reading] = []
        refused: list[Unknown] = []
        for reported in self._forms(code):
            for assay in self._by_analyte.get(reported, ()):
                read = self._read(assay, code, view)
                if isinstance(read, Unknown):
                    refused.append(read)
                else:
                    readings.append(read)
        suspicious = [r for r in refused if r.code == "implausible_value"]
        if suspicious:
            return suspicious[0]
        if readings:
            return pooled(readings)
        return refused[0] if refused else self._absent(code)

    def _absent(self, code: str) -> Unknown:
        known = self._catalogue.analytes.get(code)
        other = next((o for o in (known.other_tests if known else ()) if o in self._by_analyte), None)
        if other is not None:
            return Unknown("different_test", {"analyte": code, "other": other})
        return Unknown("not_measured", {"analyte": code})

    def _read(self, assay: Assay, code: str, view: View) -> Reading | Unknown:
        named: Params = {"analyte": code, "unit": assay.unit, "limit_unit": view.unit}
        by = factor(assay.unit, view.unit, self._catalogue)
        if by is None:
            return Unknown("other_unit", named)
        analyte = self._catalogue.analytes.get(assay.analyte)
        for value in (assay.value, assay.low, assay.high):
            window = None if value is None else implausible(value, assay.unit, analyte, self._catalogue)
            if window is not None:
                return Unknown("implausible_value", {**named, "value": value, "low": window.low, "high": window.high})
        unlike = _other_conditions(assay, view)
        if unlike is not None:
            return Unknown(unlike, named)
        by *= self._stoichiometry(assay.analyte, code)
        onto = self._basis_factor(assay, code, view)
        if onto is None:
            return Unknown("basis_unknown", {**named, "basis": assay.basis, "limit_basis": view.basis})
        return reading(assay, by * onto, self._floor(view), self._ceiling(code, view), analyte)

    def _basis_factor(self, assay: Assay, code: str, view: View) -> float | None:
        bases = {assay.basis, view.basis}
        fraction = dimension(view.unit, self._catalogue) == MASS_FRACTION
        if None in bases or len(bases) == 1 or code == "moisture" or not fraction:
            return 1.0
        if self.moisture is None:
            return None
        return 1.0 / (1.0 - self.moisture) if view.basis is Basis.DRY else 1.0 - self.moisture

    def _floor(self, view: View) -> float:
        return -math.inf if view.unit == _CELSIUS else 0.0

    def _ceiling(self, code: str, view: View) -> float:
        known = self._catalogue.analytes.get(code)
        unit = self._catalogue.units.get(view.unit)
        window = (known.plausible if known else None) or self._catalogue.plausible.get(unit.dimension if unit else "")
        if unit is None or window is None or unit.dimension != MASS_FRACTION:
            return math.inf
        return window.high / unit.factor

    def bounded(self, code: str, view: View, z: float) -> tuple[Interval, tuple[Bound, ...]] | None:
        """What other results say of an analyte (Cr(VI) <= Cr); `z` guards the ends of uncertain sources."""
        whole = Interval(self._floor(view), math.inf)
        known, used = whole, list[Bound]()
        for bound in self._catalogue.bounds:
            if bound.analyte != code or (bound.scope and bound.scope != (view.scope or Scope.ROHS)):
                continue
            source = self.measured(bound.source, view)
            if isinstance(source, Unknown):
                continue
            if bound.upper:
                open_end = isinstance(source, Interval) and source.high_open
                piece = Interval(whole.lowest, source.high(z) / bound.divide_by, high_open=open_end)
            else:
                open_end = isinstance(source, Interval) and source.low_open
                piece = Interval(source.low(z) / bound.divide_by, math.inf, low_open=open_end)
            if math.isfinite(piece.highest if bound.upper else piece.lowest):
                known = piece.within(known)
                used.append(bound)
        return (known, tuple(used)) if used else None

    def left_over(self, members: Iterable[str], view: View, z: float) -> float | None:
        """The most that the unreported members can be together: 100 % less all reported elements (rule 5)."""
        analytes = self._catalogue.analytes
        wanted = tuple(members)
        if not all(code in analytes and analytes[code].closes for code in wanted):
            return None
        whole = factor("%", view.unit, self._catalogue)
        if whole is None:
            return None
        plain = View(view.unit, view.basis)
        oxides = self._catalogue.oxides
        present = {oxides[c].element if c in oxides else c for c in self._by_analyte}
        reported = [
            known
            for code in sorted(present.difference(wanted))
            if code in analytes and analytes[code].closes
            for known in [self.measured(code, plain)]
            if not isinstance(known, Unknown)
        ]
        spread = math.sqrt(math.fsum(r.u**2 for r in reported if isinstance(r, Normal)))
        return 100.0 * whole - math.fsum(r.low(0.0) for r in reported) + z * spread if reported else None


def _other_conditions(assay: Assay, view: View) -> str | None:
    if not view.conditions:
        return None
    given = assay.conditions or {}
    if any(name not in given for name in view.conditions):
        return "conditions_missing"
    alike = all(close(given[name], wanted) for name, wanted in view.conditions.items())
    return None if alike else "other_conditions"
