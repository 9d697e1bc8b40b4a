"""Documents, what they speak of, and to whom they are shown."""

from typing import Annotated
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, text
from sqlmodel import Field

from specs.kit.table import Instant, Key, KeyWords, MaybeInstant, Table, Words, foreign

MaybeBig = Annotated[int | None, Field(sa_type=BigInteger)]
MaybeOctets = Annotated[bytes | None, Field(sa_type=LargeBinary)]


class DocumentRow(Table, table=True):
    __tablename__ = "document"
    __table_args__ = (
        foreign("tenant_id", "organisation"),
        Index(None, "id"),
        Index(None, "blob", postgresql_where=text("blob is not null")),
        Index(None, "bare_blob", postgresql_where=text("bare_blob is not null")),
        Index(None, "scan_after", postgresql_where=text("scan_after is not null")),
    )

    tenant_id: Key
    id: Key
    version: int
    kind: Words
    name: Words
    media_type: Words
    state: Words
    size: MaybeBig
    sha256: MaybeOctets
    blob: UUID | None
    bare_size: MaybeBig
    bare_sha256: MaybeOctets
    bare_blob: UUID | None
    scan_after: MaybeInstant
    created_at: Instant
    updated_at: Instant
    uploaded_at: MaybeInstant


class DocumentLinkRow(Table, table=True):
    __tablename__ = "document_link"
    __table_args__ = (foreign("tenant_id document_id", "document", cascade=True), Index(None, "object_id"))

    tenant_id: Key
    document_id: Key
    object_kind: KeyWords
    object_id: Key


class DocumentShareRow(Table, table=True):
    __tablename__ = "document_share"
    __table_args__ = (
        foreign("viewer_tenant", "organisation"),
        foreign("owner_tenant document_id", "document"),
        Index(None, "owner_tenant", "document_id"),
        Index(None, "object_id"),
    )

    viewer_tenant: Key
    owner_tenant: Key
    document_id: Key
    why: KeyWords
    object_id: Key
    names_open: bool
    created_at: Instant
