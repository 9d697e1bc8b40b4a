"""Jobs: what was asked, how far it is, and what came of it."""

from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from specs.kit.table import Instant, Key, MaybeInstant, Real, Table, Words, foreign

MaybeOctets = Annotated[bytes | None, Field(sa_type=LargeBinary)]
MaybeJson = Annotated[dict[str, Any] | None, Field(sa_type=JSONB)]


class JobRow(Table, table=True):
    __tablename__ = "job"
    __table_args__ = (
        foreign("tenant_id", "organisation"),
        Index(None, "state", postgresql_where=text("state in ('queued', 'running')")),
        Index(None, "expires_at", postgresql_where=text("expires_at is not null")),
    )

    tenant_id: Key
    id: Key
    kind: Words
    state: Words
    version: int
    language: Words
    input: MaybeOctets
    progress: Real
    result: MaybeOctets
    problem: MaybeJson
    actor: UUID | None
    attempts: int
    lease_until: MaybeInstant
    created_at: Instant
    started_at: MaybeInstant
    finished_at: MaybeInstant
    expires_at: MaybeInstant
