"""One's own specs in the console: the list, the editor, pasting, counting, publishing, and two who edit at once."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from market.parties.structs import NewOrganisation
from tests.support.console import Browser, signed_in
from tests.support.market import Market

SCRIPT = "<script>alert(1)</script>"
FIELDS = [
    ("/title", "Low copper"),
    ("/material", "carbon_steel_scrap"),
    ("/limits/0/analytes:list", "銅"),
    ("/limits/0/max:number", "０．２５"),
    ("/limits/0/unit", "%"),
    ("/quantity/tonnes:number", "3,000"),
    ("/delivery/location/prefecture", "JP-13"),
    ("/delivery/from", "2027-01-01"),
    ("/delivery/until", "2027-03-31"),
    ("/max_price/currency", "JPY"),
    ("/confidence:number", "90"),
]


@pytest_asyncio.fixture(scope="module")
async def maker(market: Market) -> NewOrganisation:
    return await market.organisation("manufacturer", "Bay Steel")


@pytest_asyncio.fixture(scope="module", params=["en", "ja"])
async def browser(
    request: pytest.FixtureRequest, api: Application, market: Market, maker: NewOrganisation
) -> AsyncIterator[Browser]:
    async with signed_in(api, market, maker, request.param) as found:
        yield found


def _language(browser: Browser) -> str:
    return str(browser.http.cookies.get("capillary_language"))


async def _made(browser: Browser, **changes: str) -> str:
    fields = [(name, changes.get(name.partition(":")[0], text)) for name, text in FIELDS]
    answer = await browser.send("/console/specs", fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_the_editor_is_a_page(browser: Browser) -> None:
    assert 'name="/limits/0/analytes:list"' in await browser.page("/console/specs/new")


async def test_a_spec_is_saved_as_a_draft_from_names_and_wide_digits(browser: Browser) -> None:
    page = await browser.page(await _made(browser))
    assert "Low copper" in page
    assert "0.25" in page


async def test_a_spec_is_published_at_once(browser: Browser) -> None:
    answer = await browser.send("/console/specs", [*FIELDS, ("_then", "publish")])
    assert (answer.status_code, answer.headers["location"].rpartition("/")[2]) == (303, "matches")


async def test_the_list_has_the_spec_with_its_status(browser: Browser) -> None:
    await _made(browser, **{"/title": "Listed by status"})
    assert "Listed by status" in await browser.page("/console/specs?status=draft")
    assert "Listed by status" not in await browser.page("/console/specs?status=cancelled")


async def test_what_a_person_wrote_is_never_markup(browser: Browser) -> None:
    path = await _made(browser, **{"/title": SCRIPT})
    for page in (path, f"{path}/edit", "/console/specs"):
        text = await browser.page(page)
        assert SCRIPT not in text
        assert "&lt;script&gt;alert(1)" in text


async def test_a_form_without_its_token_is_refused(browser: Browser) -> None:
    answer = await browser.send("/console/specs", FIELDS, token="guessed")
    assert answer.status_code == 403


PAGES = ("", "/edit", "/matches", "/matches?near=1", "/blends", "/what-if", "/advice")


@pytest.mark.parametrize("page", PAGES)
async def test_every_page_of_a_spec_is_there(browser: Browser, page: str) -> None:
    answer = await browser.send("/console/specs", [*FIELDS, ("_then", "publish")])
    path = answer.headers["location"].removesuffix("/matches")
    assert "Low copper" in await browser.page(f"{path}{page}")
