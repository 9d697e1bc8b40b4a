"""Matches as they are read: ranked from current data, so never stale.

An owner sees the matches of its own listing; a coordinator those of a listing in its jurisdiction, audited.
The other side is redacted, judged in bands, and opened to the reader by a grant. A listing that is not active,
or whose owner no coordinator has verified, has no matches: an empty page.
"""

import asyncio
from collections.abc import Collection
from typing import Final
from uuid import UUID

from market.matches import ordering, reading
from market.matches.across import told_to_seller
from market.matches.current import Current, Kind
from market.matches.errors import NotOpen
from market.matches.reading import Asked
from market.matches.structs import MatchedLot, MatchedLots, MatchedSpec, MatchedSpecs, NextTest, NextTests, Tally
from market.parties.structs import Principal
from market.runs.posted import Opened
from matching.counting import Count, count
from matching.evaluation import Params
from matching.explain import explain, render
from matching.faults import spec_faults
from matching.listings import Lot, Spec
from matching.next_test import next_best_tests
from specs.kit.errors import Invalid
from specs.kit.tenancy import Role, Work
from specs.lot.seen import LotSeen, lot_seen
from specs.spec.seen import spec_seen

_MOST_TESTS: Final = 20
# lots that are judged for one count; more are judged in part
_MOST_COUNTED: Final = 400


class Matches:
    """One per process; every method takes a unit of work in the caller's tenant and leaves it as role engine."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self._catalogue = current.catalogue
        # a count holds the interpreter: the others wait for it, and so does nobody else for long
        self._one_count = asyncio.Lock()

    async def of_spec(
        self,
        work: Work,
        principal: Principal,
        spec: UUID,
        *,
        near_misses: bool = False,
        limit: int = 50,
        cursor: str | None = None,
        language: str = "en",
    ) -> MatchedLots:
        """Lots for a spec: its matches, or instead its near misses. Raises NotFound, InvalidCursor."""
        asked = Asked("spec", spec, near_misses, limit, cursor)
        page = await reading.page(work, principal, self._current, asked)
        items = tuple(
            MatchedLot(
                lot=lot_seen(UUID(far.id), far.content, far.content.quantity.tonnes, firms, self._catalogue),
                evaluation=explain(one.evaluation, language, self._catalogue),
            )
            for one, far, firms in page.items
            if isinstance(far.content, Lot)
        )
        return MatchedLots(items=items, next_cursor=page.next_cursor)

    async def lots(self, work: Work, lots: Collection[UUID]) -> dict[UUID, LotSeen]:
        """Lots that the caller was shown already, in a blend say, redacted; those that are no longer open are missing.

        Goes on as role engine.
        """
        await work.as_role(Role.ENGINE)
        await self._current.refresh(work.connection)
        found = [
            far for lot in lots if (far := self._current.find(str(lot))) is not None and isinstance(far.content, Lot)
        ]
        return await reading.lots_seen(work, found, self._catalogue)

    async def of_lot(
        self,
        work: Work,
        principal: Principal,
        lot: UUID,
        *,
        near_misses: bool = False,
        limit: int = 50,
        cursor: str | None = None,
        language: str = "en",
    ) -> MatchedSpecs:
        """Specs for a lot: its matches, or instead its near misses. Raises NotFound, InvalidCursor."""
        asked = Asked("lot", lot, near_misses, limit, cursor)
        page = await reading.page(work, principal, self._current, asked)
        items = tuple(
            MatchedSpec(
                spec=spec_seen(UUID(far.id), far.content, far.content.quantity.tonnes, firms, self._catalogue),
                evaluation=explain(told_to_seller(one.evaluation), language, self._catalogue),
            )
            for one, far, firms in page.items
            if isinstance(far.content, Spec)
        )
        return MatchedSpecs(items=items, next_cursor=page.next_cursor)

    async def tally(self, work: Work, principal: Principal, kind: Kind, listing: UUID) -> Tally:
        """How long both lists of a listing are. Raises NotFound."""
        near = await reading.subject(work, principal, self._current, kind, listing)
        if near is None:
            return Tally(0, 0)
        return Tally(*await ordering.numbers(self._current, near))

    async def count(self, opened: Opened, principal: Principal, spec: Spec) -> Count:
        """How much of what others offer a spec would get that nobody has published; nothing is stored or opened.

        Worked out in a thread, outside of any transaction. Raises Invalid, NotOpen for an organisation that nobody
        has verified: it would have no matches either.
        """
        faults = spec_faults(spec, self._catalogue)
        if faults:
            raise Invalid(faults=faults)
        if not principal.verified:
            raise NotOpen
        async with opened() as work:
            await work.as_role(Role.ENGINE)
            await self._current.refresh(work.connection)
            parts, offered = self._current.offered(str(work.owner), spec, _MOST_COUNTED)
        async with self._one_count:
            return await asyncio.to_thread(count, spec, parts, offered, self._current.catalogue)

    async def next_tests(self, work: Work, principal: Principal, lot: UUID, *, language: str = "en") -> NextTests:
        """Which single assay would settle the most tonnes of open specs. Raises NotFound."""
        near = await reading.subject(work, principal, self._current, "lot", lot)
        ranked = self._current.ranked(near, near_misses=False) if near else []
        pairs = []
        for one in ranked:
            far = self._current.find(one.id)
            if far is not None:
                pairs.append((far.content.quantity.tonnes, one.evaluation))
        found = []
        for test in next_best_tests(pairs)[:_MOST_TESTS]:
            code = "next_test" if test.specs else "next_test_helps"
            params: Params = {
                "analyte": test.analyte,
                "tonnes": test.tonnes,
                "specs": test.specs,
                "tonnes_helped": test.tonnes_helped,
            }
            found.append(
                NextTest(
                    analyte=test.analyte,
                    tonnes=test.tonnes,
                    specs=test.specs,
                    tonnes_helped=test.tonnes_helped,
                    code=code,
                    params=params,
                    reason=render(code, params, language, self._catalogue),
                )
            )
        return NextTests(items=tuple(found))
