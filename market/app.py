"""The composition root of the API: opens what the handlers use, once, and closes it."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from litestar import Litestar

from market import storage
from market.adapters.db import open_database
from market.adapters.queue import Queue
from market.advice.service import Advising
from market.allocations.service import Allocations
from market.blends.proposals import Proposing
from market.blends.service import Blends
from market.blends.stored import Stored
from market.blends.what_if import WhatIf
from market.console import screens
from market.console.problems import unrouted
from market.deals.claims.service import Claims
from market.deals.deliveries.service import Deliveries
from market.deals.samples.service import Samples
from market.deals.service import Deals
from market.http.buckets import Buckets
from market.http.cookies import Cookies
from market.http.metrics import Metrics
from market.http.openapi import document
from market.http.parts import Parts
from market.http.problems import on_http
from market.http.routes import allowed, build
from market.http.shell import Receive, Scope, Send, Shell
from market.investments.service import Investing
from market.live.watch import Watch
from market.matches.current import Current
from market.matches.service import Matches
from market.parties.authentication import Authenticator
from market.parties.structs import OrganisationKind
from market.people.passwords import Passwords
from market.people.service import People
from market.people.sessions import Sessions
from market.settings import Settings
from market.sitings.service import Sitings
from market.solving.pool import Pool
from market.tenders.service import Tenders
from market.upgrades.lots import LotUpgrading
from market.upgrades.service import Upgrading
from specs.catalogue.loader import catalogue
from specs.kit.tenancy import Database, Role

BURST_SECONDS = 10
GC_THRESHOLD = 50_000


class Application:
    """The ASGI callable. `lifespan()` is for tests that speak to it without a server."""

    def __init__(self, settings: Settings) -> None:
        self.metrics = Metrics()
        self.settings = settings
        self._watch: Watch | None = None
        self.litestar = build((self._parts,), screens.router(), refused=unrouted(on_http))
        self._shell = Shell(self.litestar, self.metrics, allowed(self.litestar))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._shell(scope, receive, send)

    def end_streams(self) -> None:
        """Whoever holds a page open is told that it ends: a server that stops need not wait for them."""
        if self._watch is not None:
            self._watch.close()

    def lifespan(self) -> AbstractAsyncContextManager[None]:
        """Everything is open inside the block, which may end in another task than it began in."""
        return self._parts(self.litestar)

    @asynccontextmanager
    async def _parts(self, app: Litestar) -> AsyncIterator[None]:
        settings = self.settings
        database = await open_database(settings.database_url, settings.secret)
        current = Current(catalogue())
        # the collector would look at a market that is being read again and again
        gc.set_threshold(GC_THRESHOLD)
        # the first reader of the day should not wait for the whole market to be read
        await current.begin(lambda: database.work(None, role=Role.ENGINE))
        describing = asyncio.create_task(current.describe())
        pool = Pool(settings.solvers)
        authenticator = Authenticator(database)
        queue = Queue.open(settings.redis_url) if settings.redis_url else None
        watch = self._watch = Watch(database, current)
        app.state.parts = Parts(
            database=database,
            queue=queue,
            catalogue=catalogue(),
            editions=current.editions,
            matches=Matches(current),
            blends=Blends(pool, current),
            proposing=Proposing(pool, current),
            what_if=WhatIf(pool, current),
            stored=Stored(current),
            advising=Advising(pool, current),
            upgrading=Upgrading(pool, current.editions),
            lot_upgrading=LotUpgrading(pool, current),
            allocations=Allocations(pool, current.editions),
            investing=Investing(pool, current.editions),
            sitings=Sitings(pool, current.editions),
            deals=Deals(current),
            tenders=Tenders(pool, current),
            contents=storage.contents(settings),
            deliveries=Deliveries(current),
            claims=Claims(),
            samples=Samples(current),
            metrics=self.metrics,
            buckets=Buckets(settings.rate_limit, settings.rate_limit * BURST_SECONDS),
            openapi=document(),
            people=_people(settings, database),
            watch=watch,
            cookies=Cookies(settings.cookies_secure),
            authenticate=authenticator.authenticate,
            forget_key=authenticator.forget,
        )
        # what exists now lives as long as the process: the collector need not look at it again
        gc.collect()
        gc.freeze()
        try:
            yield
        finally:
            describing.cancel()
            watch.close()
            await pool.close()
            if queue is not None:
                await queue.close()
            await database.close()


def _people(settings: Settings, database: Database) -> People:
    demanding = {"NONE": (), "COORDINATOR": (OrganisationKind.COORDINATOR,), "ALL": tuple(OrganisationKind)}
    sessions = Sessions(database, frozenset(demanding[settings.require_totp]))
    return People(database, sessions, Passwords())


def create_app(settings: Settings) -> Application:
    """What `capillary serve` gives to the server."""
    return Application(settings)
