"""The thin match rows: pairs in the top 50 of either side, with the grants that hang on them.

One listing changed; its pairs are ranked again from the index and written so that afterwards

- every pair in the top 50 of its spec or of its lot has a row, with both revisions as they are now;
- no other pair has one;
- both owners of a pair hold a grant on the other side's listing, and owners of no pair hold none of that reason.

Jobs about one material wait for each other (an advisory lock), and look at the data after they have the lock.
So of two listings published at once, the second job sees both.
"""

import asyncpg

from market.matches import ordering, pairs
from market.matches.current import AnyListing, Current, Kind
from market.matches.pairs import FAR, TOP, Judge, Near, Pair, Written
from matching.evaluation import ENGINE
from specs.freight.editions import mark


class Recorder:
    """`record` needs a connection in a transaction as role `capillary_engine`."""

    def __init__(self, current: Current) -> None:
        self._current = current

    async def record(self, connection: asyncpg.Connection, kind: Kind, tenant: str, listing_id: str) -> None:
        """Make the rows of one listing true. Running it again changes nothing."""
        held = await pairs.wait_turn(connection, kind, tenant, listing_id)
        await self._current.refresh(connection)
        listing = self._current.find(listing_id)
        while listing is not None and listing.content.material not in held:
            # it became another material while we waited
            held = await pairs.wait_turn(connection, kind, tenant, listing_id)
            await self._current.refresh(connection)
            listing = self._current.find(listing_id)
        # what counts by the listings that were just read, or the sweeper finds them again
        judge = Judge(ENGINE, self._current.catalogue.version, await mark(connection, self._current.catalogue.version))
        near = Near(kind, tenant, listing_id, listing.rev if listing else None)
        done = await self._store(connection, near, await self._pairs(listing) if listing else [], judge, only=True)
        full = await pairs.full(connection, kind, done.bereft)
        dropped = set(done.gone)
        for far_tenant, far_id in full:
            far = self._current.find(far_id)
            # one that is of another material by now has a job of its own waiting
            if far is not None and far.content.material in held:
                dropped |= await self._refill(connection, Near(FAR[kind], far_tenant, far_id, far.rev), far, judge)
        dropped |= await pairs.prune(connection, FAR[kind], done.stored, 1 + len(full))
        if dropped:
            await pairs.revoke(connection, {listing_id, *dropped})
        if listing is None:
            await pairs.hide(connection, listing_id)
            await pairs.outlived(connection, near)
        await pairs.note(connection, near, judge)

    async def _refill(self, connection: asyncpg.Connection, near: Near, listing: AnyListing, judge: Judge) -> set[str]:
        """A pair fell out of a full top: the one that moves up may never have been stored. Ids of pairs dropped."""
        done = await self._store(connection, near, await self._pairs(listing, TOP), judge, only=False)
        dropped = await pairs.prune(connection, FAR[near.kind], done.stored, 1)
        return dropped | await pairs.prune(connection, near.kind, [near.id], len(done.stored))

    async def _store(
        self, connection: asyncpg.Connection, near: Near, found: list[Pair], judge: Judge, *, only: bool
    ) -> Written:
        done = await pairs.store(connection, near, found, judge, only=only)
        await pairs.grant(connection, near, done.stored)
        return done

    async def _pairs(self, listing: AnyListing, most: int | None = None) -> list[Pair]:
        """All or `most` matches of an open listing, best first; of many lots only these are evaluated."""
        found = []
        ranking = await ordering.page(self._current, listing, None, most, near_misses=False)
        for place, (one, other) in enumerate(ranking, 1):
            judged = one.evaluation
            chance = judged.conformance_probability
            priced = " ".join(judged.freight)
            found.append(Pair(other.owner, one.id, other.rev, judged.verdict, chance, judged.score, place, priced))
        return found
