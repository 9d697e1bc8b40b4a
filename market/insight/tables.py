"""How open listings stand to each other, and the figures that are published of it."""

from sqlalchemy import Index

from specs.kit.table import (
    Big,
    Instant,
    Json,
    Key,
    KeyNumber,
    MaybeBig,
    MaybeOctets,
    MaybeWords,
    Numbered,
    Table,
    Words,
    foreign,
)


class StandingRow(Table, table=True):
    __tablename__ = "standing"
    __table_args__ = (foreign("tenant_id", "organisation"),)

    tenant_id: Key
    object_id: Key
    object_kind: Words
    digest: MaybeOctets
    pairs: MaybeOctets
    kg: MaybeBig
    matched_kg: Big
    near_kg: Big
    gaps: Json
    levers: Json
    at: Instant


class BalanceSnapshotRow(Table, table=True):
    __tablename__ = "balance_snapshot"

    id: KeyNumber
    as_of: Instant
    demand_kg: Big
    assessed_kg: Big
    listings: int


class BalanceCellRow(Table, table=True):
    __tablename__ = "balance_cell"
    __table_args__ = (Index(None, "exact", "family"),)

    no: Numbered
    exact: bool
    side: Words
    family: MaybeWords
    material: MaybeWords
    grade: MaybeWords
    region: MaybeWords
    prefecture: MaybeWords
    quarter: MaybeWords
    month: MaybeWords
    firms: int
    matched_kg: Big
    near_kg: Big
    rest_kg: Big


class BalanceFindingRow(Table, table=True):
    __tablename__ = "balance_finding"
    __table_args__ = (Index(None, "exact", "kind"),)

    no: Numbered
    exact: bool
    kind: Words
    family: MaybeWords
    material: MaybeWords
    prefecture: MaybeWords
    code: MaybeWords
    about: MaybeWords
    firms: int
    kg: Big
