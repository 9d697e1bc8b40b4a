"""Offers on a deal with several recyclers: the buyer reads each exchange apart, a recycler its own and nothing else."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from tests.support.console import signed_in
from tests.support.deals import TERMS, Scene, scene
from tests.support.filled import form
from tests.support.market import Market

SPEC = {"limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%"}], "quantity": {"tonnes": 200, "max_suppliers": 2}}
LOT = {
    "quantity": {"tonnes": 120},
    "assays": [{"analyte": "Cu", "value": 0.2, "unit": "%", "uncertainty": 0.005}],
}
PRICES = (43_111, 43_222)


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=2, overseen=False, spec=SPEC, lots=[LOT, LOT]) as found:
        yield found


async def _offered(met: Scene) -> str:
    """The id of a deal on a blend in which each recycler has offered at a price of its own."""
    proposed = await met.mill.post(f"/v1/specs/{met.spec}/blends", json={})
    blend = next(one for one in proposed.json()["items"] if len(one["blend"]["takes"]) == 2)
    deal = str((await met.post(met.mill, "deals", {"blend_id": blend["id"]}, 201))["id"])
    for yard in met.yards:
        await met.post(yard, f"deals/{deal}/take-up")
    for yard, amount in zip(met.yards, PRICES, strict=True):
        terms = TERMS | {"tonnes": 60, "price": {**TERMS["price"], "amount": amount}}
        await met.post(yard, f"deals/{deal}/offers", terms)
    return deal


async def test_the_buyer_reads_each_exchange_and_answers_on_its_leg(
    met: Scene, market: Market, api: Application
) -> None:
    deal = await _offered(met)
    legs = {leg["id"]: leg for leg in (await met.mill.get(f"/v1/deals/{deal}")).json()["legs"]}
    async with signed_in(api, market, met.parties[0]) as mill:
        page = await mill.page(f"/console/deals/{deal}")
        forms = {leg: dict(form(await mill.page(f"/console/deals/{deal}/offer?leg={leg}"))) for leg in legs}
    assert page.count('class="abreast"') == 2
    assert all(f"¥{amount:,}/t" in page for amount in PRICES)
    assert {leg: fields["/leg_id"] for leg, fields in forms.items()} == {leg: leg for leg in legs}
    assert sorted(int(fields["/price/amount"]) for fields in forms.values()) == sorted(PRICES)


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_recycler_reads_nothing_of_the_other_exchange(
    met: Scene, market: Market, api: Application, language: str
) -> None:
    deal = await _offered(met)
    for own, other, party in zip(PRICES, reversed(PRICES), met.parties[2:], strict=True):
        async with signed_in(api, market, party, language) as yard:
            page = await yard.page(f"/console/deals/{deal}")
        assert f"¥{own:,}" in page
        assert f"{other:,}" not in page
