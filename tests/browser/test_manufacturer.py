"""A manufacturer's day: a spec from a pasted table, its count as it is typed, a match, a deal, a blend by keys."""

import pytest

from tests.browser.conftest import Opens
from tests.support.browser import Tab

TABLE = "成分\t下限\t上限\t単位\n銅\t\t０．４\t％\nすず\t\t0.05以下\t%\n謎\t\t1\t%"
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector("table.rows input").dispatchEvent(paste);
}"""


async def _new(tab: Tab) -> None:
    """The editor with a material, whose count has come."""
    await tab.visit("/console/specs/new")
    await tab.page.select_option("#f-material", "carbon_steel_scrap")
    await tab.page.wait_for_selector("#count .figures")


async def _spec(tab: Tab) -> str:
    """The path of the demo's spec that has matches."""
    await tab.visit("/console/specs")
    await tab.page.wait_for_selector("td a[href$='?near=1']")
    link = tab.page.locator("tbody th a").last
    return str(await link.get_attribute("href"))


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_from_a_pasted_table_to_a_proposed_deal(browser_page: Opens, language: str) -> None:
    tab = await browser_page("manufacturer", language)
    page = tab.page
    await _new(tab)
    await page.evaluate(PASTE, TABLE)
    await page.wait_for_selector("#pasted")
    assert await page.locator("#pasted li").count() == 1
    assert [await page.locator(f"[name='/limits/{row}/analytes:list']").input_value() for row in (0, 1, 2)] == [
        "Cu",
        "Sn",
        "謎",
    ]
    await tab.accessible()
    await page.locator("button[value='drop:2']").click()
    await page.wait_for_selector("[name='/limits/2/analytes:list']", state="detached")
    await page.fill("[name='/title']", f"Pasted {language}")
    await page.fill("[name='/quantity/tonnes:number']", "600")
    await page.select_option("[name='/delivery/location/prefecture']", "JP-12")
    await page.fill("[name='/confidence:number']", "90")
    await page.locator("button[value='publish']").click()
    await page.wait_for_url("**/matches")
    await tab.accessible()
    await page.locator("details.deal > summary").first.click()
    await tab.accessible()
    await page.locator("details.deal[open] button").first.click()
    await page.wait_for_url("**/console/deals/*")


async def test_the_count_follows_what_is_typed(browser_page: Opens) -> None:
    tab = await browser_page("manufacturer")
    await _new(tab)
    before = await tab.page.locator("#count").inner_text()
    await tab.page.fill("[name='/limits/0/analytes:list']", "Cu")
    await tab.page.fill("[name='/limits/0/unit']", "%")
    await tab.page.fill("[name='/limits/0/max:number']", "0.3")
    await tab.page.wait_for_function("told => document.querySelector('#count').innerText !== told", arg=before)
    await tab.page.wait_for_selector("#count ol li")
    assert "0.3" in await tab.page.locator("[name='/limits/0/max:number']").input_value()


async def test_what_is_not_filled_is_where_the_focus_goes(browser_page: Opens) -> None:
    tab = await browser_page("manufacturer")
    await _new(tab)
    await tab.page.focus("[name='/title']")
    await tab.press("Enter")
    assert await tab.page.evaluate("document.activeElement.name") == "/quantity/tonnes:number"


async def test_enter_in_a_field_saves_and_a_refusal_leads_to_its_field(browser_page: Opens) -> None:
    tab = await browser_page("manufacturer")
    await _new(tab)
    tab.refusals.update({400, 422})
    await tab.page.fill("[name='/quantity/tonnes:number']", "600")
    await tab.page.select_option("[name='/delivery/location/prefecture']", "JP-12")
    await tab.page.fill("[name='/limits/1/analytes:list']", "Cu")
    await tab.page.fill("[name='/limits/1/max:number']", "0.3")
    await tab.page.fill("[name='/limits/1/unit']", "furlong")
    await tab.press("Enter")
    await tab.page.wait_for_selector("#problem li a")
    await tab.page.wait_for_function("document.activeElement.matches('#problem .problem')")
    await tab.press("Tab", "Enter")
    assert await tab.page.evaluate("document.activeElement.name") == "/limits/1/unit"
    assert await tab.page.locator("[name='/limits/1/unit']").get_attribute("aria-invalid") == "true"
    await tab.accessible()


async def test_two_tabs_that_save_one_spec_lose_nothing(browser_page: Opens) -> None:
    first, second = await browser_page("manufacturer"), await browser_page("manufacturer")
    path = await _spec(first)
    for tab, tonnes in ((first, "810"), (second, "820")):
        await tab.visit(f"{path}/edit")
        await tab.page.fill("[name='/quantity/tonnes:number']", tonnes)
    await first.page.locator(".saving button.main").click()
    await first.page.wait_for_url(f"**{path}")
    second.refusals.add(412)
    await second.page.locator(".saving button.main").click()
    await second.page.wait_for_selector("#clash")
    assert "810" in await second.page.locator("#clash").inner_text()
    assert await second.page.locator("[name='/quantity/tonnes:number']").input_value() == "820"
    await second.accessible()
    await second.page.locator(".saving button.main").click()
    await second.page.wait_for_url(f"**{path}")
    assert "820" in await second.page.locator("main").inner_text()


async def test_a_slider_is_moved_by_keys_and_solved_again(browser_page: Opens) -> None:
    tab = await browser_page("manufacturer")
    path = await _spec(tab)
    await tab.page.goto(f"{tab.page.url.removesuffix('/console/specs')}{path}/what-if")
    await tab.page.wait_for_selector("#answer dl", timeout=30_000)
    before = await tab.page.locator("#answer").inner_text()
    await tab.page.locator("input[type=range]").first.focus()
    await tab.press(*["ArrowLeft"] * 20)
    number = tab.page.locator("#s-1")
    assert await number.input_value() != await number.evaluate("field => field.defaultValue")
    changed = "told => document.querySelector('#answer').innerText !== told"
    await tab.page.wait_for_function(changed, arg=before, timeout=30_000)
    await tab.accessible()


async def test_a_tender_is_sent_and_sealed(browser_page: Opens) -> None:
    tab = await browser_page("manufacturer")
    path = await _spec(tab)
    await tab.visit(f"{path}/tender")
    await tab.page.fill("[name='/deadline']", "2026-12-20")
    await tab.page.locator("main form button.main").click()
    await tab.page.wait_for_url("**/console/tenders/*")
    await tab.accessible()
    assert "Sealed until" in await tab.page.locator("main").inner_text()
