"""An offer as its owner is answered."""

from datetime import datetime
from uuid import UUID

import msgspec

from matching.upgrading.offer import OfferedStep
from specs.listing.structs import Status


class OfferListing(OfferedStep, frozen=True, kw_only=True, omit_defaults=False):
    """What was posted, and what the marketplace adds, which is read-only; `active` until it is `cancelled`."""

    id: UUID
    status: Status
    created_at: datetime
    updated_at: datetime


class OfferPage(msgspec.Struct, frozen=True):
    """A page of one's own offers, newest first."""

    items: tuple[OfferListing, ...]
    next_cursor: str | None
