"""A coordinator reads the matches of listings in its jurisdiction, from a deal on, and may do nothing with them."""

from collections.abc import AsyncIterator

import pytest_asyncio

from market.app import Application
from market.parties.structs import Jurisdiction, NewOrganisation
from tests.support.console import Browser, signed_in
from tests.support.deals import Scene, scene
from tests.support.market import Market
from tests.support.steel import SECRETS, steel


@pytest_asyncio.fixture(scope="module")
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, lots=[steel(0.1)]) as found:
        yield found


@pytest_asyncio.fixture(scope="module")
async def desk(market: Market, api: Application, met: Scene) -> AsyncIterator[Browser]:
    async with signed_in(api, market, met.parties[1]) as found:
        yield found


@pytest_asyncio.fixture(scope="module")
async def of_the_mill(market: Market, met: Scene) -> NewOrganisation:
    """A coordinator that oversees one side of the scene's deals."""
    jurisdiction = Jurisdiction(members=(met.parties[0].id,))
    return await market.organisation("coordinator", "Mill Desk", prefecture=None, jurisdiction=jurisdiction)


async def test_what_fits_a_spec_is_read_without_a_way_to_deal_in_it(desk: Browser, met: Scene) -> None:
    text = await desk.page(f"/console/specs/{met.spec}/matches")
    main = text.partition("<main")[2].partition("</main>")[0]
    assert main.count('class="card"') == 1
    assert 'sse-connect="/console/live?list=' in text
    assert "<form" not in main
    assert "/edit" not in main
    assert [secret for secret in SECRETS if secret in main] == []


async def test_who_wants_a_lot_is_read_likewise(desk: Browser, met: Scene) -> None:
    text = await desk.page(f"/console/lots/{met.lots[0]}/matches")
    main = text.partition("<main")[2].partition("</main>")[0]
    assert main.count('class="card"') == 1
    assert "<form" not in main


async def test_of_a_listing_elsewhere_there_is_no_page(
    market: Market, api: Application, met: Scene, of_the_mill: NewOrganisation
) -> None:
    async with signed_in(api, market, of_the_mill) as browser:
        mine = await browser.http.get(f"/console/specs/{met.spec}/matches")
        elsewhere = await browser.http.get(f"/console/lots/{met.lots[0]}/matches")
    assert (mine.status_code, elsewhere.status_code) == (200, 404)


async def test_reading_them_is_audited(market: Market, desk: Browser, met: Scene) -> None:
    await desk.page(f"/console/specs/{met.spec}/matches?near=1")
    async with market.superuser() as connection:
        noted = await connection.fetchval(
            "select count(*) from audit_event where tenant_id = $1 and action = 'read_matches' and object_id = $2",
            *(met.parties[1].id, met.spec),
        )
    assert noted >= 1


async def test_a_deal_leads_to_the_lists_that_its_coordinator_may_read_and_to_no_other(
    market: Market, api: Application, met: Scene, of_the_mill: NewOrganisation
) -> None:
    deal = await met.open()
    path = f"/console/deals/{deal['id']}"
    spec, lot = f'href="/console/specs/{met.spec}/matches"', f'href="/console/lots/{met.lots[0]}/matches"'
    found = []
    for party in (met.parties[1], of_the_mill, met.parties[0]):
        async with signed_in(api, market, party) as browser:
            text = await browser.page(path)
            found.append((spec in text, lot in text))
    assert found == [(True, True), (True, False), (False, False)]
