"""Notices; one row for each telling."""

from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text

from specs.kit.table import Instant, Json, Key, MaybeInstant, MaybeWords, Table, Words, foreign


class NoticeRow(Table, table=True):
    __tablename__ = "notice"
    __table_args__ = (
        foreign("tenant_id", "organisation"),
        UniqueConstraint("tenant_id", "dedupe"),
        Index(None, "tenant_id", "id", postgresql_where=text("read_at is null")),
        Index(None, "at"),
    )

    tenant_id: Key
    id: Key
    at: Instant
    code: Words
    params: Json
    object_kind: Words
    object_id: UUID
    read_at: MaybeInstant
    dedupe: MaybeWords
