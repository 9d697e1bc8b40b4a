"""A laboratory in the console: samples that wait for it, a result filed from a table, nothing of the two sides."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from market.parties.structs import NewOrganisation
from tests.support.console import Browser, signed_in
from tests.support.deals import Scene, scene
from tests.support.market import Market
from tests.support.samples import CLEAN, disputed

# what the two sides have found, and who they are
SECRETS = ("0.31", "0.21", "Mill Laboratory", "Yard Laboratory", "Deal Mill", "Deal Yard")
RESULT = [
    ("/laboratory", "Umpire Laboratory"),
    ("/measured_on", "令和8年11月24日"),
    ("/assays/0/analyte", "銅"),
    ("/assays/0/value", "0.25"),
    ("/assays/0/unit", "%"),
    ("/assays/0/method", "<script>alert(1)</script>"),
]


@pytest_asyncio.fixture
async def laboratory(market: Market) -> NewOrganisation:
    return await market.organisation("laboratory", "Umpire Laboratory")


@pytest_asyncio.fixture
async def sample(market: Market, api: Application, laboratory: NewOrganisation) -> AsyncIterator[str]:
    """The id of a sample on which both sides asked the laboratory to decide."""
    async with scene(market, api, overseen=False, lots=[{"assays": CLEAN}]) as met:
        yield await _asked(met, laboratory)


async def _asked(met: Scene, laboratory: NewOrganisation) -> str:
    _, path = await disputed(met)
    for side in (met.mill, met.yard):
        await met.post(side, f"{path}/umpire", {"organisation_id": str(laboratory.id)})
    return path.rsplit("/", 1)[1]


@pytest_asyncio.fixture(params=["en", "ja"])
async def browser(
    request: pytest.FixtureRequest, api: Application, market: Market, laboratory: NewOrganisation
) -> AsyncIterator[Browser]:
    async with signed_in(api, market, laboratory, request.param) as found:
        yield found


async def test_a_sample_waits_and_says_what_to_measure_without_what_others_found(browser: Browser, sample: str) -> None:
    assert f"/console/samples/{sample}" in await browser.page("/console/samples")
    page = await browser.page(f"/console/samples/{sample}")
    assert 'name="/assays/0/analyte" value="Cu"' in page
    assert "CAP-1" in page
    assert [secret for secret in SECRETS if secret in page] == []


async def test_a_pasted_table_takes_the_place_of_the_rows_that_wait(browser: Browser, sample: str) -> None:
    page = await browser.page(f"/console/samples/{sample}")
    assert page.count('name="/assays/') > 0
    fields = [("/assays/0/analyte", "Cu"), ("/assays/0/unit", "%"), ("_do", "paste"), ("_paste", "銅\t0.25\t%\nPb\tND")]
    answer = await browser.send(f"/console/samples/{sample}/editor", fields, htmx=True)
    assert 'name="/assays/0/value" value="0.25"' in answer.text
    assert 'name="/assays/1/analyte" value="Pb"' in answer.text
    assert 'name="/assays/2/analyte"' not in answer.text


async def test_a_result_is_filed_once_and_shown(browser: Browser, sample: str) -> None:
    answer = await browser.send(f"/console/samples/{sample}/results", RESULT)
    assert answer.status_code == 303, answer.text
    page = await browser.page(f"/console/samples/{sample}")
    assert "0.25\u00a0%" in page
    assert 'id="editor"' not in page
    assert "<script>alert" not in page
    again = await browser.send(f"/console/samples/{sample}/results", RESULT)
    assert again.status_code == 409


async def test_a_refusal_points_at_the_row(browser: Browser, sample: str) -> None:
    wrong = [(name, "furlong" if name.endswith("/unit") else text) for name, text in RESULT]
    answer = await browser.send(f"/console/samples/{sample}/results", wrong, htmx=True)
    assert answer.status_code == 422
    assert 'data-pointer="/assays/0' in answer.text


async def test_another_laboratory_finds_nothing(market: Market, api: Application, sample: str) -> None:
    other = await market.organisation("laboratory", "Other Laboratory")
    async with signed_in(api, market, other, "en") as browser:
        assert (await browser.http.get(f"/console/samples/{sample}")).status_code == 404
        assert (await browser.send(f"/console/samples/{sample}/results", RESULT)).status_code == 404


async def test_a_result_from_another_site_is_refused(browser: Browser, sample: str) -> None:
    assert (await browser.send(f"/console/samples/{sample}/results", RESULT, token="x" * 43)).status_code == 403


@pytest.mark.parametrize("browser", ["en"], indirect=True)
async def test_home_tells_what_waits_for_the_laboratory_from_what_it_settled(browser: Browser, sample: str) -> None:
    before = (await browser.page("/console")).partition('id="home-samples"')[2].partition("</section>")[0]
    assert (await browser.send(f"/console/samples/{sample}/results", RESULT)).status_code == 303
    after = (await browser.page("/console")).partition('id="home-samples"')[2].partition("</section>")[0]
    shown = [re.findall(r"<caption>([^<]*)</caption>", page) for page in (before, after)]
    assert shown == [["Waiting for your result"], ["Others, and those done"]]
    assert "No sample waits for your laboratory." in after
