"""A permit as its holder and its coordinator are answered, and a check as it is posted."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from matching.permits.permit import Outcome, Permit
from matching.permits.validity import State
from matching.values import LINES, Value
from specs.listing.structs import Status

Note = Annotated[str, Meta(max_length=1000), LINES]


class Attestation(StrEnum):
    """How far a check went: a copy was seen, the public register agrees, the authority or the site was asked."""

    DOCUMENT = "document"
    REGISTER = "register"
    AUTHORITY = "authority"


class CheckDraft(Value, frozen=True, kw_only=True):
    """What a coordinator found; without a day, today (JST)."""

    outcome: Outcome
    attestation: Attestation
    checked_on: date | None = None
    note: Note | None = None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A check as it is shown to both sides of it."""

    outcome: Outcome
    attestation: Attestation
    checked_on: date
    note: str | None
    checked_at: datetime


class PermitListing(Permit, frozen=True, kw_only=True, omit_defaults=False):
    """What was declared, and what the marketplace adds, which is read-only; `active` until it is `cancelled`.

    `state` and `days_left` are as of today in Japan. `holds_in` is the prefecture that the number or the holder names.
    `documents` are those that their owner has linked to it (`PATCH /v1/documents/{id}`).
    `flag` is `knowledge` where the rule on this kind was not read in its source, `src`.
    """

    id: UUID
    status: Status
    state: State
    days_left: int | None
    holds_in: str | None
    check: Check | None
    documents: tuple[UUID, ...]
    src: str
    flag: str
    created_at: datetime
    updated_at: datetime


class PermitPage(msgspec.Struct, frozen=True):
    """A page of one's own permits, newest first."""

    items: tuple[PermitListing, ...]
    next_cursor: str | None


class OverseenPermit(PermitListing, frozen=True, kw_only=True):
    """A permit of a firm of the jurisdiction."""

    organisation_id: UUID


class OverseenPermits(msgspec.Struct, frozen=True):
    """A page of them."""

    items: tuple[OverseenPermit, ...]
    next_cursor: str | None
