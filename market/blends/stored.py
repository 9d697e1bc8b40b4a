"""Stored blends as they are read: what was proposed, and whether it can still be had, from current data.

As with matches, nothing of a state is stored, so none is ever stale by itself: each share is compared with its lot as
it is now, each step with its processor's offer, and where anything changed the same tonnes are judged again.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from market.blends import queries
from market.blends.across import worded
from market.blends.structs import BlendState, KeptBlend, LotShare, LotShares, SeenTake, StoredBlend, StoredBlends
from market.matches import reading
from market.matches.current import AnyListing, Current
from market.parties.structs import OrganisationKind, Principal
from market.steps.across import coarse_offer, mark, said_offer
from matching.alternatives import Taken, holds
from matching.listings import Lot, Spec
from matching.permits.gate import barred
from matching.upgrading.offer import UpgradeOffer
from specs.kit import paging
from specs.kit.errors import NotFound
from specs.kit.tenancy import Role, Work
from specs.listing import queries as listings
from specs.listing.structs import KG
from specs.lot.service import LOTS
from specs.offer.service import open_among

_KEPT = msgspec.json.Decoder(KeptBlend)


class _Now(msgspec.Struct, frozen=True):
    """The spec as it may match now (None: not at all), and of the offers to all those that are still open, coarse."""

    spec: AnyListing | None
    offers: dict[str, UpgradeOffer]


class Stored:
    """One per API process; every method leaves the work as role engine."""

    def __init__(self, current: Current) -> None:
        self._current = current

    async def of_spec(self, work: Work, principal: Principal, spec: UUID, language: str) -> StoredBlends:
        """What is proposed for one's own spec, best first. Raises NotFound."""
        rows = await queries.of_spec(work, spec)
        kept = [_KEPT.decode(row["content"]) for row in rows]
        now = await self._now(work, principal, spec, kept)
        shown = (self._shown(row, one, now, language) for row, one in zip(rows, kept, strict=True))
        return StoredBlends(items=tuple(shown))

    async def read(self, work: Work, principal: Principal, blend: UUID, language: str) -> StoredBlend:
        """One's own. Raises NotFound."""
        row = await queries.read(work, blend)
        if row is None:
            raise NotFound
        kept = _KEPT.decode(row["content"])
        return self._shown(row, kept, await self._now(work, principal, row["spec_id"], [kept]), language)

    async def of_lot(self, work: Work, lot: UUID, limit: int, cursor: str | None = None) -> LotShares:
        """What blends for open specs would take of one's own lot, newest first. Raises NotFound, InvalidCursor."""
        if await listings.read(work, LOTS.sql, lot) is None:
            raise NotFound
        scope = ("blend_share", work.owner, lot)
        after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
        await work.as_role(Role.ENGINE)
        await self._current.refresh(work.connection)
        rows = await queries.shares(work, lot, after, limit + 1)
        more = paging.onward(work.secret, scope, rows, limit, "blend_id")
        # a spec that may not be found by others is not told of here either
        told = (row for row in rows[:limit] if self._current.find(str(row["spec_id"])) is not None)
        return LotShares(items=tuple(map(_share, told)), next_cursor=more)

    async def _now(self, work: Work, principal: Principal, spec: UUID, kept: Sequence[KeptBlend]) -> _Now:
        """One's own spec as it may match now, and what is still open of the offers behind blends. Raises NotFound."""
        if principal.kind is OrganisationKind.COORDINATOR:
            raise NotFound
        near = await reading.subject(work, principal, self._current, "spec", spec)
        asked = {name for one in kept for name, _ in one.marks if name not in _own(one)}
        offers = await open_among(work, map(UUID, asked)) if asked else {}
        await work.as_role(Role.ENGINE)
        known = self._current.catalogue
        return _Now(near, {n: said_offer(coarse_offer(o.offer), o.firms, known) for n, o in offers.items()})

    def _shown(self, row: Any, kept: KeptBlend, now: _Now, language: str) -> StoredBlend:
        return StoredBlend(
            id=row["id"],
            spec_id=row["spec_id"],
            spec_rev=row["spec_rev"],
            place=row["place"],
            state=self._state(row, kept, now),
            created_at=row["created_at"],
            blend=worded(kept.blend, language, self._current.catalogue),
        )

    def _state(self, row: Any, kept: KeptBlend, now: _Now) -> BlendState:
        near, lots = now.spec, [self._current.find(lot) for lot in row["lots"]]
        if near is None or not isinstance(near.content, Spec):
            return BlendState.IMPOSSIBLE
        arriving = math.fsum(take.tonnes for take in kept.blend.takes)
        if round(arriving * KG) > round(near.content.quantity.tonnes * KG) + len(lots):
            return BlendState.IMPOSSIBLE
        contents: dict[str, Lot] = {}
        for lot, kg in zip(lots, row["kgs"], strict=True):
            if lot is None or not isinstance(lot.content, Lot) or round(lot.content.quantity.tonnes * KG) < kg:
                return BlendState.IMPOSSIBLE
            if barred(near.content, lot.content, self._current.held(near, lot), self._current.catalogue):
                return BlendState.IMPOSSIBLE
            contents[lot.id] = lot.content
        known = now.offers | _own(kept)
        offers = {name: known[name] for name, _ in kept.marks if name in known}
        if len(offers) < len(kept.marks):
            return BlendState.IMPOSSIBLE
        marks = tuple((name, mark(offer)) for name, offer in offers.items())
        revs = [lot.rev for lot in lots if lot is not None]
        same = (near.rev, revs, marks) == (row["spec_rev"], row["revs"], kept.marks)
        if same and self._priced_alike(contents.values(), offers.values(), kept):
            return BlendState.CURRENT
        takes = [_taken(take, contents, offers) for take in kept.blend.takes if str(take.lot) in contents]
        held = holds(near.content, takes, self._current.catalogue, kept.request.wish)
        return BlendState.STALE if held else BlendState.IMPOSSIBLE

    def _priced_alike(self, lots: Iterable[Lot], offers: Iterable[UpgradeOffer], kept: KeptBlend) -> bool:
        """Whether the freight tables that count for its hauls are among those that it was worked out by."""
        known = self._current.catalogue
        before = set(kept.blend.freight or (known.shipped,))
        loaded = [*map(self._current.said, lots), *(offer.location.prefecture for offer in offers)]
        return before.issuperset(known.rated(loaded))


def _own(kept: KeptBlend) -> dict[str, UpgradeOffer]:
    """The offers that the buyer had been made itself."""
    return {offer.id: offer for offer in kept.request.offers}


def _taken(take: SeenTake, lots: dict[str, Lot], offers: dict[str, UpgradeOffer]) -> Taken:
    lot = str(take.lot)
    return Taken(lot, lots[lot], take.tonnes, tuple(offers[step.offer] for step in take.steps))


def _share(row: Any) -> LotShare:
    return LotShare(
        blend_id=row["blend_id"],
        spec_id=row["spec_id"],
        tonnes=row["kg"] / KG,
        lot_rev=row["lot_rev"],
        created_at=row["created_at"],
    )
