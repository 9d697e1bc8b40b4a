"""Who takes part: organisations, people, keys, and the caller of a request."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Email = Annotated[str, Meta(min_length=3, max_length=254)]
PrefectureCode = Annotated[str, Meta(pattern="^JP-[0-9]{2}$", max_length=5)]


class OrganisationKind(StrEnum):
    """What a party does."""

    MANUFACTURER = "manufacturer"
    RECYCLER = "recycler"
    PROCESSOR = "processor"
    LABORATORY = "laboratory"
    COORDINATOR = "coordinator"


class UserRole(StrEnum):
    """What a person may do inside the organisation."""

    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


class Scope(StrEnum):
    """What a key may do, within what its organisation's kind may."""

    LISTINGS_READ = "listings:read"
    LISTINGS_WRITE = "listings:write"
    MATCHES_READ = "matches:read"
    EVALUATIONS_WRITE = "evaluations:write"
    KEYS_WRITE = "keys:write"
    ADVICE_WRITE = "advice:write"
    BLENDS_WRITE = "blends:write"
    UPGRADES_WRITE = "upgrades:write"
    ALLOCATIONS_READ = "allocations:read"
    ALLOCATIONS_WRITE = "allocations:write"
    INVESTMENTS_READ = "investments:read"
    INVESTMENTS_WRITE = "investments:write"
    SITINGS_WRITE = "sitings:write"
    DEALS_READ = "deals:read"
    DEALS_WRITE = "deals:write"
    TENDERS_READ = "tenders:read"
    TENDERS_WRITE = "tenders:write"
    DOCUMENTS_READ = "documents:read"
    DOCUMENTS_WRITE = "documents:write"
    PERMITS_READ = "permits:read"
    PERMITS_WRITE = "permits:write"
    PERMITS_CHECK = "permits:check"
    FREIGHT_WRITE = "freight:write"
    SAMPLES_WRITE = "samples:write"
    JOBS_READ = "jobs:read"
    JOBS_WRITE = "jobs:write"
    BALANCE_READ = "balance:read"
    NOTICES_READ = "notices:read"
    NOTICES_WRITE = "notices:write"
    ORGANISATIONS_READ = "organisations:read"
    ORGANISATIONS_WRITE = "organisations:write"


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """The caller: one key of one organisation, perhaps bound to a person; `scopes` are what it may do in all."""

    tenant: UUID
    kind: OrganisationKind
    verified: bool
    key: UUID
    user: UUID | None = None
    role: UserRole | None = None
    scopes: frozenset[Scope]

    @property
    def actor(self) -> UUID:
        """What the audit trail names: the person where there is one, else the key."""
        return self.user or self.key


class Posted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends."""


class OrganisationDraft(Posted, frozen=True, kw_only=True):
    """A party to be; a coordinator's jurisdiction is given apart."""

    kind: OrganisationKind
    name: Name
    prefecture: PrefectureCode | None = None


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """A party as it is shown to itself, or to a coordinator whose jurisdiction it lies in."""

    id: UUID
    kind: OrganisationKind
    name: str
    prefecture: str | None
    verified_at: datetime | None
    created_at: datetime


class OrganisationPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of organisations."""

    items: tuple[Organisation, ...]
    next_cursor: str | None


class Laboratory(msgspec.Struct, frozen=True, kw_only=True):
    """A verified laboratory, which measures for whoever asks it."""

    id: UUID
    name: str
    prefecture: str | None


class LaboratoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of laboratories."""

    items: tuple[Laboratory, ...]
    next_cursor: str | None


class Jurisdiction(Posted, frozen=True, kw_only=True):
    """What a coordinator oversees: everything, or prefectures and a programme's members."""

    everything: bool = False
    prefectures: tuple[PrefectureCode, ...] = ()
    members: tuple[UUID, ...] = ()


class UserDraft(Posted, frozen=True, kw_only=True):
    """A person of the caller's organisation."""

    email: Email
    name: Name
    role: UserRole = UserRole.MEMBER


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person as their own organisation sees them."""

    id: UUID
    email: str
    name: str
    role: UserRole
    created_at: datetime
    disabled_at: datetime | None


class UserPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of people."""

    items: tuple[User, ...]
    next_cursor: str | None


class ApiKeyDraft(Posted, frozen=True, kw_only=True):
    """A key to be; without scopes it gets all that the organisation's kind may have."""

    name: Name
    scopes: Annotated[tuple[Scope, ...], Meta(max_length=40)] = ()
    user_id: UUID | None = None


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it is listed: never the secret."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[Scope, ...]
    user_id: UUID | None
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


class IssuedApiKey(ApiKey, frozen=True, kw_only=True):
    """A key at the one moment when its secret is shown."""

    api_key: str


class ApiKeyPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of keys."""

    items: tuple[ApiKey, ...]
    next_cursor: str | None


class NewOrganisation(msgspec.Struct, frozen=True, kw_only=True):
    """What `create-organisation` prints: the one time that the key is shown."""

    id: UUID
    kind: OrganisationKind
    name: str
    verified: bool
    api_key: str
