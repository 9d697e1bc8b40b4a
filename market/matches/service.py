"""Matches as they are read: ranked from current data, so never stale.

An owner sees the matches of its own listing; a coordinator those of a listing in its jurisdiction, audited.
The other side is redacted, judged in bands, and opened to the reader by a grant. A listing that is not active,
or whose owner no coordinator has verified, has no matches: an empty page.
"""

from typing import Final
from uuid import UUID

from market.matches import reading
from market.matches.across import told_to_seller
from market.matches.current import Current
from market.matches.reading import Asked
from market.matches.structs import MatchedLot, MatchedLots, MatchedSpec, MatchedSpecs, NextTest, NextTests
from market.parties.structs import Principal
from matching.evaluation import Params
from matching.explain import explain, render
from matching.listings import Lot, Spec
from matching.next_test import next_best_tests
from specs.kit.tenancy import Work
from specs.lot.seen import lot_seen
from specs.spec.seen import spec_seen

_MOST_TESTS: Final = 20


class Matches:
    """One per process; every method takes a unit of work in the caller's tenant and leaves it as role engine."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self._catalogue = current.catalogue

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
