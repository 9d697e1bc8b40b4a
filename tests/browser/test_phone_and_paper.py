"""Every page on a narrow screen, and the main ones on paper."""

import re
from collections.abc import AsyncIterator

import pytest

from tests.browser.conftest import Opens
from tests.support.browser import DESKTOP, PHONE, Tab
from tests.support.way import Way

# WCAG 1.4.10: a page at 1280 px, four times as large
REFLOWED = 320
# what remains of an A4 page between its margins, in CSS pixels
PAPER = 688
BEYOND = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const all = [...document.querySelectorAll("body *")];
    const beyond = all.filter((one) => one.getBoundingClientRect().right > width + 1).slice(0, 3);
    return beyond.map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`);
}"""
# WCAG 2.5.8, but for links in a text, prefectures of the map, and what only the keyboard meets
SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary")].filter((one) => {
    const {width, height} = one.getBoundingClientRect();
    const spared = one.closest("svg, .skip, .skipping") || getComputedStyle(one).display === "inline";
    return width && height && !spared && Math.min(width, height) < 24;
}).map((one) => `${one.tagName} ${one.name ?? ""} ${one.textContent.trim().slice(0, 40)}`)"""
# a region that scrolls for itself is reached by the keyboard and has a name
NAMELESS = """() => [...document.querySelectorAll(".scroll")].filter((one) =>
    one.scrollWidth > one.clientWidth && !(one.tabIndex === 0 && one.matches("[aria-label], [aria-labelledby]"))
).map((one) => one.textContent.trim().slice(0, 60))"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map((one) => one.getAttribute('href'))"
CUT = """() => [...document.querySelectorAll("main *")].filter((one) =>
    one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
).map((one) => `${one.tagName}.${one.getAttribute("class")}: ${one.textContent.trim().slice(0, 40)}`)"""
SEEN = """() => [...document.querySelectorAll("header.bar, .foot, .tabs, .filters, button, input, select, textarea")]
    .filter((one) => one.getClientRects().length).map((one) => `${one.tagName} ${one.name ?? one.className}`)"""
# what people print; not what they fill in
PRINTED = re.compile(
    r"/console/(balance|deals|reviews|compare|specs|lots|tenders|permits)\b(?!.*(edit|new|what-if|decide|tender)$)"
)


async def pages(tab: Tab, most_alike: int = 1) -> AsyncIterator[str]:
    """Each page that links lead to, open."""
    way = Way(most_alike)
    for path in way:
        answer = await tab.page.goto(tab.address + path, wait_until="domcontentloaded")
        assert answer is not None
        if answer.headers["content-type"].startswith("text/html"):
            yield path
            way.found(await tab.page.evaluate(LINKS))


@pytest.mark.parametrize(
    ("persona", "language"),
    [("coordinator", "en"), ("manufacturer", "ja"), ("recycler", "en"), ("processor", "ja"), ("laboratory", "en")],
)
async def test_a_narrow_screen_holds_every_page_with_targets_for_thumbs(
    browser_page: Opens, persona: str, language: str
) -> None:
    tab = await browser_page(persona, language, REFLOWED)
    # a blend that cannot be worked out says so as soon as its page is there
    tab.refusals.add(422)
    found = {path: [await tab.page.evaluate(ask) for ask in (BEYOND, SMALL, NAMELESS)] async for path in pages(tab)}
    assert {path: told for path, told in found.items() if told != [[], [], []]} == {}


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_menu_opens_over_the_page_by_the_keyboard(browser_page: Opens, language: str) -> None:
    tab = await browser_page("coordinator", language, PHONE)
    await tab.visit("/console/reviews")
    bar = await tab.page.locator("header.bar").bounding_box()
    assert bar is not None
    assert bar["height"] <= 56
    assert not await tab.page.locator(".menu").is_visible()
    await tab.page.locator("button.opener").focus()
    await tab.press("Enter")
    await tab.page.locator(".menu").wait_for()
    await tab.accessible()
    await tab.press("Tab")
    assert await tab.page.evaluate("() => document.activeElement.getAttribute('href')") == "/console"
    await tab.press("Escape")
    await tab.page.locator(".menu").wait_for(state="hidden")


async def test_the_menu_opens_without_a_script(browser_page: Opens) -> None:
    tab = await browser_page("recycler", "ja", PHONE)
    await tab.page.context.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    await tab.visit("/console/offers")
    await tab.page.locator("button.opener").click()
    await tab.page.locator(".menu a[href='/console/lots']").click()
    await tab.page.wait_for_url("**/console/lots")


async def test_on_a_phone_a_limit_takes_no_more_lines_than_its_reason_needs(browser_page: Opens) -> None:
    tab = await browser_page("coordinator", "ja", PHONE)
    await tab.go("/console/reviews")
    await tab.page.locator("main a[href^='/console/deals/']").first.click()
    rows = tab.page.locator("table.limits tbody tr")
    await rows.first.wait_for()
    heights = await rows.evaluate_all("rows => rows.map((row) => row.offsetHeight)")
    assert max(heights) < 100, heights


@pytest.mark.parametrize("persona", ["coordinator", "manufacturer", "recycler"])
async def test_paper_holds_the_whole_page_and_nothing_to_press(browser_page: Opens, persona: str) -> None:
    tab = await browser_page(persona, "ja", DESKTOP)
    async for path in pages(tab):
        if not PRINTED.match(path.partition("?")[0]):
            continue
        await tab.page.emulate_media(media="print")
        await tab.page.set_viewport_size({"width": PAPER, "height": 1000})
        assert (path, await tab.page.evaluate(CUT), await tab.page.evaluate(SEEN)) == (path, [], [])
        assert await tab.page.locator(".printed").is_visible()
        assert "令和" in await tab.page.locator(".printed").inner_text()
        await tab.page.emulate_media(media="screen")
        await tab.page.set_viewport_size({"width": DESKTOP, "height": 844})


async def test_a_printed_deal_has_its_days_by_the_era_in_japanese(browser_page: Opens) -> None:
    tab = await browser_page("coordinator", "ja", DESKTOP)
    await tab.visit("/console/deals")
    await tab.page.locator("main table a[href^='/console/deals/']").first.click()
    await tab.page.locator(".timeline").first.wait_for()
    read = "one => getComputedStyle(one, '::after').content"
    assert await tab.page.locator(".timeline time").first.evaluate(read) == "none"
    await tab.page.emulate_media(media="print")
    assert "令和" in await tab.page.locator(".timeline time").first.evaluate(read)
