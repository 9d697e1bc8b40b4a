"""Whole orders of the lots for a spec: worked out in threads, so that nobody else waits, and kept until a change.

The arrays have one owner. Whoever changes the index, or reads it in a thread, holds the lock; what takes long is done
in pieces between which the others get it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from matching.columns import Key, Listing
from matching.index import MarketIndex
from matching.listings import Spec
from matching.screening.limits import Found
from matching.screening.screen import Wanting
from matching.screening.standings import Standings

# standings that are kept until something changes
_KEPT: Final = 8
# lots that are described while the others wait: some 30 ms
_AT_ONCE: Final = 500


class Orders:
    """One per index, with the lock of whoever changes that."""

    def __init__(self, index: MarketIndex, one_at_a_time: asyncio.Lock) -> None:
        self._index = index
        self._one_at_a_time = one_at_a_time
        # with the number of changes that the index had seen
        self._standings: OrderedDict[Key, tuple[int, Standings]] = OrderedDict()

    async def describe(self, material: str) -> None:
        """What any order of these lots begins with, for those that were put since: a second for each 15,000 of them."""
        left = True
        while left:
            async with self._one_at_a_time:
                left = await asyncio.to_thread(self._index.describe, material, _AT_ONCE)

    async def of(self, spec: Listing[Spec]) -> Standings:
        """What others offer of the material of a spec, in order."""
        learnt: tuple[Wanting, Sequence[Found]] | None = None
        await self.describe(spec.content.material)
        while True:
            async with self._one_at_a_time:
                found: Standings | Wanting | None = self._known(spec)
                if found is None:
                    found = await asyncio.to_thread(self._asked, spec, learnt)
                if isinstance(found, Standings):
                    self._keep(spec, found)
                    return found
            learnt = found, await asyncio.to_thread(found.find)

    def _asked(self, spec: Listing[Spec], learnt: tuple[Wanting, Sequence[Found]] | None) -> Standings | Wanting:
        """What was found out is kept in the same breath: whatever others ask meanwhile, each round gets further."""
        if learnt is not None:
            wanting, facts = learnt
            wanting.keep(facts)
        return self._index.standings(spec)

    def _known(self, spec: Listing[Spec]) -> Standings | None:
        changes, kept = self._standings.get(spec.key, (-1, None))
        return kept if changes == self._index.changes else None

    def _keep(self, spec: Listing[Spec], found: Standings) -> None:
        """Those that something has changed since hold on to old lots for nothing."""
        changes = self._index.changes
        for key in [key for key, (seen, _) in self._standings.items() if seen != changes]:
            del self._standings[key]
        self._standings[spec.key] = (changes, found)
        self._standings.move_to_end(spec.key)
        if len(self._standings) > _KEPT:
            self._standings.popitem(last=False)
