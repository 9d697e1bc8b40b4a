"""The demo market behind an API of its own, for whatever walks all pages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from market.adapters.file_store import FileStore
from market.adapters.stripper import ChildStripper
from market.app import Application
from market.demo.load import load
from market.documents.contents import Contents, Limits
from market.insight import stock
from specs.kit.tenancy import Role
from tests.support.api import serving
from tests.support.market import Market
from tests.support.matched import Jobs

MEGABYTES = 10_000_000


@pytest_asyncio.fixture(scope="module")
async def demo(market: Market, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Application]:
    """The demo market with its documents, matched and taken stock of."""
    folder: Path = tmp_path_factory.mktemp("demo")
    contents = Contents(FileStore(folder / "documents"), Limits(MEGABYTES, MEGABYTES), ChildStripper())
    async with market.owner() as owner:
        await load(market.database, owner, folder / "keys.json", contents=contents)
    jobs = Jobs(market)
    assessor = jobs.tools.assessor
    assert await assessor.run(lambda: market.database.work(None, role=Role.ENGINE))
    async with market.database.work(None, role=Role.ENGINE) as work:
        await stock.take(work, assessor.catalogue)
    async with serving(market, documents=str(folder / "documents")) as application:
        yield application
