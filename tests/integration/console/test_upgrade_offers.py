"""A processor's offers in the console: written in per cent, held against what was published, changed, withdrawn."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import OFFERED_STEP
from market.parties.structs import NewOrganisation
from tests.support.api import client
from tests.support.console import Browser, signed_in
from tests.support.market import Market

SCRIPT = "<script>alert(1)</script>"
AT = "/console/upgrade-offers"
FIELDS = [
    ("/step", "BALLISTIC_LOWCU"),
    ("/location/prefecture", "JP-14"),
    ("/capacity_tonnes", "5,000"),
    ("/fee/amount", "3500"),
    ("/yield", "92.5"),
    ("/removal/0/analyte", "銅"),
    ("/removal/0/fraction", "40"),
    ("/removal/0/uncertainty", "5"),
    ("/removal/1/analyte", ""),
    ("/evidence", "Trial of June\nTrial of July"),
]


@pytest_asyncio.fixture(scope="module")
async def processor(market: Market) -> NewOrganisation:
    return await market.organisation("processor", "Low Copper Sorting")


@pytest_asyncio.fixture(scope="module", params=["en", "ja"])
async def browser(
    request: pytest.FixtureRequest, api: Application, market: Market, processor: NewOrganisation
) -> AsyncIterator[Browser]:
    async with signed_in(api, market, processor, request.param) as found:
        yield found


async def _made(browser: Browser, **changes: str) -> str:
    answer = await browser.send(AT, [(name, changes.get(name, text)) for name, text in FIELDS])
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_shares_are_typed_in_per_cent(browser: Browser, api: Application, processor: NewOrganisation) -> None:
    where = await _made(browser)
    async with client(api, processor) as caller:
        found = (await caller.get(f"/v1/upgrade-offers/{where.rsplit('/', 1)[1]}")).json()
    assert found["yield"] == 0.925
    assert found["removal"] == [{"analyte": "Cu", "fraction": 0.4, "uncertainty": 0.05}]
    assert found["evidence"] == ["Trial of June", "Trial of July"]


async def test_an_offer_is_shown_with_what_was_published_beside_its_claims(browser: Browser) -> None:
    page = await browser.page(await _made(browser))
    assert "92.5" in page
    assert "40" in page
    assert await browser.page(AT)


async def test_an_offer_fills_its_form_and_is_changed(browser: Browser) -> None:
    where = await _made(browser)
    page = await browser.page(f"{where}/edit")
    assert 'name="/yield" type="text" value="92.5"' in page
    assert 'name="/removal/0/fraction" value="40"' in page
    changed = [(name, "90" if name == "/yield" else text) for name, text in FIELDS]
    assert (await browser.send(where, [*changed, ("_version", "1")])).status_code == 303
    assert "90" in await browser.page(where)


async def test_two_who_edit_at_once_see_what_the_other_changed(
    browser: Browser, api: Application, processor: NewOrganisation
) -> None:
    where = await _made(browser)
    was = (await browser.page(f"{where}/edit")).partition('name="_was" value="')[2].partition('"')[0]
    path = f"/v1/upgrade-offers/{where.rsplit('/', 1)[1]}"
    async with client(api, processor) as caller:
        tag = (await caller.get(path)).headers["etag"]
        changed = await caller.patch(path, json={"capacity_tonnes": 700}, headers={"if-match": tag})
        assert changed.status_code == 200, changed.text
    mine = [*FIELDS, ("_version", "1"), ("_was", was.replace("&#34;", '"'))]
    answer = await browser.send(where, mine, htmx=True)
    assert answer.status_code == 412
    assert 'id="clash"' in answer.text
    assert 'name="_version" value="2"' in answer.text
    assert 'name="/capacity_tonnes" type="text" value="700"' in answer.text


async def test_what_a_step_cannot_remove_is_refused_at_its_row(browser: Browser) -> None:
    wrong = [(name, "NaN" if name == "/removal/0/fraction" else text) for name, text in FIELDS]
    answer = await browser.send(AT, wrong, htmx=True)
    assert answer.status_code in {400, 422}
    assert 'data-pointer="/removal/0' in answer.text


async def test_rows_are_added_and_taken_out(browser: Browser) -> None:
    added = await browser.send(f"{AT}/editor", [*FIELDS, ("_do", "row")], htmx=True)
    assert 'name="/removal/2/analyte"' in added.text
    dropped = await browser.send(f"{AT}/editor", [*FIELDS, ("_do", "drop:0")], htmx=True)
    assert 'name="/removal/0/analyte"' not in dropped.text


async def test_an_offer_is_withdrawn(browser: Browser) -> None:
    where = await _made(browser)
    assert (await browser.send(f"{where}/withdraw", [("_version", "1")])).status_code == 303
    assert f"{where}/edit" not in await browser.page(where)


async def test_what_the_api_stored_is_never_markup(
    browser: Browser, api: Application, processor: NewOrganisation
) -> None:
    told = OFFERED_STEP | {"evidence": [SCRIPT], "residue": {"title": SCRIPT}}
    async with client(api, processor) as caller:
        made = await caller.post("/v1/upgrade-offers", json=told)
        assert made.status_code == 201, made.text
    where = f"{AT}/{made.json()['id']}"
    for page in (where, f"{where}/edit", AT):
        assert SCRIPT not in await browser.page(page)
    assert "&lt;script&gt;" in await browser.page(where)


async def test_another_processors_offer_is_not_there(browser: Browser, api: Application, market: Market) -> None:
    other = await market.organisation("processor", "Other Sorting")
    async with client(api, other) as caller:
        made = (await caller.post("/v1/upgrade-offers", json=OFFERED_STEP)).json()
    for page in ("", "/edit"):
        assert (await browser.http.get(f"{AT}/{made['id']}{page}")).status_code == 404


async def test_an_offer_from_another_site_is_refused(browser: Browser) -> None:
    assert (await browser.send(AT, FIELDS, token="x" * 43)).status_code == 403


async def test_home_counts_the_offers_that_are_open_and_those_withdrawn(api: Application, market: Market) -> None:
    async with signed_in(api, market, await market.organisation("processor", "New Sorting")) as browser:
        await _made(browser)
        where = await _made(browser)
        await _made(browser)
        await browser.send(f"{where}/withdraw", [("_version", "1")])
        home = await browser.page("/console")
    counted = re.findall(r'href="/console/upgrade-offers"><span class="figure">(\d+)</span> (\w+)', home)
    assert counted == [("2", "active"), ("1", "withdrawn")]
