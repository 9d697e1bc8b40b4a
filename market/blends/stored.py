"""Stored blends as they are read: what was proposed, and whether it can still be had, from current data.

As with matches, nothing of a state is stored, so none is ever stale by itself: each share is compared with its lot as
it is now, and where anything changed the same tonnes are judged again.
"""

from typing import Any
from uuid import UUID

import msgspec

from market.blends import queries
from market.blends.across import worded
from market.blends.structs import BlendState, KeptBlend, LotShare, LotShares, StoredBlend, StoredBlends
from market.matches import reading
from market.matches.current import AnyListing, Current
from market.parties.structs import OrganisationKind, Principal
from matching.alternatives import Taken, holds
from matching.listings import Lot, Spec
from matching.permits.gate import barred
from specs.kit import paging
from specs.kit.errors import NotFound
from specs.kit.tenancy import Role, Work
from specs.listing import queries as listings
from specs.listing.structs import KG
from specs.lot.service import LOTS

_KEPT = msgspec.json.Decoder(KeptBlend)


class Stored:
    """One per API process; every method leaves the work as role engine."""

    def __init__(self, current: Current) -> None:
        self._current = current

    async def of_spec(self, work: Work, principal: Principal, spec: UUID, language: str) -> StoredBlends:
        """What is proposed for one's own spec, best first. Raises NotFound."""
        rows = await queries.of_spec(work, spec)
        near = await self._spec(work, principal, spec)
        return StoredBlends(items=tuple(self._shown(row, near, language) for row in rows))

    async def read(self, work: Work, principal: Principal, blend: UUID, language: str) -> StoredBlend:
        """One's own. Raises NotFound."""
        row = await queries.read(work, blend)
        if row is None:
            raise NotFound
        return self._shown(row, await self._spec(work, principal, row["spec_id"]), language)

    async def of_lot(self, work: Work, lot: UUID, limit: int, cursor: str | None = None) -> LotShares:
        """What blends for open specs would take of one's own lot, newest first. Raises NotFound, InvalidCursor."""
        if await listings.read(work, LOTS.sql, lot) is None:
            raise NotFound
        scope = ("blend_share", work.owner, lot)
        after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
        await work.as_role(Role.ENGINE)
        await self._current.refresh(work.connection)
        rows = await queries.shares(work, lot, after, limit + 1)
        more = paging.sign(work.secret, scope, rows[limit - 1]["blend_id"]) if len(rows) > limit else None
        # a spec that may not be found by others is not told of here either
        told = (row for row in rows[:limit] if self._current.find(str(row["spec_id"])) is not None)
        return LotShares(items=tuple(map(_share, told)), next_cursor=more)

    async def _spec(self, work: Work, principal: Principal, spec: UUID) -> AnyListing | None:
        """One's own spec as it may match now. Raises NotFound."""
        if principal.kind is OrganisationKind.COORDINATOR:
            raise NotFound
        return await reading.subject(work, principal, self._current, "spec", spec)

    def _shown(self, row: Any, near: AnyListing | None, language: str) -> StoredBlend:
        kept = _KEPT.decode(row["content"])
        return StoredBlend(
            id=row["id"],
            spec_id=row["spec_id"],
            spec_rev=row["spec_rev"],
            place=row["place"],
            state=self._state(row, kept, near),
            created_at=row["created_at"],
            blend=worded(kept.blend, language, self._current.catalogue),
        )

    def _state(self, row: Any, kept: KeptBlend, near: AnyListing | None) -> BlendState:
        lots = [self._current.find(lot) for lot in row["lots"]]
        if near is None or not isinstance(near.content, Spec):
            return BlendState.IMPOSSIBLE
        if sum(row["kgs"]) > round(near.content.quantity.tonnes * KG) + len(lots):
            return BlendState.IMPOSSIBLE
        takes = []
        for lot, kg in zip(lots, row["kgs"], strict=True):
            if lot is None or not isinstance(lot.content, Lot) or round(lot.content.quantity.tonnes * KG) < kg:
                return BlendState.IMPOSSIBLE
            if barred(near.content, lot.content, self._current.held(near, lot), self._current.catalogue):
                return BlendState.IMPOSSIBLE
            takes.append(Taken(lot.id, lot.content, kg / KG))
        revs = [lot.rev for lot in lots if lot is not None]
        if (near.rev, revs) == (row["spec_rev"], row["revs"]) and self._priced_alike(takes, kept):
            return BlendState.CURRENT
        held = holds(near.content, takes, self._current.catalogue, kept.request.wish)
        return BlendState.STALE if held else BlendState.IMPOSSIBLE

    def _priced_alike(self, takes: list[Taken], kept: KeptBlend) -> bool:
        """Whether the freight tables that count for its lots are among those that it was worked out by."""
        known = self._current.catalogue
        before = set(kept.blend.freight or (known.shipped,))
        return before.issuperset(known.rated(self._current.said(take.lot) for take in takes))


def _share(row: Any) -> LotShare:
    return LotShare(
        blend_id=row["blend_id"],
        spec_id=row["spec_id"],
        tonnes=row["kg"] / KG,
        lot_rev=row["lot_rev"],
        created_at=row["created_at"],
    )
