"""The lists of matches that stand open, kept up with by one look for all of them.

A look asks PostgreSQL once for what was written since the last; a page that has just come is asked for by itself,
since the snapshot that it was read in, so that it misses nothing wherever it was connected before.
"""

import asyncio
from collections.abc import Collection, Sequence
from time import monotonic
from typing import Final

from market.matches import following, reading
from market.matches.counted import Counted, Counting
from market.matches.current import Current
from market.matches.following import Change, Followed, Following, Moved
from market.parties.structs import Principal
from specs.kit.errors import NotFound
from specs.kit.tenancy import Database, Role

# seconds between two things that a page is told of its list: the first comes at once, of a burst only how it stands
CALM: Final = 10.0
# listings judged in one look, of all pages together, and pages taken up in it; the others wait for the next. A
# judgement takes a good part of a millisecond, in which nothing else is served.
_JUDGED: Final = 50
_TAKEN_UP: Final = 20


class OpenList:
    """The list of one open page, or the numbers of several. `told` is what its reader hears; `knows` may be ahead."""

    def __init__(self, followed: Followed | Counted, principal: Principal, calm: float = CALM) -> None:
        self.followed = followed
        self.principal = principal
        self.knows: Following | Counting | None = None
        # nobody's to read any more: a page that goes on standing there is told nothing
        self.lost = False
        self.told = Moved()
        self._calm = calm
        self._at = float("-inf")

    @property
    def settled(self) -> bool:
        """It is another list altogether: nothing more can be said of it."""
        return self.lost or self.told.another

    def tell(self, now: float) -> None:
        """How it stands, unless something was told a moment ago."""
        if self.knows is not None and self.knows.moved != self.told and now - self._at >= self._calm:
            self.told, self._at = self.knows.moved, now


class Lists:
    """One per process, over the process's own index."""

    def __init__(self, database: Database, current: Current) -> None:
        self._database = database
        self._current = current
        self._snapshot: str | None = None
        self._ground = ""

    async def look(self, lists: Collection[OpenList]) -> None:
        """Once: afterwards each is told how it stands, or will be when it may."""
        still = [one for one in lists if not one.settled]
        if not still:
            self._snapshot = None
            return
        await self._keep_up([one.knows for one in still if one.knows is not None])
        for one in [one for one in still if one.knows is None][:_TAKEN_UP]:
            await self._take_up(one)
        await self._judge([one.knows for one in still if one.knows is not None and one.knows.waiting])
        for one in still:
            if one.knows is not None:
                one.knows.stand(self._ground)
            one.tell(monotonic())

    async def _keep_up(self, known: Collection[Following | Counting]) -> None:
        async with self._database.work(None, role=Role.ENGINE) as work:
            seen = await following.seen(work)
            written = await following.changes(work, self._snapshot) if self._snapshot else []
            _note(known, written)
            if any(one.waiting for one in known):
                await self._current.refresh(work.connection)
        self._snapshot, self._ground = seen.snapshot, seen.ground

    async def _judge(self, waiting: Sequence[Following | Counting]) -> None:
        """Each in its turn, so that none waits for another's hundreds."""
        left = _JUDGED
        for place, one in enumerate(waiting):
            left -= one.judge(self._current, -(-left // (len(waiting) - place)))
            await asyncio.sleep(0)

    async def _take_up(self, one: OpenList) -> None:
        """Under its own reader's rights, whatever they were when the page was read."""
        followed = one.followed
        try:
            async with self._database.work(one.principal.tenant) as work:
                if isinstance(followed, Counted):
                    await work.as_role(Role.ENGINE)
                    one.knows, narrow = Counting(followed), None
                else:
                    near = await reading.subject(work, one.principal, self._current, followed.kind, followed.id)
                    one.knows, narrow = Following(followed, near), followed
                _note([one.knows], await following.changes(work, followed.seen.snapshot, narrow))
        except NotFound:
            one.lost = True


def _note(lists: Collection[Following | Counting], changes: Collection[Change]) -> None:
    for one in lists:
        for change in changes:
            one.note(change)
