"""The listing whose matches are read: one's own, or, for a coordinator, one of its jurisdiction; that is audited."""

from typing import Any
from uuid import UUID

from market.console.reading import decoded
from market.console.visit import Visit
from market.http.overseen import OverseenLot, OverseenSpec
from market.parties import listings
from market.parties.structs import OrganisationKind as Kind
from specs.kit.tenancy import Work
from specs.listing.service import Listings
from specs.lot.service import LOTS
from specs.lot.structs import LotListing
from specs.spec.service import SPECS
from specs.spec.structs import SpecListing


def own(visit: Visit) -> bool:
    """Whether one's own listings are all that one may look at like this, and may act on."""
    return visit.principal.kind is not Kind.COORDINATOR


async def spec(work: Work, visit: Visit, listing: UUID) -> SpecListing:
    """Raises NotFound."""
    return decoded(await _read(work, visit, SPECS, listing), SpecListing if own(visit) else OverseenSpec)


async def lot(work: Work, visit: Visit, listing: UUID) -> LotListing:
    """Raises NotFound."""
    return decoded(await _read(work, visit, LOTS, listing), LotListing if own(visit) else OverseenLot)


async def _read(work: Work, visit: Visit, service: Listings[Any], listing: UUID) -> Any:
    if own(visit):
        return await service.read(work, listing)
    return await listings.read(work, visit.principal, service, listing)
