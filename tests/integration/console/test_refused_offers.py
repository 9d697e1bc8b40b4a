"""An offer that was refused comes back with all its rows, also those that a button of the form added."""

import pytest

from market.app import Application
from tests.integration.console.test_offer_terms import WRITTEN, written
from tests.support.console import signed_in
from tests.support.deals import negotiating, scene
from tests.support.market import Market
from tests.support.page_forms import PageForm


async def test_a_refused_offer_comes_back_with_the_rows_that_were_added(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await negotiating(met)
        async with signed_in(api, market, met.parties[2]) as yard:
            wrong = WRITTEN | {"/price/amount": "12,5 kg", "/schedule/3/month": "soon"}
            fields = await written(yard, deal, wrong, "step", "month")
            answer = await yard.send(f"/console/deals/{deal}/offers", fields)
    again = PageForm(answer.text, f"/console/deals/{deal}/offers")
    assert answer.status_code == 400
    assert {name: again.field(name).value for name in wrong} == wrong
    assert again.field("/price/amount").invalid


async def test_an_overtaken_offer_comes_back_with_its_rows_and_can_then_be_made(
    market: Market, api: Application
) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await negotiating(met)
        action = f"/console/deals/{deal}/offers"
        async with signed_in(api, market, met.parties[2]) as yard:
            stale = [
                (name, "1" if name == "_version" else text) for name, text in await written(yard, deal, WRITTEN, "step")
            ]
            refused = await yard.send(action, stale)
            again = PageForm(refused.text, action)
            rows = {name: again.field(name).value for name in WRITTEN}
            sent = await yard.send(action, again.sends())
    assert (refused.status_code, rows, sent.status_code) == (412, WRITTEN, 303)


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_share_beyond_the_whole_is_told_in_per_cent_as_it_is_typed(
    market: Market, api: Application, language: str
) -> None:
    beyond = WRITTEN | {"/steps/0/yield": "140", "/steps/0/removal/0/fraction": "101"}
    async with scene(market, api, overseen=False) as met:
        deal = await negotiating(met)
        async with signed_in(api, market, met.parties[2], language) as yard:
            answer = await yard.send(f"/console/deals/{deal}/offers", await written(yard, deal, beyond, "step"))
    again = PageForm(answer.text, f"/console/deals/{deal}/offers")
    said = [again.said(again.field(name)) for name in ("/steps/0/yield", "/steps/0/removal/0/fraction")]
    assert [words for words in said if "100" not in words or "1.4" in words or "1.01" in words] == []
