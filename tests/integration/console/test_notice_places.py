"""Every notice leads to where it can be answered, whatever part of a deal it is about."""

import pytest

from market.app import Application
from tests.support.claims import made
from tests.support.console import signed_in
from tests.support.deals import scene
from tests.support.deliveries import contracted, settled
from tests.support.market import Market
from tests.support.samples import umpired


async def test_notices_of_portions_and_claims_lead_to_their_part_of_the_deal(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await contracted(met)
        await made(met, deal, await settled(met, deal))
        async with signed_in(api, market, met.parties[2]) as browser:
            page = await browser.page("/console/notices")
    assert f'href="/console/deals/{deal}#deliveries"' in page
    assert f'href="/console/deals/{deal}#claims"' in page


async def test_a_sample_leads_its_sides_to_the_deal_and_its_umpire_to_the_sample_alone(
    market: Market, api: Application
) -> None:
    laboratory = await market.organisation("laboratory", "Umpire Laboratory")
    async with scene(market, api, overseen=False) as met:
        deal, _, own = await umpired(met, laboratory)
        async with signed_in(api, market, met.parties[2]) as browser:
            side = await browser.page("/console/notices")
        async with signed_in(api, market, laboratory) as other:
            umpire = await other.page("/console/notices")
    assert f'href="/console/deals/{deal}#samples"' in side
    assert f'href="/console/{own}"' in umpire
    assert deal not in umpire


@pytest.mark.parametrize(("verified", "shown"), [(False, True), (True, False)])
async def test_who_is_not_verified_reads_on_every_page_why_nobody_is_there(
    market: Market, api: Application, verified: bool, shown: bool
) -> None:
    yard = await market.organisation("recycler", "New Yard", verified=verified)
    async with signed_in(api, market, yard) as browser:
        pages = [await browser.page(path) for path in ("/console", "/console/lots", "/console/offers")]
    assert ["is not verified yet" in page for page in pages] == [shown] * 3
