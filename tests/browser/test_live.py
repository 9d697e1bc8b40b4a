"""Pages that stay open: a list of matches that says that it changed, and a stream that outlives its session."""

import asyncio

import pytest
from playwright.async_api import Page

from market.parties.structs import NewOrganisation
from tests.browser.conftest import Console, Opens
from tests.browser.test_coordinator import met_on
from tests.support.api import published
from tests.support.browser import DESKTOP, PHONE, Tab
from tests.support.deals import Scene
from tests.support.market import LOT

MESSAGE = "details.deal textarea"
BADGE = "a[href='/console/notices'] .badge"


def mill(met: Scene) -> NewOrganisation:
    return met.parties[0]


async def published_beside(met: Scene) -> None:
    """One more lot that the spec takes, by the API."""
    await published(met.yard, "lots", LOT | {"available": met.days})


async def written_on(tab: Tab, path: str) -> None:
    """The list, with a deal half proposed on its first row."""
    await tab.visit(path)
    await tab.page.locator("details.deal > summary").first.click()
    await tab.page.locator(MESSAGE).first.fill("By rail, please")


@pytest.mark.parametrize(
    ("language", "width", "said"),
    [("en", DESKTOP, "1 new or changed."), ("ja", PHONE, "新規・変更 1 件。")],
)
async def test_an_open_list_says_that_it_changed_and_moves_nothing(
    console: Console, browser_page: Opens, language: str, width: int, said: str
) -> None:
    async with met_on(console) as met:
        tab = await browser_page(mill(met), language, width)
        await written_on(tab, f"/console/specs/{met.spec}/matches")
        before = await tab.page.locator("ol.ranked > li").first.bounding_box()
        await published_beside(met)
        await tab.page.locator("#moved[role=status]", has_text=said).wait_for()
        after = await tab.page.locator("ol.ranked > li").first.bounding_box()
        await tab.accessible()
        kept = await tab.page.locator(MESSAGE).first.input_value()
        fits = await tab.page.evaluate("document.documentElement.scrollWidth")
        await tab.page.locator("#moved a").click()
        await tab.page.locator("ol.ranked > li").nth(1).wait_for()
        quiet = await tab.page.locator("#moved p").count()
    assert after == before
    assert (kept, fits, quiet) == ("By rail, please", width, 0)


async def test_a_printed_list_says_nothing_of_what_came_after_it(console: Console, browser_page: Opens) -> None:
    async with met_on(console) as met:
        tab = await browser_page(mill(met))
        await tab.visit(f"/console/specs/{met.spec}/matches")
        await published_beside(met)
        await tab.page.locator("#moved p").wait_for()
        await tab.page.emulate_media(media="print")
        assert not await tab.page.locator("#moved").is_visible()


@pytest.mark.parametrize(("language", "width"), [("en", DESKTOP), ("ja", PHONE)])
async def test_a_coordinator_comes_from_a_deal_to_the_lists_of_its_listings(
    console: Console, browser_page: Opens, language: str, width: int
) -> None:
    async with met_on(console) as met:
        deal = await met.open()
        tab = await browser_page(met.parties[1], language, width)
        for path in (f"/console/specs/{met.spec}/matches", f"/console/lots/{met.lots[0]}/matches"):
            await tab.visit(f"/console/deals/{deal['id']}")
            await tab.page.locator(f"a[href='{path}']").click()
            await tab.page.wait_for_url(f"**{path}")
            await tab.accessible()
            assert await tab.page.evaluate("document.documentElement.scrollWidth") <= width


async def signed_out_elsewhere(tab: Tab, other: Page) -> None:
    """By another tab; until this one's stream has ended with the session."""
    ended = asyncio.Event()
    # whichever of the two ends it first
    for how in ("requestfinished", "requestfailed"):
        tab.page.on(how, lambda request: ended.set() if "/console/live" in request.url else None)  # type: ignore[call-overload]  # a name of either
    await other.goto(f"{tab.page.url.partition('/console')[0]}/console")
    await other.locator("form[action='/console/sign-out'] button").click()
    await other.wait_for_url("**/console/sign-in*")
    async with asyncio.timeout(30):
        await ended.wait()


async def test_a_page_whose_session_ended_goes_on_when_its_reader_signs_in_again(
    console: Console, browser_page: Opens
) -> None:
    async with met_on(console) as met:
        tab = await browser_page(mill(met))
        await tab.visit("/console/specs/new")
        # the count that the form asks for while it is typed may find that the session has ended
        tab.refusals.add(401)
        await tab.page.fill("[name='/title']", "Half a spec")
        other = await tab.page.context.new_page()
        await signed_out_elsewhere(tab, other)
        async with tab.page.expect_response(lambda answer: "/console/live" in answer.url and answer.status == 200):
            await other.goto(f"{console.address}{await console.link(mill(met).id)}")
            await other.locator("main button").click()
            await other.wait_for_url("**/console")
        await met.open(met.yard)
        await tab.page.locator(BADGE, has_text="1").wait_for()
        kept = await tab.page.input_value("[name='/title']")
        tab.refusals.add(400)
        async with tab.page.expect_response(lambda answer: answer.request.method == "POST") as sent:
            await tab.page.locator("form button.main").last.evaluate(
                "button => { button.form.noValidate = true; button.click(); }"
            )
        status = (await sent.value).status
    assert kept == "Half a spec"
    # no tonnes were given; of an old token it would be refused as another site's
    assert status == 400
