"""What a lot's assays say of one analyte, in the unit, basis and conditions of a limit (rules 1, 2, 5, 7).

Nothing is converted that is not exactly convertible: another dimension, another test or other conditions
yield an `Unknown` that says why.
"""

import math
from collections.abc import Iterable

import msgspec

from matching.evaluation import Params
from matching.listings import Lot
from matching.reference import Analyte, Bound, Catalogue
from matching.results import Interval, Normal, Reading, Result, pooled, reading
from matching.units import MASS_FRACTION, TEMPERATURE, close, dimension, factor, implausible, implausible_end
from matching.values import Assay, Basis, Limit, Scope


class Unknown(msgspec.Struct, frozen=True):
    """No usable result, and why: `code` with `params` for the reason."""

    code: str
    params: Params

    @property
    def doubtful(self) -> bool:
        """A number that cannot be right: asked about, and nothing else stands in for it."""
        return self.code in ("implausible_value", "implausible_converted")


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
        self.by_analyte: dict[str, list[Assay]] = {}
        for assay in lot.assays:
            self.by_analyte.setdefault(assay.analyte, []).append(assay)
        self._oxides = [code for code in self.by_analyte if code in catalogue.oxides]
        self._measured: dict[tuple[str, str, Basis | None], Result | Unknown] = {}
        self._elements: dict[tuple[str, Basis | None], dict[str, Result]] = {}
        self._stating: dict[str, set[Basis]] = {}
        for assay in lot.assays:
            if assay.basis is not None:
                self._stating.setdefault(assay.analyte, set()).add(assay.basis)
        self.moisture = self._moisture()

    def _moisture(self) -> float | None:
        """Mass fraction of water as received; None where it is not known as a value."""
        known = self.measured("moisture", View("%", None))
        if isinstance(known, Normal) and 0.0 <= known.mean < 100.0:
            return known.mean / 100.0
        return None

    def bases(self, limit: Limit) -> tuple[Basis | None, ...]:
        """The bases to judge a limit on: its own; without one, both where its results may differ by basis (rule 2)."""
        if limit.basis is not None or not self._stating:
            return (limit.basis,)
        if self.moisture is None:
            used = [form for member in limit.analytes for form in self._forms(member)]
        else:
            used = [code for member in limit.analytes for code in self._sources(member)]
        stated = set[Basis]().union(*(self._stating.get(code, ()) for code in used))
        differ = len(stated) > 1 or (stated and self.moisture is not None)
        return (Basis.AS_RECEIVED, Basis.DRY) if differ else (None,)

    def reports(self, limit: Limit) -> bool:
        """Whether there is a result, usable or not, for each analyte of the limit."""
        return all(any(form in self.by_analyte for form in self._forms(code)) for code in limit.analytes)

    def offers(self, end: float, limit: Limit) -> bool:
        """Whether a limit could be moved to `end`."""
        return implausible_end(end, limit, self._catalogue) is None

    def _sources(self, code: str) -> Iterable[str]:
        """What decides on an analyte: its own results, or those that bound it where it has none."""
        own = [form for form in self._forms(code) if form in self.by_analyte]
        if own:
            return own
        bounds = [bound.source for bound in self._catalogue.bounds if bound.analyte == code]
        return [form for source in bounds for form in self._forms(source)]

    def _forms(self, code: str) -> Iterable[str]:
        """The code itself, and the element or the reported oxides that it converts from."""
        yield code
        oxides = self._catalogue.oxides
        if code in oxides:
            yield oxides[code].element
        for reported in self._oxides:
            if oxides[reported].element == code:
                yield reported

    def _stoichiometry(self, reported: str, wanted: str) -> float:
        """Mass of `wanted` in one mass of `reported`, both an element or its oxide."""
        if reported == wanted:
            return 1.0
        oxides = self._catalogue.oxides
        return oxides[reported].factor if reported in oxides else 1.0 / oxides[wanted].factor

    def measured(self, code: str, view: View) -> Result | Unknown:
        """The pooled result of an analyte in the unit and basis of `view`, bounds apart."""
        if view.conditions:
            return self._pooled(code, view)
        key = (code, view.unit, view.basis)
        known = self._measured.get(key)
        if known is None:
            known = self._measured[key] = self._pooled(code, view)
        return known

    def _pooled(self, code: str, view: View) -> Result | Unknown:
        readings: list[Reading] = []
        refused: list[Unknown] = []
        for reported in self._forms(code):
            for assay in self.by_analyte.get(reported, ()):
                read = self._read(assay, code, view)
                if isinstance(read, Unknown):
                    refused.append(read)
                else:
                    readings.append(read)
        suspicious = [r for r in refused if r.doubtful]
        if suspicious:
            return min(suspicious, key=_in_order)
        if readings:
            return (
                pooled(readings) if self._one_test(code, readings) else Unknown("conditions_differ", {"analyte": code})
            )
        return min(refused, key=_in_order) if refused else self._absent(code)

    def _one_test(self, code: str, readings: Iterable[Reading]) -> bool:
        """Results of a test whose conditions matter (MFR) are one quantity only under the same conditions."""
        known = self._catalogue.analytes.get(code)
        if known is None or not known.condition_required:
            return True
        return len({tuple(sorted((r.assay.conditions or {}).items())) for r in readings}) == 1

    def _absent(self, code: str) -> Unknown:
        known = self._catalogue.analytes.get(code)
        other = next((o for o in (known.other_tests if known else ()) if o in self.by_analyte), None)
        if other is not None:
            return Unknown("different_test", {"analyte": code, "other": other})
        return Unknown("not_measured", {"analyte": code})

    def _read(self, assay: Assay, code: str, view: View) -> Reading | Unknown:
        analyte = self._catalogue.analytes.get(assay.analyte)
        named: Params = {"analyte": code, "unit": assay.unit, "limit_unit": view.unit}
        by = factor(assay.unit, view.unit, self._catalogue)
        if by is None:
            return Unknown("other_unit", named)
        if analyte and not self._measures(assay.unit, analyte):
            return Unknown("other_unit", {**named, "limit_unit": analyte.unit})
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
        most = self._ceiling(code, view)
        read = reading(assay, by * onto, self._floor(view), most, analyte)
        least = read.result.low(0.0)
        if least > most and not close(least, most):
            given = assay.low if assay.value is None else assay.value
            return Unknown("implausible_converted", {**named, "given": given, "converted": least, "most": most})
        return read

    def _measures(self, unit: str, analyte: Analyte) -> bool:
        return dimension(unit, self._catalogue) == dimension(analyte.unit, self._catalogue)

    def _basis_factor(self, assay: Assay, code: str, view: View) -> float | None:
        bases = {assay.basis, view.basis}
        fraction = dimension(view.unit, self._catalogue) == MASS_FRACTION
        if None in bases or len(bases) == 1 or code == "moisture" or not fraction:
            return 1.0
        if self.moisture is None:
            return None
        return 1.0 / (1.0 - self.moisture) if view.basis is Basis.DRY else 1.0 - self.moisture

    def _floor(self, view: View) -> float:
        return -math.inf if dimension(view.unit, self._catalogue) == TEMPERATURE else 0.0

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
            ends = source if isinstance(source, Interval) else Interval(source.low(z), source.high(z))
            if bound.upper:
                piece = Interval(whole.lowest, ends.highest / bound.divide_by, False, ends.high_open, source.assumed)
            else:
                piece = Interval(ends.lowest / bound.divide_by, math.inf, ends.low_open, False, source.assumed)
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
        elements = self._reported(View(view.unit, view.basis))
        reported = [known for code, known in elements.items() if code not in wanted]
        spread = math.sqrt(math.fsum(r.u**2 for r in reported if isinstance(r, Normal)))
        return 100.0 * whole - math.fsum(r.low(0.0) for r in reported) + z * spread if reported else None

    def _reported(self, view: View) -> dict[str, Result]:
        """Every element that counts in the closure to 100 %, with its result."""
        key = (view.unit, view.basis)
        if key not in self._elements:
            analytes, oxides = self._catalogue.analytes, self._catalogue.oxides
            present = {oxides[c].element if c in oxides else c for c in self.by_analyte}
            closing = [c for c in sorted(present) if c in analytes and analytes[c].closes]
            known = {code: self.measured(code, view) for code in closing}
            self._elements[key] = {c: k for c, k in known.items() if not isinstance(k, Unknown)}
        return self._elements[key]


def _in_order(unknown: Unknown) -> tuple[str, str]:
    """The same reason is shown whatever the order of the results."""
    return unknown.code, str(sorted(unknown.params.items(), key=lambda item: item[0]))


def _other_conditions(assay: Assay, view: View) -> str | None:
    if not view.conditions:
        return None
    given = assay.conditions or {}
    if any(name not in given for name in view.conditions):
        return "conditions_missing"
    alike = all(close(given[name], wanted) for name, wanted in view.conditions.items())
    return None if alike else "other_conditions"
