"""A lot that is found by no one is bid with all the same, and asks for the same permits as one that is."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from market.app import Application
from tests.support.api import published
from tests.support.deals import Scene, scene
from tests.support.market import LOT, Market
from tests.support.tenders import drafted, invited, opened
from tests.support.yards import CHIBA, YARD

COPPER = {"limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%", "negotiable": True}]}
WASTE = {"legal_status": "waste"}


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, spec=COPPER, overseen=False) as found:
        yield found


async def hidden(met: Scene, **changes: Any) -> dict[str, Any]:
    """A bid with a lot of the yard's that nobody is matched with."""
    lot = await published(met.yard, "lots", LOT | {"available": met.days, "visibility": "private"} | changes)
    return drafted(met) | {"lot_id": lot}


@pytest.mark.parametrize("changes", [CHIBA, WASTE])
async def test_a_private_lot_without_its_permits_is_not_bid_with(met: Scene, changes: dict[str, Any]) -> None:
    draft = await hidden(met, **changes)
    tender = await invited(met)

    refused = await met.yard.post(f"/v1/tenders/{tender}/bids", json=draft)

    assert (refused.status_code, refused.json()["code"]) == (409, "deal_blocked")
    assert set(refused.json()["params"]["codes"]) == {"permit_not_valid"}


async def test_an_award_looks_again_at_the_permits_of_a_private_lot(met: Scene, market: Market) -> None:
    held = (await met.post(met.yard, "permits", YARD, 201))["id"]
    draft = await hidden(met, **CHIBA)
    tender = await invited(met)
    bid = await met.post(met.yard, f"tenders/{tender}/bids", draft, 201)
    await opened(met, market, tender)
    await met.post(met.yard, f"permits/{held}/withdraw")
    awards = {"awards": [{"bid_id": bid["id"], "tonnes": 100}]}

    refused = await met.mill.post(f"/v1/tenders/{tender}/award", json=awards)
    await met.post(met.yard, "permits", YARD, 201)
    won = await met.post(met.mill, f"tenders/{tender}/award", awards)

    assert bid["judged"]["evaluations"][0]["blockers"] == []
    assert (refused.status_code, refused.json()["params"]) == (409, {"codes": ["permit_not_valid"]})
    assert won["status"] == "awarded"
