"""One look a second for the whole process, however many pages are open; none while none is.

Nothing here needs Redis, and nothing is kept that a restart could lose: a client that comes back says what it has
seen, and is told what is different now.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Final
from uuid import UUID

import structlog

from market.live import queries
from market.live.errors import TooManyStreams
from market.live.lists import Lists, OpenList
from market.live.structs import Mark, Watched
from market.matches.current import Current
from market.matches.following import Moved
from specs.kit.errors import Unavailable
from specs.kit.tenancy import LOST, Database, Role

EVERY: Final = 1.0
# a browser opens no more to one host, and every open page takes one
PER_SESSION: Final = 6
PER_PROCESS: Final = 500
log = structlog.get_logger("capillary.live")


class Follower:
    """One open page. Its `mark` is where its party's affairs stand; `moved` is set when that changes.

    `list` is what the page shows of matches, if it does.
    """

    def __init__(self, watched: Watched, session: UUID, shows: OpenList | None = None) -> None:
        self.watched = watched
        self.session = session
        self.list = shows
        self.mark: Mark | None = None
        self.moved = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """Whether something changed within so long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.moved.wait(), seconds)
        moved = self.moved.is_set()
        self.moved.clear()
        return moved

    def tell(self, mark: Mark) -> None:
        """Where it stands now."""
        if mark != self.mark:
            self.mark = mark
            self.moved.set()


class Watch:
    """One per process; `closing` ends every page's stream."""

    def __init__(self, database: Database, current: Current, every: float = EVERY) -> None:
        self._database = database
        self._lists = Lists(database, current)
        self._every = every
        self._followers: set[Follower] = set()
        self._task: asyncio.Task[None] | None = None
        self._moved = ""
        self._queues: dict[UUID, tuple[str, int]] = {}
        self.closing = False

    def follow(self, watched: Watched, session: UUID, shows: OpenList | None = None) -> Follower:
        """From now on, until `leave`. Raises TooManyStreams."""
        open_pages = Counter(one.session for one in self._followers)
        if open_pages[session] >= PER_SESSION or len(self._followers) >= PER_PROCESS or self.closing:
            raise TooManyStreams
        follower = Follower(watched, session, shows)
        self._followers.add(follower)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return follower

    def leave(self, follower: Follower) -> None:
        """The page was closed; with the last one the looking ends."""
        self._followers.discard(follower)
        if not self._followers:
            self._rest()

    def close(self) -> None:
        """Every stream ends at its next turn, which is now, and nobody looks any more."""
        self.closing = True
        self._rest()
        for follower in self._followers:
            follower.moved.set()

    def _rest(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def look(self) -> None:
        """Once: tell every follower where its party stands."""
        watched = {follower.watched for follower in self._followers}
        async with self._database.work(None, role=Role.ENGINE) as work:
            rows = await queries.marks(work, [one.tenant for one in watched])
            moved = await queries.whole_queue(work)
        await self._look_at_queues(watched, moved)
        await self._lists.look([follower.list for follower in self._followers if follower.list is not None])
        found = {row["tenant_id"]: row for row in rows}
        for follower in tuple(self._followers):
            row = found.get(follower.watched.tenant)
            if row is not None:
                follower.tell(self._mark(row, follower))

    def _mark(self, row: queries.Row, follower: Follower) -> Mark:
        digest, waiting = self._queues.get(follower.watched.tenant, ("", 0))
        moved = Moved() if follower.list is None else follower.list.told
        return Mark(
            notices=_short(row["notices"]),
            deals=_short(row["deals"]),
            queue=digest,
            matches=moved.mark,
            unread=row["unread"],
            waiting=waiting,
            moved=moved,
        )

    async def _look_at_queues(self, watched: set[Watched], moved: str) -> None:
        """Each coordinator's own, under its own policies: when any moved, and for one who has just come."""
        coordinators = [one.tenant for one in watched if one.coordinates]
        known = self._queues if moved == self._moved else {}
        fresh = {}
        for tenant in coordinators:
            if tenant in known:
                fresh[tenant] = known[tenant]
                continue
            async with self._database.work(tenant, role=Role.COORDINATOR) as work:
                row = await queries.queue(work)
            fresh[tenant] = (_short(row["digest"]), row["waiting"])
        self._queues, self._moved = fresh, moved

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except (Unavailable, TimeoutError, *LOST) as error:
                log.warning("live.away", error=type(error).__name__)
            await asyncio.sleep(self._every)


def _short(digest: object) -> str:
    """The sum as hexadecimal, which has no hyphen in it."""
    return f"{int(str(digest)) & (2**64 - 1):x}"
