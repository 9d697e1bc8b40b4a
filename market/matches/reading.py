"""One page of a listing's ranking, for those who may read it."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from market.matches import ordering, queries
from market.matches.current import AnyListing, Current, Kind, listed
from market.matches.errors import NotOpen
from market.matches.pairs import FAR
from market.parties.structs import OrganisationKind, Principal
from matching.columns import Listing
from matching.listings import Lot, Spec
from matching.ranking import MatchKey, NearKey, Ranked
from matching.reference import Catalogue
from matching.values import Visibility
from specs.kit import audit, paging
from specs.kit.errors import NotFound
from specs.kit.tenancy import Role, Work
from specs.listing import queries as listings
from specs.listing.service import Listings
from specs.listing.structs import Status
from specs.lot.seen import LotSeen, lot_seen
from specs.lot.service import LOTS
from specs.spec.service import SPECS

_SERVICES: Final[dict[Kind, Listings[Any]]] = {"spec": SPECS, "lot": LOTS}


class Asked(msgspec.Struct, frozen=True):
    """Which page of whose ranking."""

    kind: Kind
    id: UUID
    near_misses: bool = False
    limit: int = 50
    cursor: str | None = None


class Shown(msgspec.Struct, frozen=True):
    """The far listings of a page, with how many firms stand behind each one's prefecture."""

    items: list[tuple[Ranked, AnyListing, int]]
    next_cursor: str | None


async def subject(work: Work, principal: Principal, current: Current, kind: Kind, listing: UUID) -> AnyListing | None:
    """The listing as it may match now, None where it may not. Afterwards the work goes on as role engine.

    Raises NotFound unless it is the caller's own, or lies in the jurisdiction of a coordinator (audited).
    """
    service = _SERVICES[kind]
    row = await listings.read(work, service.sql, listing)
    own = row is not None
    if row is None and principal.kind is OrganisationKind.COORDINATOR:
        await work.as_role(Role.COORDINATOR)
        row = await listings.elsewhere(work, service.sql, listing)
        if row is not None:
            await audit.record(work, "read_matches", kind, listing, row["rev"])
    if row is None:
        raise NotFound
    await work.as_role(Role.ENGINE)
    await current.refresh(work.connection)
    found = current.find(str(listing))
    if found is not None or not own or not principal.verified or row["status"] != Status.ACTIVE:
        return found
    content = service.kind.decode(row["content"])
    if content.visibility is not Visibility.PRIVATE:
        return None
    # a private listing is found by no one, yet its owner may look
    return current.as_remaining(listed(str(listing), str(work.owner), row["rev"], content))


async def own_spec(work: Work, principal: Principal, current: Current, spec: UUID) -> Listing[Spec]:
    """The caller's own spec as it may match now. Goes on as role engine. Raises NotFound, NotOpen."""
    near = await _own(work, principal, current, "spec", spec)
    found = ordering.as_spec(near)
    if found is None:
        raise NotOpen
    return found


async def own_lot(work: Work, principal: Principal, current: Current, lot: UUID) -> Listing[Lot]:
    """The caller's own lot as it may match now. Goes on as role engine. Raises NotFound, NotOpen."""
    near = await _own(work, principal, current, "lot", lot)
    if not isinstance(near.content, Lot):
        raise NotOpen
    return Listing(near.id, near.owner, near.rev, near.content)


async def _own(work: Work, principal: Principal, current: Current, kind: Kind, listing: UUID) -> AnyListing:
    if principal.kind is OrganisationKind.COORDINATOR:
        raise NotFound
    near = await subject(work, principal, current, kind, listing)
    if near is None:
        raise NotOpen
    return near


async def page(work: Work, principal: Principal, current: Current, asked: Asked) -> Shown:
    """Best first; what is shown may be read again. Raises NotFound, InvalidCursor."""
    near = await subject(work, principal, current, asked.kind, asked.id)
    scope = ("matches", work.owner, asked.kind, asked.id, asked.near_misses)
    last = _last(work, scope, asked)
    # one more than is shown says whether there are more
    most = asked.limit + 1
    rest = await ordering.page(current, near, last, most, near_misses=asked.near_misses) if near else []
    found = rest[: asked.limit]
    key = ordering.key_of(near_misses=asked.near_misses)
    more = paging.sign(work.secret, scope, key(found[-1][0])) if len(rest) > len(found) else None
    if not found or near is None:
        return Shown([], more)
    far_kind = FAR[asked.kind]
    firms = await queries.firms(work.connection, far_kind, near.content.material, [_prefecture(f) for _, f in found])
    if principal.kind is not OrganisationKind.COORDINATOR:
        await queries.serve(work.connection, work.owner, far_kind, [far for _, far in found])
    return Shown([(one, far, firms[_prefecture(far)]) for one, far in found], more)


async def lots_seen(work: Work, found: Sequence[AnyListing], catalogue: Catalogue) -> dict[UUID, LotSeen]:
    """Redacted, by id; one query for each material. As the engine."""
    firms: dict[tuple[str, str], int] = {}
    for material in sorted({far.content.material for far in found}):
        here = [_prefecture(far) for far in found if far.content.material == material]
        counted = await queries.firms(work.connection, "lot", material, here)
        firms |= {(material, prefecture): count for prefecture, count in counted.items()}
    return {
        UUID(far.id): lot_seen(
            UUID(far.id),
            far.content,
            far.content.quantity.tonnes,
            firms[far.content.material, _prefecture(far)],
            catalogue,
        )
        for far in found
        if isinstance(far.content, Lot)
    }


def _last(work: Work, scope: tuple[object, ...], asked: Asked) -> Any:
    """The key of the last one shown, None on the first page: the cursor holds its place, wherever that stands now."""
    if asked.cursor is None:
        return None
    shape: Any = NearKey if asked.near_misses else MatchKey
    return paging.read(work.secret, scope, asked.cursor, shape)


def _prefecture(listing: AnyListing) -> str:
    content = listing.content
    return (content.delivery.location if isinstance(content, Spec) else content.location).prefecture
