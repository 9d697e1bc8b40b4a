"""Tables of the kit: stored answers, events on their way out, and the audit trail."""

from uuid import UUID

from sqlalchemy import Index, text

from specs.kit.table import (
    Instant,
    Json,
    Key,
    KeyWords,
    MaybeInstant,
    MaybeWords,
    Numbered,
    Octets,
    Small,
    Table,
    Words,
)


class IdempotencyRow(Table, table=True):
    __tablename__ = "idempotency"
    __table_args__ = (Index(None, "created_at"),)

    tenant_id: Key
    path: KeyWords
    key: KeyWords
    body_hash: Octets
    status: Small
    headers: Json
    body: Octets
    created_at: Instant


class OutboxRow(Table, table=True):
    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "id", postgresql_where=text("done_at is null")),
        Index(None, "done_at", postgresql_where=text("done_at is not null")),
    )

    tenant_id: Key
    id: Numbered
    topic: Words
    object_id: UUID
    rev: int
    created_at: Instant
    lease_until: MaybeInstant
    attempts: int
    parked_at: MaybeInstant
    done_at: MaybeInstant


class AuditEventRow(Table, table=True):
    __tablename__ = "audit_event"

    tenant_id: Key
    seq: Numbered
    at: Instant
    actor: UUID | None
    action: Words
    object_kind: Words
    object_id: UUID | None
    rev: int | None
    detail: Json
    request_id: MaybeWords
