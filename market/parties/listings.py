"""Reading listings as whoever asks: the owner, a coordinator of the place, or a matched counterparty."""

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

from market.parties.structs import OrganisationKind, Principal
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from specs.catalogue.loader import catalogue
from specs.kit import audit, wire
from specs.kit.errors import NotFound
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Database, Role, Work
from specs.listing import queries, representation
from specs.listing.service import Listings
from specs.listing.structs import KG, Filters
from specs.lot.seen import lot_seen
from specs.spec.seen import spec_seen

SEEN: dict[str, Callable[[UUID, Any, float, int, Catalogue], Any]] = {"spec": spec_seen, "lot": lot_seen}


async def read(work: Work, principal: Principal, listings: Listings[Spec] | Listings[Lot], listing: UUID) -> Answer:
    """One listing, redacted for this caller. Raises NotFound, the same for what is hidden and what is not there."""
    own = await queries.read(work, listings.sql, listing)
    if own is not None:
        return Answer(id=own["id"], rev=own["rev"], version=own["version"], body=representation.of_row(own))
    if principal.kind is OrganisationKind.COORDINATOR:
        return await _overseen(work, listings, listing)
    return await _matched(work, listings, listing)


async def look(
    database: Database,
    opened: AbstractAsyncContextManager[Work],
    principal: Principal,
    listings: Listings[Spec] | Listings[Lot],
    listing: UUID,
) -> Answer:
    """As `read`, but the owner needs one round trip; for everyone else the unit of work is opened. Raises NotFound."""
    own = await queries.own(database, listings.sql, principal.tenant, listing)
    if own is not None:
        return Answer(id=own["id"], rev=own["rev"], version=own["version"], body=representation.of_row(own))
    async with opened as work:
        return await read(work, principal, listings, listing)


async def page(  # noqa: PLR0917 - the whole question of a list
    work: Work,
    principal: Principal,
    listings: Listings[Spec] | Listings[Lot],
    filters: Filters,
    limit: int,
    cursor: str | None = None,
) -> bytes:
    """The caller's own listings; a coordinator's page is what its jurisdiction published, and is audited."""
    if principal.kind is not OrganisationKind.COORDINATOR:
        return await listings.page(work, filters, limit, cursor)
    await work.as_role(Role.COORDINATOR)
    body = await listings.page(work, filters, limit, cursor, overseen=True)
    await audit.record(work, "oversee", listings.sql.table, None, filters=filters, limit=limit)
    return body


async def overseen(work: Work, listings: Listings[Spec] | Listings[Lot], wanted: Collection[UUID]) -> frozenset[UUID]:
    """Those of them that a coordinator may look into: no more than that, so nothing is audited."""
    await work.as_role(Role.COORDINATOR)
    return frozenset(await queries.seen(work, listings.sql, list(wanted)))


async def _overseen(work: Work, listings: Listings[Any], listing: UUID) -> Answer:
    await work.as_role(Role.COORDINATOR)
    row = await queries.elsewhere(work, listings.sql, listing)
    if row is None:
        raise NotFound
    await audit.record(work, "oversee", listings.sql.table, listing, row["rev"], owner=row["tenant_id"])
    body = representation.of_row(row, row["tenant_id"])
    return Answer(id=row["id"], rev=row["rev"], version=row["version"], body=body)


async def _matched(work: Work, listings: Listings[Any], listing: UUID) -> Answer:
    await work.as_role(Role.COUNTERPARTY)
    row = await queries.elsewhere(work, listings.sql, listing)
    if row is None:
        raise NotFound
    content = listings.kind.decode(row["content"])
    seen = SEEN[listings.sql.table](row["id"], content, row["remaining_kg"] / KG, row["firms"], catalogue())
    return Answer(id=row["id"], rev=row["rev"], version=row["version"], body=wire.encode(seen), redacted=True)
