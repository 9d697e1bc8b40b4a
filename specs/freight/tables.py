"""Freight tables, and every content that they had."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index

from specs.kit.table import Instant, Json, Key, KeyNumber, Table, WordList, Words, foreign


class FreightTableRow(Table, table=True):
    __tablename__ = "freight_table"
    __table_args__ = (foreign("tenant_id", "organisation"), Index(None, "id"))

    tenant_id: Key
    id: Key
    rev: int
    version: int
    status: Words
    created_at: Instant
    updated_at: Instant


class FreightTableRevisionRow(Table, table=True):
    __tablename__ = "freight_table_revision"
    __table_args__ = (ForeignKeyConstraint(["tenant_id", "id"], ["freight_table.tenant_id", "freight_table.id"]),)

    tenant_id: Key
    id: Key
    rev: KeyNumber
    prefectures: WordList
    counts_from: date
    content: Json
    set_at: Instant
    actor: UUID | None
