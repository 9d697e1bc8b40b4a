"""A coordinator's desk beside the queue, and an administrator's: the market, permits, organisations, settings."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.browser.conftest import Console, Opens
from tests.support.balance_rows import put_cell, put_finding, put_snapshot
from tests.support.market import Market

KANTO = {"region": "'kanto'", "prefecture": "'JP-13'", "quarter": "'2027-Q1'", "month": "'2027-01'"}
FIGURES = (
    put_snapshot(),
    put_cell(exact="true", side="'demand'", **KANTO, rest_kg="777000"),
    put_cell(exact="true", **KANTO, matched_kg="5000"),
    put_cell(side="'demand'", region="'kanto'", rest_kg="555000"),
    put_finding(exact="true", family="'steel'", kg="900"),
    put_finding(exact="true", kind="'lever'", family="'steel'", material="'carbon_steel_scrap'", code="'relax'"),
)


@pytest_asyncio.fixture(scope="module", autouse=True)
async def stocked(console: Console) -> AsyncIterator[Market]:
    """Figures as the worker leaves them."""
    yard = await console.market.organisation()
    async with console.market.superuser() as connection:
        for row in FIGURES:
            await connection.execute(row, yard.id)
        yield console.market
        await connection.execute("truncate balance_cell, balance_finding, balance_snapshot")


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_map_is_read_by_keyboard(browser_page: Opens, language: str) -> None:
    tab = await browser_page("coordinator", language)
    await tab.visit("/console/balance")
    await tab.page.locator("svg.map a[href*='JP-12']").focus()
    await tab.press("Tab")
    told = await tab.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert told == {"en": "Tokyo: 777\u00a0t", "ja": "東京都: 777\u00a0t"}[language]
    await tab.press("Enter")
    await tab.page.wait_for_url("**prefecture=JP-13*")
    await tab.accessible()
    assert await tab.page.locator("svg.map a[aria-current]").count() == 1


async def test_the_map_can_be_skipped(browser_page: Opens) -> None:
    tab = await browser_page("coordinator")
    await tab.visit("/console/balance")
    await tab.page.locator("a.skipping").focus()
    await tab.press("Enter")
    assert await tab.page.evaluate("document.activeElement.id") == "over-time"


@pytest.mark.parametrize(("language", "verify"), [("en", "Verify it"), ("ja", "確認済みにする")])
async def test_a_coordinator_verifies_an_organisation(
    console: Console, browser_page: Opens, language: str, verify: str
) -> None:
    name = f"Newcomer {language}"
    await console.market.organisation("recycler", name, verified=False)
    tab = await browser_page("coordinator", language)
    await tab.visit("/console/organisations?standing=unverified")
    await tab.page.get_by_role("link", name=name).click()
    await tab.page.get_by_role("button", name=verify).click()
    await tab.page.wait_for_selector("main details.act")
    await tab.accessible()


@pytest.mark.parametrize(
    ("language", "confirm", "told"),
    [("en", "Confirm", "confirmed · a copy was seen"), ("ja", "確認済みとする", "確認済み · 写しを確認")],
)
async def test_a_coordinator_checks_a_permit(browser_page: Opens, language: str, confirm: str, told: str) -> None:
    tab = await browser_page("coordinator", language)
    await tab.visit("/console/permits")
    await tab.page.locator("tbody th a").first.click()
    await tab.page.get_by_role("button", name=confirm).click()
    await tab.page.wait_for_function("told => document.querySelector('main').textContent.includes(told)", arg=told)
    await tab.accessible()


@pytest.mark.parametrize(
    ("language", "add", "decides", "waive", "preview", "save"),
    [
        ("en", "Add a rule", "Decides", "No review", "Say what it would mean", "Save"),
        ("ja", "規則を追加", "判定", "審査しない", "保存せずに内容を確認", "保存"),
    ],
)
async def test_a_coordinator_sets_a_policy(  # noqa: PLR0917 - the words of a language
    browser_page: Opens, language: str, add: str, decides: str, waive: str, preview: str, save: str
) -> None:
    tab = await browser_page("coordinator", language)
    await tab.visit("/console/settings/review-policy")
    await tab.page.get_by_text(add, exact=True).click()
    new = tab.page.locator("details[open] fieldset.rule").first
    await new.get_by_label(decides).select_option(label=waive)
    await new.locator("input[name$='max_tonnes:number']").fill("10")
    await tab.page.get_by_role("button", name=preview).click()
    await tab.page.wait_for_selector(".notice[role=status]")
    await tab.accessible()
    await tab.page.get_by_role("button", name=save, exact=True).click()
    await tab.page.wait_for_selector("section.card ol strong")
    assert waive in await tab.page.locator("section.card ol").inner_text()


async def test_an_administrator_makes_a_key_and_ends_it(browser_page: Opens) -> None:
    tab = await browser_page("recycler")
    await tab.visit("/console/settings")
    await tab.page.get_by_role("link", name="API keys").click()
    await tab.page.get_by_label(re.compile("^Name")).fill("Nightly import")
    await tab.page.get_by_label("read listings").check()
    await tab.page.get_by_role("button", name="Make a key").click()
    await tab.page.wait_for_selector("#secret")
    await tab.accessible()
    await tab.page.get_by_role("link", name="I have kept it").click()
    await tab.page.get_by_role("button", name="Revoke Nightly import").click()
    await tab.page.wait_for_selector("td:has-text('revoked')")
    await tab.accessible()


async def test_a_holder_is_taken_to_the_field_that_is_wrong(browser_page: Opens) -> None:
    tab = await browser_page("recycler")
    tab.refusals.add(422)
    await tab.visit("/console/permits/new")
    await tab.page.locator("#permit-kind").select_option("SANPAI_UNPAN")
    await tab.page.locator("[name='/number']").fill("123")
    await tab.page.locator("main button.main").click()
    await tab.page.wait_for_selector("#problem .problem")
    assert await tab.page.locator("[name='/number']").get_attribute("aria-invalid") == "true"
    assert await tab.page.locator("[name='/number']").input_value() == "123"
    await tab.accessible()


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_hubs_are_drawn_of_a_pasted_table(browser_page: Opens, language: str) -> None:
    tab = await browser_page("manufacturer", language)
    await tab.visit("/console/sitings")
    await tab.page.locator("[name=sites]").fill(
        "id\tprefecture\tcapacity\tfixed_cost\nA\tJP-14\t9,000\t100\nB\tJP-27\t9,000\t100"
    )
    await tab.page.locator("[name=customers]").fill("id,prefecture,demand\nmill,JP-13,100")
    await tab.page.locator("main form[method=post] button.main").click()
    await tab.page.wait_for_selector("svg.map .point.open", state="attached")
    await tab.accessible()
