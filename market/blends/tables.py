"""Proposed blends, and the share of each lot in them."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint

from specs.kit.table import Big, Instant, Json, Key, Table, foreign


class BlendRow(Table, table=True):
    __tablename__ = "blend"
    __table_args__ = (
        foreign("tenant_id spec_id", "spec", cascade=True),
        UniqueConstraint("tenant_id", "spec_id", "place"),
    )

    tenant_id: Key
    id: Key
    spec_id: UUID
    spec_rev: int
    place: int
    content: Json
    created_at: Instant


class BlendShareRow(Table, table=True):
    __tablename__ = "blend_share"
    __table_args__ = (
        foreign("tenant_id blend_id", "blend", cascade=True),
        ForeignKeyConstraint(["lot_tenant", "lot_id"], ["lot.tenant_id", "lot.id"], ondelete="CASCADE"),
        Index(None, "lot_tenant", "lot_id"),
    )

    tenant_id: Key
    blend_id: Key
    lot_tenant: UUID
    lot_id: Key
    lot_rev: int
    kg: Big
    told: bool
