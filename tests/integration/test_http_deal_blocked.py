"""What a deal says is blocked, and by what: the very refusal that trying it would meet."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio

from market.app import Application
from market.http.examples import CLAIM, REASON
from tests.support.deals import TERMS, Scene, agreed, negotiating, scene
from tests.support.deliveries import contracted, received, settled
from tests.support.market import Market
from tests.support.samples import requested


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, overseen=False) as found:
        yield found


async def deal_of(caller: httpx.AsyncClient, deal: str) -> dict[str, Any]:
    found: dict[str, Any] = (await caller.get(f"/v1/deals/{deal}")).json()
    return found


async def blocked(caller: httpx.AsyncClient, deal: str) -> dict[str, str]:
    """By act the code; none of these is allowed."""
    found = await deal_of(caller, deal)
    codes = {one["act"]: one["code"] for one in found["blocked"]}
    assert not set(codes) & set(found["allowed"])
    return codes


async def test_an_open_sample_blocks_the_signature(met: Scene) -> None:
    deal = await agreed(met)
    free = await deal_of(met.mill, deal)
    await requested(met, deal)

    told = await blocked(met.mill, deal)
    tried = await met.mill.post(f"/v1/deals/{deal}/contract")

    assert (free["blocked"], "contract" in free["allowed"]) == ([], True)
    assert told == {"contract": "sample_open"}
    assert tried.json()["code"] == "sample_open"


async def test_who_has_signed_opened_its_name_or_asked_does_not_do_so_twice(met: Scene) -> None:
    deal = await negotiating(met)
    await met.post(met.mill, f"deals/{deal}/names")
    other = await deal_of(met.yard, deal)
    assert (await blocked(met.mill, deal))["open_names"] == "transition_refused"
    assert "open_names" in other["allowed"]

    await met.post(met.yard, f"deals/{deal}/offers", TERMS)
    offer = (await met.mill.get(f"/v1/deals/{deal}/offers")).json()["items"][0]
    await met.post(met.mill, f"deals/{deal}/offers/{offer['id']}/accept")
    await met.post(met.mill, f"deals/{deal}/contract")
    await met.post(met.mill, f"deals/{deal}/cancel", REASON)

    assert await blocked(met.mill, deal) == {"contract": "transition_refused", "cancel": "transition_refused"}
    assert await blocked(met.yard, deal) == {}


async def test_without_an_offer_of_the_other_side_there_is_nothing_to_accept(met: Scene) -> None:
    deal = await negotiating(met)
    nothing = await blocked(met.mill, deal)
    await met.post(met.yard, f"deals/{deal}/offers", TERMS)

    assert nothing == {"accept": "offer_not_standing", "retract": "offer_not_standing"}
    assert await blocked(met.mill, deal) == {"retract": "offer_not_standing"}
    assert await blocked(met.yard, deal) == {}


async def test_open_portions_and_claims_block_the_end(met: Scene) -> None:
    deal = await contracted(met)
    assert await blocked(met.mill, deal) == {"claim": "claim_too_early"}
    await received(met, deal, 40)

    told = [await blocked(caller, deal) for caller in (met.mill, met.yard)]
    tried = await met.mill.post(f"/v1/deals/{deal}/complete")

    assert told == [{"complete": "not_finished"}] * 2
    assert tried.json()["code"] == "not_finished"


async def test_what_is_settled_blocks_nothing_for_the_buyer_until_it_claims(met: Scene) -> None:
    deal = await contracted(met)
    portion = await settled(met, deal, 100)
    before = await blocked(met.mill, deal), await blocked(met.yard, deal)
    await met.post(met.mill, f"deals/{deal}/claims", CLAIM | {"delivery_id": portion.rpartition("/")[2]}, 201)

    # the time for claims is the buyer's
    assert before == ({}, {"complete": "not_finished"})
    assert (await blocked(met.mill, deal)) == {"complete": "not_finished"}
