"""What one's organisation was told of a deal is read once its page was shown, or somebody acted on it."""

from typing import Any

import httpx

from market.app import Application
from tests.support.console import signed_in
from tests.support.deals import Scene, scene
from tests.support.deliveries import contracted, settled
from tests.support.market import Market
from tests.support.page_forms import PageForm

BULK = "/console/reviews/bulk"
GOOD = [
    {"analyte": "Cu", "value": 0.2, "unit": "%", "uncertainty": 0.005},
    *({"analyte": name, "value": 0.04, "unit": "%"} for name in ("Cr", "Ni", "Mo")),
]


async def in_review(met: Scene, lot: int = 0) -> str:
    deal = await met.open(lot=lot)
    await met.post(met.yards[lot], f"deals/{deal['id']}/take-up")
    return str(deal["id"])


async def unread(party: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await party.get("/v1/notices?unread=true&limit=200")).json()["items"]
    return found


async def test_who_decides_on_a_deal_has_read_what_was_told_of_it_and_of_no_other(
    market: Market, api: Application
) -> None:
    async with scene(market, api, yards=2) as met:
        deal, other = await in_review(met, 0), await in_review(met, 1)
        async with signed_in(api, market, met.parties[1]) as browser:
            await browser.send(f"/console/deals/{deal}/review", [("/act", "approve")])
        assert [one["object_id"] for one in await unread(met.coordinator)] == [other]
        assert deal in [one["object_id"] for one in await unread(met.mill)]


async def test_who_approves_deals_together_has_read_of_each(market: Market, api: Application) -> None:
    async with scene(market, api, yards=2, lots=[{"assays": GOOD}] * 2) as met:
        deals = [await in_review(met, lot) for lot in range(2)]
        async with signed_in(api, market, met.parties[1]) as browser:
            page = await browser.page(f"{BULK}?deal={deals[0]}&deal={deals[1]}")
            await browser.send(BULK, PageForm(page, BULK).sends())
        assert await unread(met.coordinator) == []


async def test_a_page_that_is_only_fetched_marks_nothing_and_its_form_marks_its_deal(
    market: Market, api: Application
) -> None:
    async with scene(market, api, yards=2) as met:
        deal, other = await in_review(met, 0), await in_review(met, 1)
        action = f"/console/deals/{deal}/notices/read"
        async with signed_in(api, market, met.parties[1]) as browser:
            page = await browser.page(f"/console/deals/{deal}")
            fetched = len(await unread(met.coordinator))
            marked = await browser.send(action, PageForm(page, action).sends(), htmx=True)
            left = [one["object_id"] for one in await unread(met.coordinator)]
            plain = await browser.send(action)
            again = await browser.page(f"/console/deals/{deal}")
    assert f'hx-post="{action}" hx-trigger="load, submit" hx-swap="outerHTML"' in page
    assert "Unread notices about this deal: 1" in page
    assert (fetched, left) == (2, [other])
    assert (marked.status_code, marked.text) == (200, "")
    assert (plain.status_code, plain.headers["location"]) == (303, f"/console/deals/{deal}")
    assert "Unread notices" not in again


async def test_what_was_told_of_a_part_of_a_deal_is_read_with_the_deal(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await contracted(met)
        await settled(met, deal)
        told = {one["object_kind"] for one in await unread(met.mill)}
        async with signed_in(api, market, met.parties[0]) as browser:
            await browser.send(f"/console/deals/{deal}/notices/read")
        assert told == {"deal", "delivery"}
        assert await unread(met.mill) == []
