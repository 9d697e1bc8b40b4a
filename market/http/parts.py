"""What the composition root opens once and the handlers use."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from market.adapters import outbox
from market.adapters.db import schema_version
from market.adapters.queue import Queue
from market.advice.service import Advising
from market.allocations.service import Allocations
from market.blends.proposals import Proposing
from market.blends.service import Blends
from market.blends.stored import Stored
from market.blends.what_if import WhatIf
from market.deals.claims.service import Claims
from market.deals.deliveries.service import Deliveries
from market.deals.samples.service import Samples
from market.deals.service import Deals
from market.documents.contents import Contents
from market.http.buckets import Buckets
from market.http.cookies import Cookies
from market.http.metrics import Metrics
from market.investments.service import Investing
from market.live.watch import Watch
from market.matches.service import Matches
from market.migrations import HEAD
from market.parties.structs import Principal
from market.people.service import People
from market.sitings.service import Sitings
from market.tenders.service import Tenders
from market.upgrades.lots import LotUpgrading
from market.upgrades.service import Upgrading
from matching.reference import Catalogue
from specs.freight.editions import Editions
from specs.kit.errors import Unavailable
from specs.kit.tenancy import LOST, Database, Role


@dataclass(frozen=True)
class Parts:
    """Frozen: nothing is swapped while requests run."""

    database: Database
    queue: Queue | None
    catalogue: Catalogue
    editions: Editions
    matches: Matches
    blends: Blends
    proposing: Proposing
    what_if: WhatIf
    stored: Stored
    advising: Advising
    upgrading: Upgrading
    lot_upgrading: LotUpgrading
    allocations: Allocations
    investing: Investing
    sitings: Sitings
    deals: Deals
    tenders: Tenders
    contents: Contents
    deliveries: Deliveries
    claims: Claims
    samples: Samples
    metrics: Metrics
    buckets: Buckets
    openapi: bytes
    people: People
    watch: Watch
    cookies: Cookies
    authenticate: Callable[[str], Awaitable[Principal | None]]
    forget_key: Callable[[UUID], None]

    async def checks(self) -> tuple[str, str, str]:
        """States of the database (`up`, `down`), its migrations (`current`, `outdated`, `unknown`), and Redis."""
        try:
            async with self.database.work(None) as work:
                found = await schema_version(work.connection)
        except (Unavailable, TimeoutError, *LOST):
            return "down", "unknown", await self._redis()
        return "up", "current" if found == HEAD else "outdated", await self._redis()

    async def _redis(self) -> str:
        return "up" if self.queue is not None and await self.queue.alive() else "down"

    async def gauge(self) -> None:
        """Read queue depth, rows waiting in the outbox, the age of the oldest, rows given up; NaN for what is away."""
        depth = await self.queue.depth() if self.queue is not None else None
        self.metrics.queue_depth.set(math.nan if depth is None else depth)
        waiting, age, parked = math.nan, math.nan, math.nan
        try:
            async with self.database.work(None, role=Role.ENGINE) as work:
                found = await outbox.backlog(work.connection)
            waiting, age, parked = found.pending, found.oldest_seconds, found.parked
        except (Unavailable, TimeoutError, *LOST):
            pass
        self.metrics.outbox_waiting.set(waiting)
        self.metrics.outbox_age.set(age)
        self.metrics.outbox_parked.set(parked)
