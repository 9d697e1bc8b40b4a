"""What both sides brought to a deal, as its page tells it."""

import pytest

from market.app import Application
from tests.support.console import signed_in
from tests.support.deals import scene
from tests.support.deliveries import contracted
from tests.support.market import Market


@pytest.mark.parametrize(("language", "label"), [("en", "Asked for in all (revision 1)"), ("ja", "要求総量（改訂 1）")])
async def test_what_a_spec_asked_for_is_not_called_open_once_some_of_it_is_sold(
    market: Market, api: Application, language: str, label: str
) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await contracted(met)
        async with signed_in(api, market, met.parties[2], language) as browser:
            page = await browser.page(f"/console/deals/{deal}")
    assert f"<dt>{label}</dt><dd>3,000\u00a0t</dd>" in page
