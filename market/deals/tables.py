"""A deal, its leg with each recycler, the lots of a leg, offers on it, reviews, portions, and claims."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlmodel import Field

from specs.kit.table import (
    Big,
    IdList,
    Instant,
    Json,
    Key,
    MaybeBig,
    MaybeExact,
    MaybeInstant,
    MaybeJson,
    MaybeWords,
    Real,
    Table,
    WordList,
    Words,
    foreign,
)

Exact = Annotated[Decimal, Field(sa_type=Numeric)]


class DealRow(Table, table=True):
    __tablename__ = "deal"
    __table_args__ = (
        foreign("tenant_id spec_id", "spec"),
        Index(None, "id"),
        Index(None, "parties", postgresql_using="gin"),
        Index(None, "status", "deadline"),
        Index(None, "tenant_id", "spec_id"),
    )

    tenant_id: Key
    id: Key
    version: int
    status: Words
    turn: Words
    opened_by: UUID
    opened_as: Words
    origin: Words
    spec_id: UUID
    spec_rev: int
    material: Words
    kg: Big
    parties: IdList
    prefectures: WordList
    asked: Json
    blend: MaybeJson
    taken_up: IdList
    names_opened: IdList
    signed: IdList
    cancelling: IdList
    approved: MaybeJson
    risk: Json
    risk_level: Real
    deadline: MaybeInstant
    overdue_since: MaybeInstant
    created_at: Instant
    updated_at: Instant


class DealLegRow(Table, table=True):
    __tablename__ = "deal_leg"
    __table_args__ = (
        foreign("tenant_id deal_id", "deal"),
        UniqueConstraint("tenant_id", "deal_id", "seller_tenant"),
        Index(None, "seller_tenant"),
    )

    tenant_id: Key
    id: Key
    deal_id: UUID
    seller_tenant: UUID
    turn: Words
    kg: Big
    accepted_offer: UUID | None
    approved: MaybeJson


class DealLotRow(Table, table=True):
    __tablename__ = "deal_lot"
    __table_args__ = (
        foreign("tenant_id leg_id", "deal_leg"),
        ForeignKeyConstraint(["seller_tenant", "lot_id"], ["lot.tenant_id", "lot.id"]),
        Index(None, "seller_tenant", "lot_id"),
    )

    tenant_id: Key
    leg_id: Key
    lot_id: Key
    deal_id: UUID
    seller_tenant: UUID
    lot_rev: int
    kg: Big
    evaluation: Json


class OfferRow(Table, table=True):
    __tablename__ = "offer"
    __table_args__ = (
        foreign("tenant_id leg_id", "deal_leg"),
        UniqueConstraint("tenant_id", "leg_id", "no"),
        Index(None, "leg_id", unique=True, postgresql_where=text("state = 'standing'")),
        Index(None, "valid_until", postgresql_where=text("state = 'standing'")),
    )

    tenant_id: Key
    id: Key
    deal_id: UUID
    leg_id: UUID
    seller_tenant: UUID
    no: int
    side: Words
    state: Words
    price: Exact
    currency: Words
    kg: Big
    content: Json
    evaluation: Json
    valid_until: Instant
    created_at: Instant
    closed_at: MaybeInstant


class ReviewRow(Table, table=True):
    __tablename__ = "review"
    __table_args__ = (
        foreign("tenant_id deal_id", "deal"),
        UniqueConstraint("tenant_id", "deal_id", "no", "audience"),
    )

    tenant_id: Key
    id: Key
    deal_id: UUID
    no: int
    act: Words
    by_tenant: UUID | None
    actor: UUID | None
    reason_code: MaybeWords
    content: Json
    at: Instant
    audience: IdList


class ReviewPolicyRow(Table, table=True):
    __tablename__ = "review_policy"
    __table_args__ = (ForeignKeyConstraint(["tenant_id"], ["organisation.id"]),)

    tenant_id: Key
    version: int
    content: Json
    updated_at: Instant


class DeliveryRow(Table, table=True):
    __tablename__ = "delivery"
    __table_args__ = (
        foreign("tenant_id leg_id", "deal_leg"),
        ForeignKeyConstraint(["seller_tenant", "lot_id"], ["lot.tenant_id", "lot.id"]),
        UniqueConstraint("tenant_id", "leg_id", "no"),
        Index(None, "tenant_id", "deal_id"),
        Index(None, "seller_tenant", "deal_id"),
    )

    tenant_id: Key
    id: Key
    deal_id: UUID
    leg_id: UUID
    seller_tenant: UUID
    lot_id: UUID
    no: int
    version: int
    state: Words
    outcome: MaybeWords
    planned_kg: Big
    declared_kg: MaybeBig
    measured_kg: MaybeBig
    accepted_kg: MaybeBig
    booked_kg: MaybeBig
    dispatched_on: date | None
    received_on: date | None
    net: MaybeExact
    currency: MaybeWords
    content: Json
    created_at: Instant
    updated_at: Instant


class ClaimRow(Table, table=True):
    __tablename__ = "claim"
    __table_args__ = (
        foreign("tenant_id delivery_id", "delivery"),
        foreign("tenant_id leg_id", "deal_leg"),
        UniqueConstraint("tenant_id", "leg_id", "no"),
        Index(None, "tenant_id", "deal_id"),
        Index(None, "seller_tenant", "deal_id"),
    )

    tenant_id: Key
    id: Key
    deal_id: UUID
    leg_id: UUID
    seller_tenant: UUID
    delivery_id: UUID | None
    no: int
    version: int
    by: Words
    state: Words
    kind: Words
    severity: Words
    amount: MaybeExact
    currency: Words
    content: Json
    created_at: Instant
    updated_at: Instant
    closed_at: MaybeInstant
