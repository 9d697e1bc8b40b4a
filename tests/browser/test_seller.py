"""A recycler's day, from a laboratory's table to a deal; and a laboratory that files a result."""

from datetime import timedelta

import pytest

from specs.kit import clock
from tests.browser.conftest import Opens
from tests.support.browser import Tab

TABLE = (
    "分析項目\t結果\t単位\t不確かさ (k=2)\nCu\t0.15\t%\t0.01\nCr\t0.03\t%\t\nNi\t0.03\t%\t\nMo\t0.01\t%\t\nSn\tND\t%\t"
)


async def _written(tab: Tab) -> None:
    """A new lot with everything but its results."""
    page, today = tab.page, clock.today(clock.now())
    await tab.visit("/console/lots/new")
    await page.select_option("[name='/material']", "carbon_steel_scrap")
    await page.wait_for_selector("[name='/grade']")
    await page.select_option("[name='/grade']", "JP.SHRED_A")
    await page.select_option("[name='/form']", "shredded")
    await page.fill("[name='/quantity/tonnes']", "300")
    await page.select_option("[name='/location/prefecture']", "JP-14")
    await page.fill("[name='/available/from']", today.isoformat())
    await page.fill("[name='/available/until']", (today + timedelta(days=200)).isoformat())
    await page.fill("[name='/ask_price/amount']", "41000")
    await page.select_option("[name='/legal_status']", "valuable")


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_recycler_pastes_a_table_publishes_and_opens_a_deal(browser_page: Opens, language: str) -> None:
    tab = await browser_page("recycler", language)
    page = tab.page
    await _written(tab)
    await page.fill("[name='_paste']", TABLE)
    await page.click("button[value='paste']")
    await page.wait_for_selector("#pasted")
    assert await page.input_value("[name='/assays/0/uncertainty']") == "0.005"
    assert await page.locator("#note-4 li").count() == 1
    await tab.accessible()
    await page.select_option("[name='/assays/4/operator']", "<")
    await page.fill("[name='/assays/4/value']", "0.005")
    await page.press("[name='/assays/4/value']", "Tab")
    await page.wait_for_selector("#note-4 li", state="detached")
    await page.click("button[name='_then'][value='publish']")
    await page.wait_for_url("**/matches")
    await tab.accessible()
    await page.locator("details.deal > summary").first.click()
    await page.locator("details.deal[open] button.main").click()
    await page.wait_for_url("**/console/deals/*")
    await tab.accessible()


async def test_a_block_pasted_into_a_cell_is_read_as_a_table(browser_page: Opens) -> None:
    tab = await browser_page("recycler")
    await tab.visit("/console/lots/new")
    await tab.page.focus("[name='/assays/0/analyte']")
    await tab.page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
          document.activeElement.dispatchEvent(event);
        }""",
        TABLE,
    )
    await tab.page.wait_for_selector("#pasted")
    assert await tab.page.input_value("[name='/assays/3/analyte']") == "Mo"


async def test_a_value_that_cannot_be_is_told_while_it_is_typed(browser_page: Opens) -> None:
    tab = await browser_page("recycler")
    await tab.visit("/console/lots/new")
    for name, text in (("analyte", "Cu"), ("unit", "%"), ("value", "220")):
        await tab.page.fill(f"[name='/assays/0/{name}']", text)
        await tab.page.press(f"[name='/assays/0/{name}']", "Tab")
    await tab.page.wait_for_selector("#note-0 li")
