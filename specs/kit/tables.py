"""Tables of the kit: stored answers, events on their way out, the audit trail, and the audit chains."""

from uuid import UUID

from sqlalchemy import Index, text

from specs.kit.table import (
    Big,
    IdList,
    Instant,
    Json,
    Key,
    KeyBig,
    KeyWords,
    MaybeInstant,
    MaybeJson,
    MaybeOctets,
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


class ChainEventRow(Table, table=True):
    __tablename__ = "chain_event"

    chain: Key
    seq: KeyBig
    at: Instant
    actor_tenant: UUID | None
    actor: UUID | None
    action: Words
    object_kind: Words
    object_id: UUID
    audience: IdList
    payload_digest: Octets
    previous: MaybeOctets
    digest: Octets
    request_id: MaybeWords


class ChainPayloadRow(Table, table=True):
    # no foreign key: its check would need a right to change events, which not even their owner has
    __tablename__ = "chain_payload"

    chain: Key
    seq: KeyBig
    salt: MaybeOctets
    payload: MaybeJson


class ChainHeadRow(Table, table=True):
    __tablename__ = "chain_head"

    chain: Key
    seq: Big
    digest: Octets
