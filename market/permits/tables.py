"""Permits as they stand; a check is part of the row, and is gone with the first change of what was checked."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index

from specs.kit.table import ChangedXid, Instant, Json, Key, MaybeInstant, MaybeWords, Table, Words, foreign


class PermitRow(Table, table=True):
    __tablename__ = "permit"
    __table_args__ = (
        foreign("tenant_id", "organisation"),
        foreign("checked_by", "organisation"),
        Index(None, "id"),
        Index(None, "changed_xid"),
        Index(None, "valid_until"),
    )

    tenant_id: Key
    id: Key
    version: int
    status: Words
    kind: Words
    valid_until: date | None
    content: Json
    outcome: MaybeWords
    attestation: MaybeWords
    checked_on: date | None
    checked_by: UUID | None
    checked_at: MaybeInstant
    note: MaybeWords
    warned: int | None
    created_at: Instant
    updated_at: Instant
    changed_xid: ChangedXid
