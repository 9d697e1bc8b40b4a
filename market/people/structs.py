"""People who sign in, as the console knows them."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from market.parties.structs import OrganisationKind, Principal, UserRole

Language = Literal["en", "ja"]


class LinkPurpose(StrEnum):
    """What the button behind a one-time link does."""

    INVITATION = "invitation"
    RESET = "reset"
    SIGN_IN = "sign_in"


class Standing(StrEnum):
    """What a session still lacks: nothing, the code of the second factor, or a second factor at all."""

    OPEN = "open"
    CODE = "code"
    ENROL = "enrol"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A person at one browser, acting for one organisation. `principal` may act only while it stands open."""

    id: UUID
    person: UUID
    email: str
    name: str
    language: Language | None
    organisation: str
    standing: Standing
    principal: Principal
    created_at: datetime
    expires_at: datetime
    form_token: str

    @property
    def key(self) -> UUID:
        """By which the process forgets it."""
        return self.id


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """One organisation that a person may act for, and as whom."""

    tenant: UUID
    user: UUID
    organisation: str
    kind: OrganisationKind
    role: UserRole


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time link that still works: to whom it was given, and what for. `person` is None before they first came."""

    tenant: UUID
    id: UUID
    user: UUID
    purpose: LinkPurpose
    expires_at: datetime
    person: UUID | None
    email: str
    name: str
    organisation: str


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands at the door: where from, with which browser, and with which session's token until now.

    `browser` is what it keeps of a former sign-in, as it says.
    """

    address: str
    agent: str = ""
    token: str | None = None
    browser: str | None = None
    request_id: str | None = None
