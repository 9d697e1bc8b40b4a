"""Lots, their immutable revisions, their assays as rows of their own, and reserved stock."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index

from specs.kit.table import Big, Json, Key, MaybeInstant, MaybeWords, Table, Words, foreign
from specs.listing.tables import ListingColumns, RevisionColumns, listing_arguments


class LotRow(ListingColumns, table=True):
    __tablename__ = "lot"
    __table_args__ = listing_arguments()

    grade: MaybeWords
    form: MaybeWords


class LotRevisionRow(RevisionColumns, table=True):
    __tablename__ = "lot_revision"
    __table_args__ = (foreign("tenant_id id", "lot", cascade=True),)


class AssayRow(Table, table=True):
    __tablename__ = "assay"
    __table_args__ = (foreign("tenant_id lot_id", "lot", cascade=True), Index(None, "tenant_id", "lot_id"))

    tenant_id: Key
    id: Key
    lot_id: UUID
    rev_added: int
    rev_removed: int | None
    position: int
    analyte: Words
    sampled_on: date | None
    content: Json


class ReservationRow(Table, table=True):
    __tablename__ = "reservation"
    __table_args__ = (
        foreign("tenant_id spec_id", "spec"),
        foreign("tenant_id lot_id", "lot"),
        Index(None, "tenant_id", "lot_id"),
        Index(None, "tenant_id", "spec_id"),
    )

    tenant_id: Key
    id: Key
    leg: UUID | None
    spec_id: UUID | None
    lot_id: UUID | None
    kg: Big
    state: Words
    expires_at: MaybeInstant
