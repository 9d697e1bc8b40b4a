"""Thin matches: which pairs entered the top of either side, and which listings were looked at."""

from sqlalchemy import ForeignKeyConstraint, Index

from specs.kit.table import Instant, Key, MaybeReal, Real, Table, Words


class MatchRow(Table, table=True):
    __tablename__ = "match"
    __table_args__ = (
        ForeignKeyConstraint(["spec_tenant", "spec_id"], ["spec.tenant_id", "spec.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["lot_tenant", "lot_id"], ["lot.tenant_id", "lot.id"], ondelete="CASCADE"),
        Index(None, "lot_tenant", "lot_id"),
    )

    spec_tenant: Key
    spec_id: Key
    lot_tenant: Key
    lot_id: Key
    spec_rev: int
    lot_rev: int
    verdict: Words
    probability: MaybeReal
    score: Real
    engine: Words
    catalogue: Words
    freight: Words
    evaluated_at: Instant


class MatchedRow(Table, table=True):
    __tablename__ = "matched"

    tenant_id: Key
    object_id: Key
    object_kind: Words
    rev: int
    engine: Words
    catalogue: Words
    freight: Words
    at: Instant
