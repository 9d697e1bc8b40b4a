"""A tender, and the bids for it."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlmodel import Field

from specs.kit.table import (
    Big,
    IdList,
    Instant,
    Json,
    Key,
    MaybeInstant,
    MaybeOctets,
    MaybeWords,
    Octets,
    Table,
    WordList,
    Words,
    foreign,
)

Exact = Annotated[Decimal, Field(sa_type=Numeric)]
MaybeBig = Annotated[int | None, Field(sa_type=BigInteger)]


class TenderRow(Table, table=True):
    __tablename__ = "tender"
    __table_args__ = (
        foreign("tenant_id spec_id", "spec"),
        Index(None, "id"),
        Index(None, "invited", postgresql_using="gin"),
        Index(None, "deadline", postgresql_where=text("status = 'open'")),
        Index(None, "tenant_id", "spec_id"),
    )

    tenant_id: Key
    id: Key
    version: int
    status: Words
    spec_id: UUID
    spec_rev: int
    material: Words
    prefectures: WordList
    kg: Big
    awarded_kg: Big
    deadline: Instant
    invited: IdList
    content: Json
    reason: MaybeWords
    digest: MaybeOctets
    opened_at: MaybeInstant
    created_at: Instant
    updated_at: Instant


class BidRow(Table, table=True):
    __tablename__ = "bid"
    __table_args__ = (
        foreign("tenant_id tender_id", "tender"),
        ForeignKeyConstraint(["seller_tenant", "lot_id"], ["lot.tenant_id", "lot.id"]),
        UniqueConstraint("tenant_id", "tender_id", "seller_tenant", "no"),
        Index(
            "ix_bid_tender_id_lot_id",
            "tender_id",
            "seller_tenant",
            "lot_id",
            unique=True,
            postgresql_where=text("state = 'standing'"),
        ),
        Index(None, "seller_tenant"),
    )

    tenant_id: Key
    id: Key
    tender_id: UUID
    seller_tenant: UUID
    lot_id: UUID
    lot_rev: int
    no: int
    state: Words
    price: Exact
    kg: Big
    min_kg: Big
    salt: Octets
    sealed: Words
    digest: Octets
    evaluation: Json
    awarded_kg: MaybeBig
    deal_id: UUID | None
    created_at: Instant
    closed_at: MaybeInstant
