"""Long work on screen: its progress, and its end."""

from market.app import Application
from market.runs import service as runs
from market.runs.structs import Order
from tests.support.console import signed_in
from tests.support.market import Market


async def test_a_job_shows_its_progress_asks_again_and_can_be_cancelled(market: Market, api: Application) -> None:
    party = await market.organisation("manufacturer", "Test Mill")
    async with market.work(party.id) as work:
        job = (await runs.ask(work, Order("blend", b"{}", "en"))).id
    async with signed_in(api, market, party, "ja") as browser:
        page = await browser.page(f"/console/jobs/{job}")
        await browser.send(f"/console/jobs/{job}/cancel")
        after = await browser.page(f"/console/jobs/{job}")
    assert "待機中" in page
    assert f'hx-get="/console/jobs/{job}" hx-trigger="every 1s"' in page
    assert "取消" in after
    assert "every 1s" not in after


async def test_a_job_of_another_is_not_there(market: Market, api: Application) -> None:
    party, other = await market.organisation(), await market.organisation()
    async with market.work(party.id) as work:
        job = (await runs.ask(work, Order("blend", b"{}", "en"))).id
    async with signed_in(api, market, other) as browser:
        assert (await browser.http.get(f"/console/jobs/{job}")).status_code == 404
