"""A server with the demo market, and pages of Chromium in which its people are signed in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from market.demo.load import load, organisation_id
from market.parties.structs import NewOrganisation
from market.people.founding import link_for
from tests.support.api import serving, settings
from tests.support.browser import DESKTOP, FLAGS, Tab, chromium, context, kept
from tests.support.deals import TERMS, Scene, newest, scene
from tests.support.market import Market
from tests.support.postgres import Cluster
from tests.support.served import served

# by whom of the demo a persona is played
PERSONAS = {
    "coordinator": "ministry",
    "manufacturer": "bay-steel",
    "recycler": "kawasaki-metal",
    "processor": "low-copper-sorting",
    "laboratory": "laboratory",
}


class Console:
    """The server, whose database `market` acts on, and the browser. Everyone signs in once."""

    def __init__(self, market: Market, address: str, browser: Browser) -> None:
        self.market = market
        self.address = address
        self.browser = browser
        self._states: dict[UUID, Any] = {}
        self._entering = asyncio.Lock()

    async def tab(self, persona: str | NewOrganisation, language: str, width: int, *, scripts: bool = True) -> Tab:
        """A fresh browser of a persona, or of an organisation that a test made; it may run no scripts."""
        tenant = organisation_id(PERSONAS[persona]) if isinstance(persona, str) else persona.id
        async with self._entering:
            if tenant not in self._states:
                self._states[tenant] = await self._signed_in(tenant)
        state = self._states[tenant]
        made = await context(self.browser, self.address, language, width, state, scripts=scripts)
        return Tab(await made.new_page(), self.address)

    async def stranger(self, language: str, width: int = DESKTOP) -> Tab:
        """Somebody who has not signed in."""
        made = await context(self.browser, self.address, language, width)
        return Tab(await made.new_page(), self.address)

    async def link(self, tenant: UUID) -> str:
        """The path of a fresh sign-in link for a person of that organisation."""
        async with self.market.database.work(tenant) as work:
            return await link_for(work, f"browser@{tenant}.example", "Browser Person")

    async def _signed_in(self, tenant: UUID) -> Any:
        tab = await self.stranger("en")
        await tab.visit(await self.link(tenant))
        await tab.page.locator("main button").click()
        await tab.page.wait_for_url("**/console")
        state = kept(await tab.page.context.storage_state())
        await tab.page.context.close()
        return state


@asynccontextmanager
async def met_on(console: Console, **more: Any) -> AsyncIterator[Scene]:
    """A scene of its own in the server's database, played by another process than the server."""
    async with serving(console.market) as api, scene(console.market, api, **more) as met:
        yield met


async def reviewed(met: Scene, **terms: Any) -> str:
    """The id of a deal that its coordinator approved and both sides agreed on; all of Japan is overseen here."""
    deal = str((await met.open())["id"])
    await met.post(met.yard, f"deals/{deal}/take-up")
    await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
    await met.post(met.yard, f"deals/{deal}/offers", TERMS | terms)
    offer = await newest(met.mill, deal)
    await met.post(met.mill, f"deals/{deal}/offers/{offer['id']}/accept")
    return deal


class Opens(Protocol):
    """`browser_page`: a tab for a persona, in a language, so many pixels wide, with `scripts` or without."""

    async def __call__(
        self, persona: str | NewOrganisation, language: str = "en", width: int = DESKTOP, *, scripts: bool = True
    ) -> Tab: ...


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Asked for before anything starts."""
    return chromium()


@pytest_asyncio.fixture(scope="session")
async def browser(browser_path: str) -> AsyncIterator[Browser]:
    """One Chromium for the session; each tab has cookies of its own."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=browser_path, args=list(FLAGS))
        yield running
        await running.close()


@pytest_asyncio.fixture(scope="session")
async def console(
    browser: Browser, postgres: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Console]:
    """One server for the session, with the demo market in its database."""
    folder: Path = tmp_path_factory.mktemp("browser")
    async with postgres.database() as (name, database):
        market = Market(postgres, name, database)
        async with market.owner() as owner:
            await load(database, owner, folder / "keys.json")
        (folder / "documents").mkdir()
        with served(settings(market, documents=str(folder / "documents"))) as server:
            yield Console(market, server.address, browser)


@pytest_asyncio.fixture
async def browser_page(console: Console) -> AsyncIterator[Opens]:
    """Opens tabs. The test fails where one of them met a fault, whatever else it asserts."""
    tabs: list[Tab] = []

    async def opens(
        persona: str | NewOrganisation, language: str = "en", width: int = DESKTOP, *, scripts: bool = True
    ) -> Tab:
        tabs.append(await console.tab(persona, language, width, scripts=scripts))
        return tabs[-1]

    yield opens
    for tab in tabs:
        await tab.page.context.close()
    assert [fault for tab in tabs for fault in tab.faults] == []
