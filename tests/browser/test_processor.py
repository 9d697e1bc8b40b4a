"""A processor's day: a sorting line on offer, refused once, corrected, open to recyclers, and withdrawn again."""

import pytest

from tests.browser.conftest import Opens


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_processor_offers_a_line_corrects_it_and_takes_it_back(browser_page: Opens, language: str) -> None:
    tab = await browser_page("processor", language)
    page = tab.page
    await tab.visit("/console/upgrade-offers")
    await page.locator("a[href='/console/upgrade-offers/new']").first.click()
    await page.wait_for_selector("[name='/capacity_tonnes']")
    steps = page.locator("[name='/step'] option")
    await page.select_option("[name='/step']", await steps.nth(1).get_attribute("value"))
    await page.select_option("[name='/location/prefecture']", "JP-14")
    await page.fill("[name='/capacity_tonnes']", "1,200")
    await page.fill("[name='/fee/amount']", "3,800")
    # more comes out than went in
    tab.refusals.add(422)
    await page.fill("[name='/yield']", "104")
    await page.click("button.main")
    await page.wait_for_selector("[name='/yield'][aria-invalid='true']")
    assert await page.input_value("[name='/capacity_tonnes']") == "1,200"
    await tab.accessible()
    await page.fill("[name='/yield']", "96")
    await page.click("button.main")
    await page.wait_for_url("**/console/upgrade-offers/*-*")
    told = await page.inner_text("main")
    assert "96" in told
    assert "¥3,800" in told
    await tab.accessible()
    await page.locator("details.act summary, summary.danger").first.click()
    await page.locator("form[action$='/withdraw'] button").click()
    await page.wait_for_selector("form[action$='/withdraw']", state="detached")
    await tab.accessible()
