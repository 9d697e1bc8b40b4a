"""Publishing in a test market, and doing the worker's jobs by hand."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Iterable
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from market.adapters.queue import Queue
from market.insight.assessing import Assessor
from market.matches import sweep
from market.matches.current import FEW, Current
from market.matches.record import Recorder
from market.matches.service import Matches
from market.matches.structs import MatchedLots, MatchedSpecs
from market.parties.rights import SCOPES
from market.parties.structs import NewOrganisation, Principal
from specs.catalogue.loader import catalogue
from specs.kit.errors import Unavailable
from specs.kit.tenancy import Role
from specs.listing.service import Listings
from specs.lot.service import LOTS
from specs.spec.service import SPECS
from tests.support.market import Market, lot, spec
from workers.jobs.match_listing import match_listing
from workers.relay import Relay
from workers.tools import Tools

Pairs = set[tuple[str, str]]
Grants = set[tuple[str, str, str]]

# only copper decides, by its value: what conforms is easy to see in a test
PLAIN_SPEC: dict[str, Any] = {
    "grades": [],
    "forms": [],
    "confidence": 0.5,
    "limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%"}],
}


def copper(percent: float, **changes: Any) -> dict[str, Any]:
    """A lot with one result, unless `assays` says otherwise."""
    return {"assays": [{"analyte": "Cu", "value": percent, "unit": "%"}]} | changes


async def publish_spec(market: Market, firm: NewOrganisation, **changes: Any) -> UUID:
    """An active spec."""
    async with market.work(firm.id) as work:
        return (await SPECS.create(work, spec(**(PLAIN_SPEC | changes)), publish=True)).id


async def publish_lot(market: Market, firm: NewOrganisation, percent: float = 0.2, **changes: Any) -> UUID:
    """An active lot with so much copper."""
    async with market.work(firm.id) as work:
        return (await LOTS.create(work, lot(**copper(percent, **changes)), publish=True)).id


async def patch(market: Market, service: Listings[Any], firm: NewOrganisation, listing: UUID, **changes: Any) -> None:
    """A new revision."""
    async with market.work(firm.id) as work:
        await service.patch(work, listing, msgspec.json.encode(changes), None)


def principal(firm: NewOrganisation) -> Principal:
    """The caller that the organisation's key stands for."""
    return Principal(
        tenant=firm.id, kind=firm.kind, verified=firm.verified, key=UUID(int=1), scopes=frozenset(SCOPES[firm.kind])
    )


class Jobs:
    """The worker's jobs without a worker: no Redis, no relay, the same code. More lots than `few` are many."""

    def __init__(self, market: Market, few: int = FEW) -> None:
        self.market = market
        relay = Relay(market.cluster.dsn(market.name), Queue.open("redis://localhost:1"))
        known = catalogue()
        current = Current(known, few)
        self.tools = Tools(market.database, relay, Recorder(current), Assessor(current), known.version)
        self.context: dict[Any, Any] = {"tools": self.tools}

    async def waiting(self) -> list[int]:
        """Outbox rows not done."""
        async with self.market.database.work(None, role=Role.ENGINE) as work:
            rows = await work.connection.fetch("select id from outbox where done_at is null order by id")
        return [row["id"] for row in rows]

    async def do(self, rows: Iterable[int] | None = None, *, shuffled: random.Random | None = None) -> None:
        """Work off the outbox, in its order or any other."""
        todo = list(await self.waiting() if rows is None else rows)
        if shuffled:
            shuffled.shuffle(todo)
        for row in todo:
            await match_listing(self.context, row)


async def recorded(market: Market) -> Pairs:
    """(spec, lot) of every match row."""
    async with market.superuser() as connection:
        return {(str(s), str(b)) for s, b in await connection.fetch("select spec_id, lot_id from match")}


async def grants(market: Market, why: str = "match") -> Grants:
    """(viewer, kind, listing) of every grant."""
    async with market.superuser() as connection:
        rows = await connection.fetch(
            "select viewer_tenant::text, object_kind, object_id::text from access_grant where why = $1", why
        )
    return {tuple(row) for row in rows}


async def expected(market: Market) -> tuple[Pairs, Grants]:
    """By a fresh index: the pairs in the top 50 of either side, and the grants of both their owners."""
    current = Current(catalogue())
    async with market.database.work(None, role=Role.ENGINE) as work:
        await current.refresh(work.connection)
        ids = {k: await work.connection.fetch(f"select id::text from {k}") for k in ("spec", "lot")}
    pairs, seen = set(), set()
    for kind, rows in ids.items():
        for (near_id,) in rows:
            near = current.find(near_id)
            for far in current.ranked(near, near_misses=False)[:50] if near else []:
                pairs.add((near_id, far.id) if kind == "spec" else (far.id, near_id))
    for s, b in pairs:
        one, other = current.find(s), current.find(b)
        assert one is not None
        assert other is not None
        seen |= {(one.owner, "lot", b), (other.owner, "spec", s)}
    return pairs, seen


async def settled(market: Market, seconds: float = 30.0) -> float:
    """Wait until the worker has nothing left to do; how long that took."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        with contextlib.suppress(Unavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            async with market.database.work(None, role=Role.ENGINE) as work:
                if not await work.connection.fetchval("select count(*) from outbox where done_at is null"):
                    return time.monotonic() - start
        await asyncio.sleep(0.05)
    raise TimeoutError(f"the outbox is not empty after {seconds} s")


async def assert_all_matched(market: Market) -> None:
    """Rows and grants are what a fresh index says, and the sweeper finds nothing to do."""
    assert (await recorded(market), await grants(market)) == await expected(market)
    async with market.database.work(None, role=Role.ENGINE) as work:
        assert await sweep.unmatched(work.connection, catalogue().version) == 0


async def lots_for(market: Market, matches: Matches, firm: NewOrganisation, spec: UUID, **how: Any) -> MatchedLots:
    async with market.work(firm.id) as work:
        return await matches.of_spec(work, principal(firm), spec, **how)


async def specs_for(market: Market, matches: Matches, firm: NewOrganisation, lot: UUID, **how: Any) -> MatchedSpecs:
    async with market.work(firm.id) as work:
        return await matches.of_lot(work, principal(firm), lot, **how)


def in_year(year: int) -> dict[str, Any]:
    """A window of its own year, so that tests of one module do not meet."""
    return {
        "spec": {"delivery": {"location": {"prefecture": "JP-13"}, "from": f"{year}-01-01", "until": f"{year}-12-31"}},
        "lot": {"available": {"from": f"{year}-01-05", "until": f"{year}-12-28"}},
    }


@contextlib.asynccontextmanager
async def engine(market: Market) -> AsyncIterator[asyncpg.Connection]:
    """A transaction across tenants."""
    async with market.database.work(None, role=Role.ENGINE) as work:
        yield work.connection
