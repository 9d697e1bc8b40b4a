"""A portion in two browsers: received with results, taken for less, claimed with a photo that the seller sees."""

import re
from pathlib import Path

import pytest

from market.documents.structs import MediaType
from market.http.examples import CONTRACT_TERMS
from tests.browser.conftest import Console, Opens, met_on, reviewed
from tests.support.browser import PHONE, Tab
from tests.support.deals import Scene
from tests.support.deliveries import accepted, dispatched
from tests.support.files import GOOD

TABLE = "分析項目\t結果\t単位\nCu\t0.27\t%\nCr\t0.05\t%\nNi\t<0.04\t%\nMo\t0.01\t%"
PHOTO = {"name": "荷の写真.jpg", "mimeType": "image/jpeg", "buffer": GOOD[MediaType.JPEG]}
DEAL = re.compile(r"/console/deals/[^/]+$")


async def _contracted(met: Scene) -> str:
    """The id of a deal that the scene's coordinator approved and both sides signed."""
    deal = await reviewed(met, contract=CONTRACT_TERMS)
    for side in (met.mill, met.yard):
        await met.post(side, f"deals/{deal}/contract")
    return deal


async def _received(tab: Tab, portion: str) -> None:
    page = tab.page
    await page.click(f"a[href='/console/{portion}/receive']")
    await page.wait_for_url("**/receive")
    await tab.accessible()
    await page.fill("[name='/tonnes']", "40")
    await page.locator("details.paste").evaluate("it => it.open = true")
    await page.fill("[name='_paste']", TABLE)
    await page.click("button[value='paste']")
    await page.wait_for_selector("#pasted")
    await tab.accessible()
    assert await page.input_value("[name='/tonnes']") == "40"
    await page.click("form#editor p.actions button.main")
    await page.wait_for_url("**#delivery-*")


async def _claimed(tab: Tab) -> None:
    page = tab.page
    form = page.locator("form[action$='/claims']:has([name='/delivery_id'])")
    await page.locator("details.act", has=form).locator("summary").click()
    await form.locator("[name='/kind']").select_option("contamination")
    await form.locator("[name='/severity']").select_option("major")
    await form.locator("[name='/text:text']").fill("鉛の塊")
    await form.locator("[name='/remedy']").select_option("price_reduction")
    await form.locator("[name='/files']").set_input_files([PHOTO])  # type: ignore[list-item]
    await form.locator("button.danger").click()
    await page.locator("#claims table.files").wait_for()
    await tab.accessible()


@pytest.mark.parametrize(("language", "ready"), [("en", "ready"), ("ja", "利用可")])
async def test_a_portion_is_received_paid_less_and_claimed_and_the_seller_sees_why(
    console: Console, browser_page: Opens, language: str, ready: str
) -> None:
    async with met_on(console) as met:
        portion = await dispatched(met, await _contracted(met))
        deal = f"/console/{portion.partition('/deliveries')[0]}"
        mill = await browser_page(met.parties[0], language)
        await mill.visit(deal)
        await _received(mill, portion)
        card = mill.page.locator("article", has=mill.page.locator("h3")).filter(has=mill.page.locator(".limits"))
        assert await card.locator(".verdict.out_of_specification").count() >= 1
        assert await card.get_by_text("−¥12,000").count() == 1
        await mill.accessible()
        deducting = mill.page.locator("form", has=mill.page.locator("[name='/deduct:boolean']"))
        await mill.page.locator("details.act", has=deducting).locator("summary").click()
        await deducting.locator("button.main").click()
        await deducting.wait_for(state="detached")
        await _claimed(mill)

        yard = await browser_page(met.parties[2], language, PHONE)
        await yard.visit(deal)
        row = yard.page.locator("#claims table.files tr", has_text=PHOTO["name"])  # type: ignore[arg-type]
        assert ready in (await row.text_content() or "")
        async with yard.page.expect_download() as downloading:
            await row.locator("a").click()
        saved = await (await downloading.value).path()
        assert saved.read_bytes() == PHOTO["buffer"]


async def test_a_file_that_is_too_large_is_refused_beside_what_was_typed(
    console: Console, browser_page: Opens, tmp_path: Path
) -> None:
    async with met_on(console) as met:
        deal = await _taken(met)
        tab = await browser_page(met.parties[0])
        tab.refusals.add(422)
        await tab.visit(f"/console/deals/{deal}")
        page = tab.page
        form = page.locator("form[action$='/claims']")
        await page.locator("details.act", has=form).locator("summary").click()
        for name, code in (("/kind", "damage"), ("/severity", "minor"), ("/remedy", "other")):
            await form.locator(f"[name='{name}']").select_option(code)
        await form.locator("[name='/text:text']").fill("Rust")
        big = tmp_path / "big.jpg"
        big.write_bytes(GOOD[MediaType.JPEG] + bytes(21_000_000))
        await form.locator("[name='/files']").set_input_files(big)
        await form.locator("button.danger").click()
        await page.get_by_text("“big.jpg” has more than 20 MB.").first.wait_for()
        assert await form.locator("[name='/text:text']").input_value() == "Rust"
        await tab.accessible()


async def _taken(met: Scene) -> str:
    deal = await _contracted(met)
    await accepted(met, deal)
    return deal


async def test_a_table_of_fares_is_pasted_and_published(browser_page: Opens) -> None:
    tab = await browser_page("coordinator")
    await tab.visit("/console/settings/freight")
    await tab.page.click("a.button.main")
    await tab.page.wait_for_url("**/freight/new")
    await tab.accessible()
    await tab.page.fill("[name='/table/fares']", "km\t2 t\t10 t\n100\t40,000\t60,000\n500\t130,000\t200,000")
    await tab.page.locator("summary", has_text="For hauls loaded in").click()
    await tab.page.check("[value='JP-47']")
    await tab.page.click("button.main")
    await tab.page.get_by_text("¥130,000").wait_for()
    await tab.accessible()
    await tab.page.locator("summary.danger").click()
    await tab.page.click("button.danger")
    await tab.page.get_by_text("withdrawn").wait_for()
