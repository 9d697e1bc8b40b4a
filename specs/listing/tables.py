"""The columns that specs and lots have in common: what SQL filters on, beside the content."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text

from specs.kit.table import (
    Big,
    ChangedXid,
    Instant,
    Json,
    Key,
    KeyNumber,
    MaybeExact,
    MaybeInstant,
    MaybeReal,
    MaybeWords,
    Table,
    Words,
    foreign,
)


class ListingColumns(Table):
    tenant_id: Key
    id: Key
    rev: int
    version: int
    status: Words
    material: Words
    prefecture: Words
    lat: MaybeReal
    lon: MaybeReal
    window_from: date
    window_until: date
    kg: Big
    price: MaybeExact
    currency: MaybeWords
    visibility: Words
    content: Json
    created_at: Instant
    updated_at: Instant
    published_at: MaybeInstant
    changed_xid: ChangedXid


def listing_arguments() -> tuple[ForeignKeyConstraint | Index, ...]:
    """Keys and indexes of a listing table, new objects for each table."""
    return (
        foreign("tenant_id", "organisation"),
        Index(None, "id"),
        Index(None, "changed_xid"),
        Index(None, "material", "window_until", postgresql_where=text("status = 'active'")),
        Index(None, "material", "prefecture", "tenant_id", postgresql_where=text("status = 'active'")),
    )


class RevisionColumns(Table):
    tenant_id: Key
    id: Key
    rev: KeyNumber
    content: Json
    created_at: Instant
    actor: UUID | None
