"""A refused form in a browser, with scripts and without: by keyboard alone, and sent by a double click."""

import pytest

from tests.browser.conftest import Opens
from tests.support.browser import DESKTOP, PHONE, Tab


async def _typed(tab: Tab, title: str, tonnes: str = "50", *, scripts: bool = True) -> None:
    """A lot whose form is filled."""
    page = tab.page
    await page.select_option("[name='/material']", "carbon_steel_scrap")
    if scripts:
        # the form comes again with the grades of the material
        await page.wait_for_selector("[name='/grade']")
    await page.fill("[name='/title']", title)
    await page.fill("[name='/quantity/tonnes']", tonnes)
    await page.select_option("[name='/location/prefecture']", "JP-14")


async def _marked(tab: Tab) -> None:
    """The field says what is wrong with it, and keeps what was typed."""
    field = tab.page.locator("[name='/quantity/tonnes']")
    assert await field.input_value() == "12,5 kg"
    assert await field.get_attribute("aria-invalid") == "true"
    described = (await field.get_attribute("aria-describedby") or "").split()
    assert "12.5" in await tab.page.locator(f"#{described[-1]}").inner_text()


@pytest.mark.parametrize(("language", "width"), [("en", DESKTOP), ("ja", PHONE)])
async def test_by_keyboard_from_the_summary_to_the_field(browser_page: Opens, language: str, width: int) -> None:
    tab = await browser_page("recycler", language, width)
    tab.refusals.add(400)
    await tab.visit("/console/lots/new")
    await _typed(tab, "Refused", "12,5 kg")
    await tab.page.focus("[name='/title']")
    await tab.press("Enter")
    await tab.page.wait_for_selector("#problem .problem a")
    await tab.page.wait_for_function("document.activeElement.matches('#problem .problem')")
    await _marked(tab)
    await tab.accessible()
    await tab.press("Tab", "Enter")
    assert await tab.page.evaluate("document.activeElement.name") == "/quantity/tonnes"
    # what is put right is settled
    await tab.page.fill("[name='/quantity/tonnes']", "12.5")
    await tab.page.focus("[name='/title']")
    await tab.press("Enter")
    await tab.page.wait_for_url("**/console/lots/*-*")
    assert await tab.page.locator(".fault").count() == 0


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_without_scripts_the_form_comes_back_itself(browser_page: Opens, language: str) -> None:
    tab = await browser_page("recycler", language, scripts=False)
    tab.refusals.add(400)
    await tab.go("/console/lots/new")
    await _typed(tab, "Refused", "12,5 kg", scripts=False)
    await tab.page.locator("button[value='draft']").click()
    await tab.page.wait_for_selector("#problem .problem a")
    await _marked(tab)
    link = tab.page.locator("#problem a").first
    await link.click()
    assert await tab.page.locator("[name='/quantity/tonnes']:focus").count() == 1


async def test_whoever_comes_second_reads_what_changed_and_then_saves_it(browser_page: Opens) -> None:
    first, second = await browser_page("coordinator"), await browser_page("coordinator")
    second.refusals.add(412)
    for tab, days in ((first, "21"), (second, "22")):
        await tab.visit("/console/settings/review-policy")
        await tab.page.fill("[name='/days:number']", days)
    async with first.page.expect_navigation():
        await first.page.locator("button.main").click()
    await second.page.locator("button.main").click()
    await second.page.wait_for_selector("#problem .problem:focus")
    assert "21" in await second.page.locator("#problem").inner_text()
    assert await second.page.locator("[name='/days:number']").input_value() == "22"
    await second.accessible()
    async with second.page.expect_navigation():
        await second.page.locator("button.main").click()
    assert await second.page.locator("[name='/days:number']").input_value() == "22"


async def _lots(tab: Tab, title: str) -> int:
    await tab.go("/console/lots")
    return await tab.page.get_by_text(title, exact=True).count()


async def test_a_double_click_makes_one_lot(browser_page: Opens) -> None:
    tab = await browser_page("recycler")
    await tab.visit("/console/lots/new")
    await _typed(tab, "Double click")
    await tab.page.locator("button[value='draft']").dblclick()
    await tab.page.wait_for_url("**/console/lots/*-*")
    assert await _lots(tab, "Double click") == 1


async def test_a_double_click_saves_once(browser_page: Opens) -> None:
    tab = await browser_page("recycler")
    await tab.visit("/console/lots/new")
    await _typed(tab, "Saved by two clicks")
    await tab.page.locator("button[value='draft']").click()
    await tab.page.wait_for_url("**/console/lots/*-*")
    path = tab.path()
    await tab.visit(f"{path}/edit")
    await tab.page.locator(".actions button.main").last.dblclick()
    await tab.page.wait_for_url(f"**{path}")


async def test_without_scripts_a_double_click_makes_one_lot(browser_page: Opens) -> None:
    tab = await browser_page("recycler", scripts=False)
    await tab.go("/console/lots/new")
    await _typed(tab, "Double click in vain", scripts=False)
    await tab.page.locator("button[value='draft']").dblclick()
    await tab.page.wait_for_url("**/console/lots/*-*")
    assert await _lots(tab, "Double click in vain") == 1
