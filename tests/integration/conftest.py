"""The API of a module's database, and who calls it."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from tests.support.api import client, serving
from tests.support.market import Market


@pytest_asyncio.fixture(scope="module")
async def api(market: Market, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Application]:
    """The app, open, with a folder for documents and a solver process."""
    async with serving(market, documents=str(tmp_path_factory.mktemp("documents")), solvers=1) as application:
        yield application


@pytest_asyncio.fixture(scope="module")
async def anyone(api: Application) -> AsyncIterator[httpx.AsyncClient]:
    """Without a key."""
    async with client(api) as anonymous:
        yield anonymous


@pytest_asyncio.fixture(scope="module")
async def yard(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    """A verified recycler."""
    async with client(api, await market.organisation("recycler", "Test Yard")) as signed_in:
        yield signed_in


@pytest_asyncio.fixture(scope="module")
async def mill(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    """A verified manufacturer."""
    async with client(api, await market.organisation("manufacturer", "Test Mill")) as signed_in:
        yield signed_in
