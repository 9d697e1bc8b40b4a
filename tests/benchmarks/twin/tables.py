"""The twin's one table: the columns and the JSONB content of ours, in the keys that one tenant needs."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from tests.benchmarks.twin.documents import LotDocument, LotPublic, Status

metadata = SQLModel.metadata


def now() -> datetime:
    return datetime.now(UTC)


class Lot(SQLModel, table=True):
    __table_args__ = (Index("ix_lot_material_window_until", "material", "window_until"),)

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    rev: int = 1
    status: str = "draft"
    material: str
    grade: str | None = None
    form: str | None = None
    prefecture: str
    lat: float | None = None
    lon: float | None = None
    window_from: date
    window_until: date
    kg: int = Field(sa_type=BigInteger)
    price: Decimal | None = None
    currency: str | None = None
    visibility: str
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))
    published_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


def row_of(document: LotDocument) -> Lot:
    return Lot(
        material=document.material,
        grade=document.grade,
        form=document.form,
        prefecture=document.location.prefecture,
        lat=document.location.lat,
        lon=document.location.lon,
        window_from=document.available.from_,
        window_until=document.available.until,
        kg=round(document.quantity.tonnes * 1000),
        price=document.ask_price.amount if document.ask_price else None,
        currency=document.ask_price.currency if document.ask_price else None,
        visibility=document.visibility,
        content=document.model_dump(mode="json", by_alias=True, exclude_none=True),
    )


def public(row: Lot) -> LotPublic:
    return LotPublic(
        id=row.id,
        rev=row.rev,
        status=Status(row.status),
        remaining_tonnes=row.kg / 1000,
        created_at=row.created_at,
        updated_at=row.updated_at,
        published_at=row.published_at,
        expires_on=row.window_until,
        **row.content,
    )
