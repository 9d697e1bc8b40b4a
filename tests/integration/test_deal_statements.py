"""How often the database is asked for a list of deals, or for a deal of many lots: as often as for one."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest_asyncio

from market.app import Application
from market.deals.acting import Asking
from market.deals.service import Deals
from market.http.examples import REASON
from tests.support.api import published
from tests.support.counted import asked
from tests.support.deals import Scene, scene
from tests.support.market import LOT, Market
from tests.support.matched import principal

LEAN = [{"analyte": "Cu", "value": 0.2, "unit": "%", "uncertainty": 0.005}]
SPEC = {
    "grades": [],
    "limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%"}],
    "quantity": {"tonnes": 300, "max_suppliers": 3},
}
LOTS = {"grade": None, "quantity": {"tonnes": 100}, "assays": LEAN}


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    """A blend of two recyclers, one of whom has two lots in it."""
    async with scene(market, api, yards=2, overseen=False, spec=SPEC, lots=[LOTS, LOTS]) as found:
        await published(found.yard, "lots", LOT | LOTS | {"available": found.days})
        await found.look()
        yield found


async def opened(met: Scene) -> UUID:
    proposed = await met.mill.post(f"/v1/specs/{met.spec}/blends", json={})
    blend = next(one for one in proposed.json()["items"] if len(one["blend"]["takes"]) == 3)
    return UUID((await met.post(met.mill, "deals", {"blend_id": blend["id"]}, 201))["id"])


async def test_of_a_list_legs_and_stamps_are_read_by_one_statement_each(
    met: Scene, market: Market, api: Application
) -> None:
    before = await opened(met)
    await met.post(met.mill, f"deals/{before}/withdraw", REASON)
    await opened(met)
    deals: Deals = api.litestar.state.parts.deals
    asking = Asking(principal=principal(met.parties[2]), language="en")

    async with market.database.work(asking.principal.tenant) as work:
        with asked(work) as statements:
            page = await deals.page(work, asking, 50)

    assert len(page.items) == 2
    assert [sum(table in one for one in statements) for table in ("deal_leg", "chain_event")] == [1, 1]


async def test_the_lots_of_a_deal_are_read_by_one_statement(met: Scene, market: Market, api: Application) -> None:
    deal = await opened(met)
    deals: Deals = api.litestar.state.parts.deals
    asking: Any = Asking(principal=principal(met.parties[0]), language="en")

    async with market.database.work(asking.principal.tenant) as work:
        with asked(work) as statements:
            await deals.read(work, asking, deal)

    assert len([one for one in statements if "lot_revision" in one]) == 1
