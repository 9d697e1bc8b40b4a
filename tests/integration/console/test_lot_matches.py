"""Who wants a lot, as its owner sees it in the console: matches, near misses, deals opened on them, and advice."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from market.app import Application
from tests.support.console import Browser, signed_in
from tests.support.deals import Scene, scene
from tests.support.market import Market

# nothing of a buyer that a seller may read before names are open
SECRETS = ("Deal Mill", "EAF charge", "52000", "52,000", "139.8")
ALLOYS = [{"analyte": code, "value": 0.02, "unit": "%"} for code in ("Cr", "Ni", "Mo")]

BELOW = {"assays": [{"analyte": "Cu", "operator": "<", "value": 0.002, "unit": "%"}, *ALLOYS]}


def _lot(copper: float | None) -> dict[str, Any]:
    measured = [] if copper is None else [{"analyte": "Cu", "value": copper, "unit": "%", "uncertainty": 0.005}]
    return {"assays": [*measured, *ALLOYS]}


@pytest_asyncio.fixture(scope="module")
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=4, lots=[_lot(0.1), _lot(0.28), _lot(None), BELOW]) as found:
        yield found


@pytest_asyncio.fixture(scope="module", params=["en", "ja"])
async def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(scope="module")
async def fits(api: Application, market: Market, met: Scene, language: str) -> AsyncIterator[Browser]:
    async with signed_in(api, market, met.parties[2], language) as found:
        yield found


@pytest_asyncio.fixture(scope="module")
async def misses(api: Application, market: Market, met: Scene, language: str) -> AsyncIterator[Browser]:
    async with signed_in(api, market, met.parties[3], language) as found:
        yield found


@pytest_asyncio.fixture(scope="module")
async def untested(api: Application, market: Market, met: Scene, language: str) -> AsyncIterator[Browser]:
    async with signed_in(api, market, met.parties[4], language) as found:
        yield found


async def test_the_list_tells_how_many_want_a_lot(fits: Browser, met: Scene) -> None:
    tally = await fits.page(f"/console/lots/{met.lots[0]}/tally")
    assert f"/console/lots/{met.lots[0]}/matches" in tally
    assert "1" in tally.partition(">")[2].partition("<")[0]


async def test_a_match_is_told_with_its_limits_and_without_the_buyers_secrets(fits: Browser, met: Scene) -> None:
    page = await fits.page(f"/console/lots/{met.lots[0]}/matches")
    assert "verdict in_specification" in page
    assert met.spec in page
    assert [secret for secret in SECRETS if secret in page] == []


@pytest.mark.parametrize("page", ["", "/matches"])
async def test_a_result_below_detection_is_shown_as_the_laboratory_wrote_it(
    api: Application, market: Market, met: Scene, language: str, page: str
) -> None:
    async with signed_in(api, market, met.parties[5], language) as browser:
        shown = await browser.page(f"/console/lots/{met.lots[3]}{page}")
    assert "&lt;\u00a00.002\u00a0%" in shown
    assert "0 – 0.002" not in shown


async def test_who_compares_lots_reads_a_result_below_detection(
    api: Application, market: Market, met: Scene, language: str
) -> None:
    async with signed_in(api, market, met.parties[0], language) as browser:
        shown = await browser.page(f"/console/compare?spec={met.spec}&lot={met.lots[3]}")
    assert "&lt;\u00a00.002\u00a0%" in shown


async def test_a_near_miss_is_told_with_what_it_needs(misses: Browser, met: Scene) -> None:
    page = await misses.page(f"/console/lots/{met.lots[1]}/matches?near=1")
    assert "verdict out_of_specification" in page
    assert f'name="/spec_id" value="{met.spec}"' in page
    assert "relax_to" in page
    assert [secret for secret in SECRETS if secret in page] == []


async def test_what_to_test_next_names_the_missing_analyte(untested: Browser, met: Scene) -> None:
    page = await untested.page(f"/console/lots/{met.lots[2]}/advice")
    assert '<th scope="row">Cu</th>' in page


async def test_what_to_remove_is_worked_out_and_says_that_it_was_never_measured(misses: Browser, met: Scene) -> None:
    answer = await misses.send(f"/console/lots/{met.lots[1]}/upgrades", htmx=True)
    assert answer.status_code == 200, answer.text
    assert "<!doctype" not in answer.text
    whole = await misses.send(f"/console/lots/{met.lots[1]}/upgrades")
    assert "<!doctype" in whole.text


async def test_a_deal_is_opened_from_a_match(market: Market, api: Application, language: str) -> None:
    async with scene(market, api, lots=[_lot(0.1)]) as met, signed_in(api, market, met.parties[2], language) as yard:
        fields = [("/spec_id", met.spec), ("/tonnes:number", "60"), ("/message", "Dry and clean")]
        answer = await yard.send(f"/console/lots/{met.lots[0]}/deals", fields)
        assert answer.status_code == 303, answer.text
        assert "Dry and clean" in await yard.page(answer.headers["location"])


async def test_a_spec_that_was_never_shown_opens_no_deal(fits: Browser, met: Scene) -> None:
    fields = [("/spec_id", "01a215e3-0340-76e6-9b6e-70e7e254f481")]
    assert (await fits.send(f"/console/lots/{met.lots[0]}/deals", fields)).status_code in {404, 422}


async def test_a_deal_from_another_site_is_refused(fits: Browser, met: Scene) -> None:
    answer = await fits.send(f"/console/lots/{met.lots[0]}/deals", [("/spec_id", met.spec)], token="x" * 43)
    assert answer.status_code == 403


async def test_a_manufacturer_has_no_lots(api: Application, market: Market, met: Scene) -> None:
    async with signed_in(api, market, met.parties[0], "en", "Mill Person") as mill:
        assert (await mill.http.get("/console/lots")).status_code == 403


async def test_a_yard_sees_its_own_deal_on_a_match_and_no_other_yards(market: Market, api: Application) -> None:
    async with scene(market, api, yards=2, lots=[_lot(0.1), _lot(0.1)]) as met:
        deal = (await met.open())["id"]
        shown = []
        for i in (0, 1):
            async with signed_in(api, market, met.parties[2 + i], "ja") as yard:
                shown.append(await yard.page(f"/console/lots/{met.lots[i]}/matches"))
    assert [f'href="/console/deals/{deal}">進行中の取引があります' in page for page in shown] == [True, False]
    assert deal not in shown[1]
