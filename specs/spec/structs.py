"""A spec as it is answered: what was posted, and what the marketplace adds."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from matching.listings import Spec
from specs.listing.structs import Revision, Status


class SpecListing(Spec, frozen=True, kw_only=True):
    """A spec as the wire shows it to its owner; what the marketplace adds is read-only. (Structs inherit once only.)"""

    id: UUID
    rev: int
    status: Status
    remaining_tonnes: float
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    expires_on: date


class SpecPage(msgspec.Struct, frozen=True):
    """A page of specs."""

    items: tuple[SpecListing, ...]
    next_cursor: str | None


class SpecRevision(Revision, frozen=True, kw_only=True):
    """A content that the spec had."""

    content: Spec


class SpecRevisions(msgspec.Struct, frozen=True):
    """A page of revisions, newest first."""

    items: tuple[SpecRevision, ...]
    next_cursor: str | None


def stored(content: bytes | str) -> Spec:
    """The content of a spec row, or of one of its revisions."""
    return DECODER.decode(content)


DECODER = msgspec.json.Decoder(Spec)
