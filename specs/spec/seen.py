"""A spec as a recycler sees it that it matches: what must be met, not who asks, where exactly, or for how much."""

from uuid import UUID

import msgspec

from matching.listings import Spec
from matching.reference import Catalogue
from matching.values import CustodyModel, LegalStatus, Limit, Origin, Window
from specs.listing.seen import Title, Whereabouts, coded, whereabouts


class SpecSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The other side's spec. `tonnes` are what is still open."""

    id: UUID
    title: Title
    material: str
    grades: tuple[str, ...]
    forms: tuple[str, ...]
    location: Whereabouts
    tonnes: float
    min_lot_tonnes: float | None
    max_suppliers: int | None
    delivery: Window
    limits: tuple[Limit, ...]
    confidence: float
    origins: tuple[Origin, ...]
    custody_models: tuple[CustodyModel, ...]
    legal_statuses: tuple[LegalStatus, ...]
    regimes: tuple[str, ...]
    refused_hazards: tuple[str, ...]
    required_documents: tuple[str, ...]


def spec_seen(listing: UUID, spec: Spec, remaining_tonnes: float, firms: int, catalogue: Catalogue) -> SpecSeen:
    """Redact; `firms` are the verified firms with active specs of this material in this prefecture."""
    place = whereabouts(spec.delivery.location.prefecture, firms, catalogue)
    return SpecSeen(
        id=listing,
        title=Title(material=spec.material, grades=spec.grades, prefecture=place.prefecture, region=place.region),
        material=spec.material,
        grades=spec.grades,
        forms=spec.forms,
        location=place,
        tonnes=remaining_tonnes,
        min_lot_tonnes=spec.quantity.min_lot_tonnes,
        max_suppliers=spec.quantity.max_suppliers,
        delivery=Window(from_=spec.delivery.from_, until=spec.delivery.until),
        limits=tuple(limit_seen(limit) for limit in spec.limits),
        confidence=spec.confidence,
        origins=spec.origins,
        custody_models=spec.custody_models,
        legal_statuses=spec.legal_statuses,
        regimes=spec.regimes,
        refused_hazards=coded(spec.refused_hazards),
        required_documents=coded(spec.required_documents),
    )


def limit_seen(limit: Limit) -> Limit:
    """A limit is what must be met, so all of it is shown but names that are no codes."""
    if not limit.conditions:
        return limit
    conditions = {name: limit.conditions[name] for name in coded(limit.conditions)}
    return msgspec.structs.replace(limit, conditions=conditions or None)
