"""What is to be measured, and in which unit and basis results are compared: fixed before any is filed."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from market.deals.contract.structs import Splitting
from market.deals.samples.agreed import Agreed
from market.deals.samples.structs import SampleDraft, Wanted, WantedDraft
from matching.fault import Fault, fault, leaves, repeated, unknown
from matching.listings import Spec
from matching.reference import Catalogue
from matching.units import MASS_FRACTION, dimension, factor
from matching.values import Basis, Limit

MOISTURE = "moisture"


def request_faults(draft: SampleDraft, catalogue: Catalogue) -> Iterator[Fault]:
    """Analytes, units and bases that do not fit."""
    yield from leaves(draft)
    yield from repeated("/analytes", tuple(one.analyte for one in draft.analytes))
    for i, one in enumerate(draft.analytes):
        at = f"/analytes/{i}"
        known = catalogue.analytes.get(one.analyte)
        if known is None:
            yield from unknown(f"{at}/analyte", one.analyte, "analyte", catalogue.analytes)
            continue
        unit = one.unit or known.unit
        if unit not in catalogue.units:
            yield from unknown(f"{at}/unit", unit, "unit", catalogue.units)
        elif dimension(unit, catalogue) != dimension(known.unit, catalogue):
            yield fault(f"{at}/unit", "unit_of_other_dimension", given_unit=unit, analyte=one.analyte, unit=known.unit)
        elif one.basis is not None and dimension(unit, catalogue) != MASS_FRACTION:
            yield fault(f"{at}/basis", "basis_without_fraction", given_unit=unit)


def wanted(drafts: Sequence[WantedDraft], agreed: Agreed, catalogue: Catalogue) -> tuple[Wanted, ...]:
    """Of a request without faults.

    Unit and basis are those asked for, else those of the spec's limit on the analyte, else the catalogue's unit, as
    received: results of two bases must never meet unconverted.
    """
    return tuple(_wanted(one, agreed, catalogue) for one in drafts)


def _wanted(draft: WantedDraft, agreed: Agreed, catalogue: Catalogue) -> Wanted:
    limit = _limit(draft.analyte, agreed.spec)
    unit = draft.unit or (limit.unit if limit else catalogue.analytes[draft.analyte].unit)
    basis = draft.basis or (limit.basis if limit else None)
    if dimension(unit, catalogue) != MASS_FRACTION or draft.analyte == MOISTURE:
        basis = None
    elif basis is None:
        basis = Basis.AS_RECEIVED
    return Wanted(
        analyte=draft.analyte,
        unit=unit,
        basis=basis,
        conditions=limit.conditions if limit else None,
        splitting_limit=_splitting(draft.analyte, unit, agreed.splitting, catalogue),
    )


def _limit(analyte: str, spec: Spec) -> Limit | None:
    """The spec's own limit on the analyte, one that stands alone before one on a sum."""
    found = [limit for limit in spec.limits if analyte in limit.analytes]
    return min(found, key=lambda limit: len(limit.analytes)) if found else None


def _splitting(analyte: str, unit: str, terms: Sequence[Splitting], catalogue: Catalogue) -> Decimal | None:
    term = next((one for one in terms if one.analyte == analyte), None)
    by = None if term is None else factor(term.unit, unit, catalogue)
    if term is None or by is None:
        return None
    # nine digits, so that a limit of 500 ppm is one of 0.05 % and not of its binary neighbour
    return term.limit * Decimal(f"{by:.9g}")
