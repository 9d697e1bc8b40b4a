"""A lot as it is stored and answered: its assays have identity."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from matching.listings import Lot
from matching.values import Assay
from specs.listing.structs import Revision, Status


class FiledAssay(Assay, frozen=True, kw_only=True):
    """An assay with the id of its row; it keeps the id for as long as nothing of it changes."""

    id: UUID


class FiledLot(Lot, frozen=True, kw_only=True):
    """A lot's stored content: an engine `Lot` whose assays carry ids."""

    assays: tuple[FiledAssay, ...] = ()


class LotListing(FiledLot, frozen=True, kw_only=True):
    """A lot as the wire shows it to its owner; what the marketplace adds is read-only. (Structs inherit once only.)"""

    id: UUID
    rev: int
    status: Status
    remaining_tonnes: float
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    expires_on: date


class LotPage(msgspec.Struct, frozen=True):
    """A page of lots."""

    items: tuple[LotListing, ...]
    next_cursor: str | None


class LotRevision(Revision, frozen=True, kw_only=True):
    """A content that the lot had."""

    content: FiledLot


class LotRevisions(msgspec.Struct, frozen=True):
    """A page of revisions, newest first."""

    items: tuple[LotRevision, ...]
    next_cursor: str | None


def stored(content: bytes | str) -> FiledLot:
    """The content of a lot row, or of one of its revisions."""
    return _DECODER.decode(content)


_DECODER = msgspec.json.Decoder(FiledLot)
