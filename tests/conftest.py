"""Fixtures that every test may ask for; servers start only when one does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.market import Market
from tests.support.postgres import Cluster, cluster

HERE = Path(__file__).parent
ALONE = ("unit", "property")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`-m "not servers"` runs what needs neither PostgreSQL nor Valkey."""
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        if folder not in ALONE:
            item.add_marker("servers")
        if folder == "browser":
            item.add_marker("browser")


@pytest_asyncio.fixture(scope="session")
async def postgres(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    """One embedded PostgreSQL for the whole session, with a migrated template."""
    with cluster(tmp_path_factory.mktemp("postgres")) as running:
        await running.prepare()
        yield running


@pytest_asyncio.fixture(scope="module")
async def market(postgres: Cluster) -> AsyncIterator[Market]:
    """A migrated database for one test module; tests make organisations of their own and share it."""
    async with postgres.database() as (name, database):
        yield Market(postgres, name, database)
