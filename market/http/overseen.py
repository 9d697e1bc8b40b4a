"""What a coordinator is answered: a listing whole, and whose it is."""

from uuid import UUID

import msgspec

from specs.lot.structs import LotListing
from specs.spec.structs import SpecListing


class OverseenSpec(SpecListing, frozen=True, kw_only=True):
    """A spec of the jurisdiction."""

    organisation_id: UUID


class OverseenSpecs(msgspec.Struct, frozen=True):
    """A page of them."""

    items: tuple[OverseenSpec, ...]
    next_cursor: str | None


class OverseenLot(LotListing, frozen=True, kw_only=True):
    """A lot of the jurisdiction."""

    organisation_id: UUID


class OverseenLots(msgspec.Struct, frozen=True):
    """A page of them."""

    items: tuple[OverseenLot, ...]
    next_cursor: str | None
