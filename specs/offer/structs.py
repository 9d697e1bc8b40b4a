"""An offer as its owner is answered."""

from datetime import datetime
from uuid import UUID

import msgspec

from matching.evaluation import Flag
from matching.upgrading.claims import Claim
from matching.upgrading.offer import OfferedStep, UpgradeOffer
from specs.listing.structs import Status


class OpenOffer(msgspec.Struct, frozen=True):
    """Another's offer, whole, for reckoning; `firms` are the verified firms that offer its step in its prefecture."""

    offer: UpgradeOffer
    firms: int


class OfferListing(OfferedStep, frozen=True, kw_only=True, omit_defaults=False):
    """What was posted, and what the marketplace adds, which is read-only; `active` until it is `cancelled`.

    `claims` are the yield and the removals beside what was published of them, `flags` what they are to be held for.
    """

    id: UUID
    status: Status
    created_at: datetime
    updated_at: datetime
    claims: tuple[Claim, ...]
    flags: tuple[Flag, ...]


class OfferPage(msgspec.Struct, frozen=True):
    """A page of one's own offers, newest first."""

    items: tuple[OfferListing, ...]
    next_cursor: str | None
