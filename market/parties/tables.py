"""Organisations, their people and keys, what a coordinator oversees, and who was shown what."""

from uuid import UUID

from sqlalchemy import Index, UniqueConstraint

from specs.kit.table import (
    Instant,
    Key,
    KeyWords,
    MaybeInstant,
    MaybeWords,
    Octets,
    Table,
    WordList,
    Words,
    foreign,
)


class OrganisationRow(Table, table=True):
    __tablename__ = "organisation"
    __table_args__ = (foreign("verified_by", "organisation"),)

    id: Key
    kind: Words
    name: Words
    prefecture: MaybeWords
    verified_at: MaybeInstant
    verified_by: UUID | None
    version: int
    created_at: Instant


class JurisdictionRow(Table, table=True):
    __tablename__ = "jurisdiction"
    __table_args__ = (foreign("tenant_id", "organisation"), foreign("member_id", "organisation"))

    tenant_id: Key
    id: Key
    everything: bool
    prefecture: MaybeWords
    member_id: UUID | None


class AppUserRow(Table, table=True):
    __tablename__ = "app_user"
    __table_args__ = (
        foreign("tenant_id", "organisation"),
        foreign("person_id", "person"),
        UniqueConstraint("tenant_id", "email"),
        UniqueConstraint("tenant_id", "person_id"),
        Index(None, "person_id"),
    )

    tenant_id: Key
    id: Key
    email: Words
    name: Words
    role: Words
    created_at: Instant
    disabled_at: MaybeInstant
    person_id: UUID | None


class ApiKeyRow(Table, table=True):
    __tablename__ = "api_key"
    __table_args__ = (
        foreign("tenant_id", "organisation"),
        foreign("tenant_id user_id", "app_user"),
        Index(None, "digest"),
    )

    tenant_id: Key
    id: Key
    user_id: UUID | None
    name: Words
    prefix: Words
    digest: Octets
    scopes: WordList
    created_at: Instant
    revoked_at: MaybeInstant
    last_used_at: MaybeInstant


class AccessGrantRow(Table, table=True):
    __tablename__ = "access_grant"
    __table_args__ = (
        foreign("viewer_tenant", "organisation"),
        foreign("owner_tenant", "organisation"),
        Index(None, "object_id"),
    )

    viewer_tenant: Key
    object_kind: KeyWords
    object_id: Key
    owner_tenant: UUID
    why: KeyWords
    created_at: Instant
