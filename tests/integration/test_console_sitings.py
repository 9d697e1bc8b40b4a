"""Sitings on screen: pasted, solved, and shown on the map."""

import pytest

from market.app import Application
from tests.support.desk import LANGUAGES, XSS, page, signed_in
from tests.support.market import Market

SITES = "id\tprefecture\tcapacity\tfixed_cost\nKawasaki\tJP-14\t20,000\t30000000\nIchihara\tJP-12\t15000\t24000000\n"
CUSTOMERS = f'id,prefecture,demand\nTokyo mill,JP-13,6000\n"{XSS.replace(chr(34), chr(34) * 2)}",JP-08,5000\n'
PASTED = {"sites": SITES, "customers": CUSTOMERS, "jpy_per_t_km": "45", "changes": "true"}


@pytest.mark.parametrize(("language", "told"), [("en", "hubs open, of 2 sites"), ("ja", "候補地 2 か所")])
async def test_pasted_tables_are_solved_and_drawn(market: Market, api: Application, language: str, told: str) -> None:
    async with signed_in(market, api, await market.organisation("processor"), language) as person:
        answer = await person.send("/console/sitings", PASTED)
        assert answer.status_code == 200, answer.text
        assert told in answer.text
        assert ('class="point open"' in answer.text, 'class="point closed"' in answer.text) == (True, True)
        assert 'class="flow"' in answer.text
        assert "<script>alert(1)" not in answer.text


async def test_what_is_wrong_with_a_table_is_said_by_the_apis_checks(market: Market, api: Application) -> None:
    async with signed_in(market, api, await market.organisation("processor")) as person:
        answer = await person.send("/console/sitings", {**PASTED, "sites": SITES.replace("JP-12", "JP-99")})
        assert answer.status_code == 422
        assert "/sites/1/prefecture" in answer.text


async def test_what_is_no_instance_is_refused(market: Market, api: Application) -> None:
    async with signed_in(market, api, await market.organisation("processor")) as person:
        assert (await person.send("/console/sitings", {"json": "{"})).status_code == 400


async def test_a_large_instance_becomes_a_job_that_its_page_follows(market: Market, api: Application) -> None:
    customers = "id,prefecture,demand\n" + "".join(f"c{k},JP-{1 + k % 46:02},10\n" for k in range(1600))
    async with signed_in(market, api, await market.organisation("processor")) as person:
        answer = await person.send("/console/sitings", {"sites": SITES, "customers": customers, "jpy_per_t_km": "45"})
        assert answer.status_code == 200, answer.text
        assert "/console/jobs/" in answer.text
        assert 'name="instance"' in answer.text


async def test_somebody_elses_job_is_not_there(market: Market, api: Application) -> None:
    async with signed_in(market, api, await market.organisation("processor")) as person:
        path = "/console/sitings/0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b01"
        assert (await person.send(path, {"instance": "{}"})).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_form_is_begun_from_the_market(market: Market, api: Application, language: str) -> None:
    async with signed_in(market, api, await market.organisation("laboratory"), language) as person:
        assert "id,prefecture,demand" in await page(person, "/console/sitings?family=steel&capacity=1&fixed_cost=2")


async def test_a_form_of_another_site_solves_nothing(market: Market, api: Application) -> None:
    async with signed_in(market, api, await market.organisation("processor")) as person:
        assert (await person.send("/console/sitings", {**PASTED, "_csrf": "guessed"})).status_code == 403
