"""A lot as it is posted and answered, in Pydantic: the same fields as ours, and the same checks of types."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(max_length=300)]
Mass = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Status(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    COMPLETE = "complete"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Quantity(Strict):
    tonnes: Mass
    min_take_tonnes: Mass | None = None


class Place(Strict):
    prefecture: Annotated[str, Field(pattern="^JP-[0-9]{2}$")]
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None


class Window(Strict):
    from_: date = Field(alias="from")
    until: date


class Price(Strict):
    amount: Annotated[Decimal, Field(ge=0)]
    currency: str = "JPY"
    per: str = "t"
    incoterm: str | None = None


class Assay(Strict):
    analyte: Code
    value: float | None = None
    operator: str = "="
    low: float | None = None
    high: float | None = None
    unit: Code
    uncertainty: float | None = None
    statistic: str = "measured"
    basis: str | None = None
    method: Text | None = None
    laboratory: Text | None = None
    sample: Text | None = None
    sampled_on: date | None = None


class LotDocument(Strict):
    title: Text | None = None
    material: Code
    grade: Code | None = None
    form: Code | None = None
    quantity: Quantity
    location: Place
    available: Window
    ask_price: Price | None = None
    assays: Annotated[list[Assay], Field(max_length=500)] = []
    origin: str | None = None
    source: Code | None = None
    legal_status: str | None = None
    custody_model: str | None = None
    hazards: list[Code] = []
    documents: list[Code] = []
    visibility: str = "matched"


class LotPublic(LotDocument):
    id: UUID
    rev: int
    status: Status
    remaining_tonnes: float
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    expires_on: date


class LotPage(BaseModel):
    items: list[LotPublic]
    next_cursor: str | None
