"""People who sign in: who they are, where they are signed in, the links they were handed, and who tried how often."""

from uuid import UUID

from sqlalchemy import Index, UniqueConstraint

from specs.kit.table import (
    Big,
    Instant,
    Key,
    KeyOctets,
    MaybeInstant,
    MaybeOctets,
    MaybeWords,
    Octets,
    OctetsList,
    Table,
    Words,
    foreign,
)


class PersonRow(Table, table=True):
    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("email"),)

    id: Key
    email: Words
    name: Words
    language: MaybeWords
    password_hash: MaybeWords
    totp_secret: MaybeOctets
    totp_confirmed_at: MaybeInstant
    totp_counter: Big
    recovery: OctetsList
    created_at: Instant


class ConsoleSessionRow(Table, table=True):
    __tablename__ = "console_session"
    __table_args__ = (
        foreign("person_id", "person"),
        foreign("tenant_id user_id", "app_user"),
        Index(None, "digest", unique=True),
        Index(None, "person_id"),
        Index(None, "expires_at"),
    )

    id: Key
    person_id: UUID
    tenant_id: UUID
    user_id: UUID
    digest: Octets
    created_at: Instant
    last_seen_at: Instant
    expires_at: Instant
    second_factor_at: MaybeInstant
    user_agent: Words


class SignInLinkRow(Table, table=True):
    __tablename__ = "sign_in_link"
    __table_args__ = (
        foreign("tenant_id user_id", "app_user"),
        Index(None, "digest", unique=True),
        Index(None, "expires_at"),
    )

    tenant_id: Key
    id: Key
    user_id: UUID
    purpose: Words
    digest: Octets
    created_at: Instant
    expires_at: Instant
    used_at: MaybeInstant


class SignInAttemptRow(Table, table=True):
    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "last_at"),)

    key: KeyOctets
    failed: int
    last_at: Instant
    locked_until: MaybeInstant
