"""A lot as it would be after a step: a mass balance on each result, never better than what the step claims.

One input tonne gives Y tonnes (yield) and keeps (1 - r) of the mass of a claimed analyte, so its content c becomes
c (1 - r) / Y, with u'² = (u (1 - r) / Y)² + (c u_r / Y)². A claim without an uncertainty has 2 % of itself, as a
result has (rule 3), so leaving it out never pays; where n samples are pooled, the claim's error is common to them and
is carried n-fold so that pooling does not shrink it. Intervals stay intervals, their ends moved by the claim's own
z-quantile. What a step does not speak of lies anywhere between as it was (it leaves in proportion) and c / Y (all of
it stays), so a lot is carried twice, `high` and `low`, and each limit is judged by the worse. A property is shown to
fail as before, and otherwise unknown until tested again, unless the offer keeps it. Dry contents follow the dry mass.
"""

import math

import msgspec

from matching.composition import Composition
from matching.listings import Lot
from matching.reference import Catalogue
from matching.results import ASSUMED_RELATIVE, standard_uncertainty
from matching.units import MASS_FRACTION, dimension
from matching.upgrading.offer import Removal, UpgradeOffer
from matching.values import Assay, Basis, Operator

# shares of something that a step does not weigh out
_NO_MASS = ("property", "battery", "dimension")
# where a yield would leave no more than the water, dry contents go to the most that is possible
_DRIEST = 1e-9


class Twin(msgspec.Struct, frozen=True):
    """A lot between two ends: all of what no step speaks of stays (`high`), or it leaves in proportion (`low`)."""

    high: Lot
    low: Lot


class Factor(msgspec.Struct, frozen=True):
    """What a content is multiplied by, and the standard uncertainty of that."""

    by: float
    u: float = 0.0


_UNTOUCHED = Factor(1.0)


def is_mass(code: str, unit: str, catalogue: Catalogue) -> bool:
    """Whether a result is a share of the lot's mass, which a yield concentrates."""
    analyte = catalogue.analytes.get(code)
    return dimension(unit, catalogue) == MASS_FRACTION and not (analyte and analyte.kind in _NO_MASS)


def claim_on(code: str, offer: UpgradeOffer, catalogue: Catalogue) -> Removal | None:
    """The claim that speaks of an analyte, as such or as the oxide or the element of it."""
    oxides = catalogue.oxides
    element = oxides[code].element if code in oxides else code
    for claim in offer.removal:
        own = oxides[claim.analyte].element if claim.analyte in oxides else claim.analyte
        if own == element:
            return claim
    return None


def claimed(claim: Removal, kept: float) -> Factor:
    """(1 - r) / Y and u_r / Y, with the floor of what is not stated."""
    u = max(claim.uncertainty or 0.0, ASSUMED_RELATIVE * claim.fraction)
    return Factor((1.0 - claim.fraction) / kept, u / kept)


def stepped(twin: Twin, offer: UpgradeOffer, z: float, catalogue: Catalogue) -> Twin:
    """Both ends after one step; `z` guards the ends of intervals against the claim's uncertainty."""
    high = _Stepping(twin.high, offer, z, catalogue, high=True).lot()
    return Twin(high, _Stepping(twin.low, offer, z, catalogue, high=False).lot())


class _Stepping:
    """One end of a lot through one step."""

    def __init__(self, lot: Lot, offer: UpgradeOffer, z: float, catalogue: Catalogue, *, high: bool) -> None:
        self._lot, self._offer, self._z, self._catalogue, self._high = lot, offer, z, catalogue, high
        moisture = Composition(lot, catalogue).moisture
        self._dry = math.nan if moisture is None else _dry(moisture, self._factor("moisture", mass=True).by)
        self._samples = {a.analyte: set[tuple[str | None, str | None]]() for a in lot.assays}
        for assay in lot.assays:
            self._samples[assay.analyte].add((assay.sample, assay.laboratory))

    def lot(self) -> Lot:
        assays = tuple(a for assay in self._lot.assays if (a := self._assay(assay)) is not None)
        return msgspec.structs.replace(self._lot, assays=assays, form=self._offer.output_form or self._lot.form)

    def _factor(self, code: str, *, mass: bool) -> Factor:
        kept = self._offer.yield_ if mass else 1.0
        claim = claim_on(code, self._offer, self._catalogue)
        if claim is not None:
            return claimed(claim, kept)
        return Factor(1.0 / kept if self._high else 1.0)

    def _assay(self, assay: Assay) -> Assay | None:
        mass = is_mass(assay.analyte, assay.unit, self._catalogue)
        factor = self._factor(assay.analyte, mass=mass)
        if not mass:
            told = claim_on(assay.analyte, self._offer, self._catalogue) or assay.analyte in self._offer.keeps
            return self._scaled(assay, factor) if told or self._high else None
        if assay.analyte == "moisture" or assay.basis is Basis.AS_RECEIVED:
            return self._scaled(assay, factor)
        if math.isnan(self._dry):
            # on dry basis without the moisture nothing is known but what was wrong already
            return self._scaled(assay, factor) if self._high or assay.basis is None else None
        either = self._dry if assay.basis is Basis.DRY else (max if self._high else min)(1.0, self._dry)
        return self._scaled(assay, Factor(factor.by * either, factor.u * either))

    def _scaled(self, assay: Assay, factor: Factor) -> Assay:
        if factor == _UNTOUCHED:
            return assay
        whole = self._whole(assay)

        def end(value: float | None, by: float) -> float | None:
            return None if value is None else min(value * by, max(value, whole))

        spread = self._z * factor.u
        least, most = max(0.0, factor.by - spread), factor.by + spread
        if assay.value is None:
            return msgspec.structs.replace(assay, low=end(assay.low, least), high=end(assay.high, most))
        if assay.operator is not Operator.EQUAL:
            upper = assay.operator in (Operator.BELOW, Operator.AT_MOST)
            return msgspec.structs.replace(assay, value=end(assay.value, most if upper else least))
        own, _ = standard_uncertainty(assay, self._catalogue.analytes.get(assay.analyte))
        shared = math.sqrt(len(self._samples[assay.analyte])) * abs(assay.value) * factor.u
        u = math.hypot(own * factor.by, shared)
        return msgspec.structs.replace(assay, value=end(assay.value, factor.by), uncertainty=u)

    def _whole(self, assay: Assay) -> float:
        """Nothing is concentrated beyond what is possible."""
        analyte, known = self._catalogue.analytes.get(assay.analyte), self._catalogue.units.get(assay.unit)
        window = (analyte.plausible if analyte else None) or self._catalogue.plausible.get(
            dimension(assay.unit, self._catalogue)
        )
        return math.inf if window is None or known is None else window.high / known.factor


def _dry(moisture: float, by: float) -> float:
    """Growth of a dry content beyond that of a wet one: the dry mass shrinks by more where the water stays."""
    return (1.0 - moisture) / max(_DRIEST, 1.0 - moisture * by)
