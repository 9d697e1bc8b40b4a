"""A lot as a manufacturer sees it that it matches: without its owner, exact place, price, or any free text."""

from datetime import date
from uuid import UUID

import msgspec

from matching.listings import Lot
from matching.reference import Catalogue
from matching.values import (
    Assay,
    Basis,
    Conditions,
    CustodyModel,
    LegalStatus,
    Operator,
    Origin,
    Statistic,
    Window,
)
from specs.listing.seen import Title, Whereabouts, coded, whereabouts


class AssaySeen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A result without who measured it, on which sample, or how in words."""

    analyte: str
    value: float | None = None
    operator: Operator = Operator.EQUAL
    low: float | None = None
    high: float | None = None
    unit: str
    uncertainty: float | None = None
    statistic: Statistic = Statistic.MEASURED
    basis: Basis | None = None
    conditions: Conditions | None = None
    sampled_on: date | None = None


class LotSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The other side's lot. `tonnes` are what remains."""

    id: UUID
    title: Title
    material: str
    grade: str | None
    form: str | None
    location: Whereabouts
    tonnes: float
    min_take_tonnes: float | None
    available: Window
    assays: tuple[AssaySeen, ...]
    origin: Origin | None
    source: str | None
    legal_status: LegalStatus | None
    custody_model: CustodyModel | None
    hazards: tuple[str, ...]
    documents: tuple[str, ...]


def lot_seen(listing: UUID, lot: Lot, remaining_tonnes: float, firms: int, catalogue: Catalogue) -> LotSeen:
    """Redact; `firms` are the verified firms with active lots of this material in this prefecture."""
    place = whereabouts(lot.location.prefecture, firms, catalogue)
    grades = coded([lot.grade] if lot.grade else [])
    return LotSeen(
        id=listing,
        title=Title(material=lot.material, grades=grades, prefecture=place.prefecture, region=place.region),
        material=lot.material,
        grade=lot.grade,
        form=lot.form,
        location=place,
        tonnes=remaining_tonnes,
        min_take_tonnes=lot.quantity.min_take_tonnes,
        available=lot.available,
        assays=tuple(assay_seen(a) for a in lot.assays),
        origin=lot.origin,
        source=next(iter(coded([lot.source] if lot.source else [])), None),
        legal_status=lot.legal_status,
        custody_model=lot.custody_model,
        hazards=coded(lot.hazards),
        documents=coded(lot.documents),
    )


def assay_seen(assay: Assay) -> AssaySeen:
    """The result itself, and when it was sampled."""
    conditions = assay.conditions
    return AssaySeen(
        analyte=assay.analyte,
        value=assay.value,
        operator=assay.operator,
        low=assay.low,
        high=assay.high,
        unit=assay.unit,
        uncertainty=assay.uncertainty,
        statistic=assay.statistic,
        basis=assay.basis,
        conditions={name: conditions[name] for name in coded(conditions)} if conditions else None,
        sampled_on=assay.sampled_on,
    )
