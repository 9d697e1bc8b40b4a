"""A spec and a lot as they are posted; an id or a status is the marketplace's, not the engine's."""

from typing import Annotated

from msgspec import Meta, field

from matching.values import (
    Assay,
    Basis,
    Code,
    CustodyModel,
    LegalStatus,
    Limit,
    Origin,
    Place,
    Portion,
    Price,
    Text,
    Value,
    Visibility,
    Window,
)

Codes = Annotated[tuple[Code, ...], Meta(max_length=50)]


class Demand(Value, frozen=True, kw_only=True):
    """Tonnes wanted, wet; `schedule` spreads them over months, else they are due inside the window."""

    tonnes: float
    min_lot_tonnes: float | None = None
    max_suppliers: int | None = None
    schedule: Annotated[tuple[Portion, ...], Meta(max_length=60)] = ()


class Supply(Value, frozen=True, kw_only=True):
    """Tonnes on offer, wet."""

    tonnes: float
    min_take_tonnes: float | None = None
    schedule: Annotated[tuple[Portion, ...], Meta(max_length=60)] = ()


class Delivery(Window, frozen=True, kw_only=True):
    """Where and between which inclusive JST days the material is wanted."""

    location: Place


class Weights(Value, frozen=True, kw_only=True, omit_defaults=False):
    """Relative weights of the six utilities; only their proportions matter."""

    quality: float = 0.30
    quantity: float = 0.15
    timing: float = 0.10
    price: float = 0.20
    distance: float = 0.10
    evidence: float = 0.15


class Spec(Value, frozen=True, kw_only=True, omit_defaults=False):
    """What a manufacturer can use. Only `material`, `quantity` and `delivery` must be given."""

    material: Code
    quantity: Demand
    delivery: Delivery
    title: Text | None = None
    grades: Codes = ()
    forms: Codes = ()
    limits: Annotated[tuple[Limit, ...], Meta(max_length=100)] = ()
    confidence: float = 0.95
    max_price: Price | None = None
    origins: tuple[Origin, ...] = ()
    custody_models: tuple[CustodyModel, ...] = ()
    legal_statuses: tuple[LegalStatus, ...] = ()
    regimes: Codes = ()
    refused_hazards: Codes = ()
    required_documents: Codes = ()
    weights: Weights = field(default_factory=Weights)
    visibility: Visibility = Visibility.MATCHED


class Lot(Value, frozen=True, kw_only=True, omit_defaults=False):
    """What a recycler has. Only `material`, `quantity`, `location` and `available` must be given."""

    material: Code
    quantity: Supply
    location: Place
    available: Window
    title: Text | None = None
    grade: Code | None = None
    form: Code | None = None
    ask_price: Price | None = None
    assays: Annotated[tuple[Assay, ...], Meta(max_length=500)] = ()
    origin: Origin | None = None
    source: Code | None = None
    legal_status: LegalStatus | None = None
    custody_model: CustodyModel | None = None
    hazards: Codes = ()
    documents: Codes = ()
    visibility: Visibility = Visibility.MATCHED


__all__ = ["Assay", "Basis", "Codes", "Delivery", "Demand", "Limit", "Lot", "Spec", "Supply", "Weights"]
