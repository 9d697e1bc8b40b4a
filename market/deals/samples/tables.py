"""Samples, and results that are filed for them."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint

from specs.kit.table import (
    Instant,
    Json,
    Key,
    KeyWords,
    MaybeInstant,
    Octets,
    Table,
    WordList,
    Words,
    foreign,
)


class SampleRow(Table, table=True):
    __tablename__ = "sample"
    __table_args__ = (
        foreign("tenant_id leg_id", "deal_leg"),
        ForeignKeyConstraint(["seller_tenant", "lot_id"], ["lot.tenant_id", "lot.id"]),
        foreign("umpire", "organisation"),
        UniqueConstraint("tenant_id", "leg_id", "no"),
        Index(None, "tenant_id", "deal_id"),
        Index(None, "seller_tenant", "deal_id"),
        Index(None, "umpire", "id"),
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
    filed: WordList
    umpire: UUID | None
    opened_at: MaybeInstant
    content: Json
    created_at: Instant
    updated_at: Instant


class SampleResultRow(Table, table=True):
    __tablename__ = "sample_result"
    __table_args__ = (foreign("tenant_id sample_id", "sample"), Index(None, "by_tenant", "sample_id"))

    tenant_id: Key
    sample_id: Key
    side: KeyWords
    deal_id: UUID
    leg_id: UUID
    seller_tenant: UUID
    by_tenant: UUID
    content: Json
    salt: Octets
    digest: Octets
    filed_at: Instant
