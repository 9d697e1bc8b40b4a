"""A listing as JSON bytes: what the marketplace adds, then the stored content as it stands."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from specs.kit import wire
from specs.listing.structs import KG


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What the marketplace adds, in the order in which it is written."""

    id: UUID
    organisation_id: UUID | msgspec.UnsetType = msgspec.UNSET
    rev: int
    status: str
    remaining_tonnes: float
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    expires_on: date


class RevisionHead(msgspec.Struct, frozen=True):
    """When a content was written."""

    id: UUID
    rev: int
    created_at: datetime


def representation(head: Head, content: str) -> bytes:
    """One JSON object of both; the content is a JSON object too, and never empty."""
    return wire.encode(head)[:-1] + b"," + content[1:].encode()


def of_row(row: Mapping[str, Any], organisation: UUID | msgspec.UnsetType = msgspec.UNSET) -> bytes:
    """From a row of `statements.SEEN`; `organisation` is told to coordinators only."""
    head = Head(
        id=row["id"],
        organisation_id=organisation,
        rev=row["rev"],
        status=row["status"],
        remaining_tonnes=row["remaining_kg"] / KG,
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        published_at=row["published_at"],
        expires_on=row["window_until"],
    )
    return representation(head, row["content"])


def revision(row: Mapping[str, Any]) -> bytes:
    """One revision: when it was written, and its content under `content`."""
    head = RevisionHead(row["id"], row["rev"], row["created_at"])
    content: str = row["content"]
    return wire.encode(head)[:-1] + b',"content":' + content.encode() + b"}"


def page(items: list[bytes], next_cursor: str | None) -> bytes:
    """The list envelope; cursors are URL-safe text."""
    cursor = f'"{next_cursor}"' if next_cursor else "null"
    return b'{"items":[' + b",".join(items) + f'],"next_cursor":{cursor}}}'.encode()
