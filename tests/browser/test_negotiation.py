"""すり合わせ by keyboard alone: a limit that gives way, a promised step and a deduction, in two rounds."""

from playwright.async_api import Locator

from tests.browser.conftest import Console, Opens, met_on
from tests.support.browser import Tab
from tests.support.deals import Scene, newest

# more stops than any of these pages has
FAR = 250


async def reach(tab: Tab, wanted: Locator) -> None:
    """By the Tab key from where the focus is."""
    await wanted.wait_for()
    for _ in range(FAR):
        if await wanted.evaluate("field => field === document.activeElement"):
            return
        await tab.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")


async def write(tab: Tab, name: str, text: str) -> None:
    """Into a field, in the place of what stands there."""
    await reach(tab, tab.page.locator(f"[name='{name}']"))
    await tab.press("ControlOrMeta+a")
    await tab.page.keyboard.type(text)


async def go(tab: Tab, wanted: Locator) -> None:
    """To a link or button, and press it."""
    await reach(tab, wanted)
    await tab.press("Enter")


async def first_offer(tab: Tab, path: str) -> None:
    """From the page of the deal: 0.27 % of copper, magnets and picking before, and money off for what is beyond."""
    page = tab.page
    await tab.visit(path)
    await go(tab, page.locator("#offers a.button"))
    await page.wait_for_url("**/offer?leg=*")
    await tab.accessible()
    await write(tab, "/price/amount", "45000")
    await write(tab, "/relaxations/0/relax_to", "0.27")
    await go(tab, page.locator("button[value='step']"))
    await page.wait_for_function("() => document.activeElement.name === '/steps/0/step'")
    await page.keyboard.type("Ballistic")
    await go(tab, page.locator("button[value='figures:0']"))
    await page.wait_for_function("() => document.querySelector(`[name='/steps/0/yield']`).value === '75'")
    assert await page.locator("[name='/steps/0/removal/0/fraction']").input_value() == "51.6"
    await go(tab, page.locator("#contract > summary"))
    await write(tab, "/contract/deductions/0/per", "0.01")
    await write(tab, "/contract/deductions/0/amount", "400")
    await tab.accessible()
    await tab.press("Enter")
    await page.wait_for_url(f"**{path}")


async def counter_offer(tab: Tab, path: str) -> None:
    """With less for the lot and more off, in Japanese."""
    page = tab.page
    await tab.visit(path)
    assert "0.25\u00a0% を超える 0.01\u00a0% ごとに 1 t 当たり ¥400" in await page.locator("#offers").inner_text()
    await go(tab, page.locator("#offers a.button"))
    await page.wait_for_url("**/offer?leg=*")
    await tab.accessible()
    await write(tab, "/price/amount", "４４，０００")
    await write(tab, "/contract/deductions/0/amount", "500")
    await tab.press("Enter")
    await page.wait_for_url(f"**{path}")


async def approve(met: Scene, deal: str) -> str:
    """As the coordinator; returns where the deal stands then."""
    return str((await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"}))["status"])


async def test_two_rounds_by_keyboard_come_to_an_agreement(console: Console, browser_page: Opens) -> None:
    async with met_on(console) as met:
        deal = str((await met.open())["id"])
        await met.post(met.yard, f"deals/{deal}/take-up")
        assert await approve(met, deal) == "negotiating"
        path = f"/console/deals/{deal}"
        yard, mill = await browser_page(met.parties[2]), await browser_page(met.parties[0], "ja")
        await first_offer(yard, path)
        waits = await yard.page.locator("section.now").inner_text()
        await counter_offer(mill, path)
        await yard.visit(path)
        told = await yard.page.locator("#offers tbody").inner_text()
        marked = await yard.page.locator("#offers tbody tr td:nth-child(2) ins").all_inner_texts()
        await go(yard, yard.page.locator("#offers form.once button"))
        await yard.page.locator(".status.in_review").wait_for()
        # a limit that gives way is looked at again
        status = await approve(met, deal)
        await yard.visit(path)
        contract = await yard.page.locator("section:has(#contract-title)").inner_text()
        offer = await newest(met.mill, deal)
    assert "it is the buyer's turn" in waits
    assert "yield 75\u00a0%" in told
    deduction = "Cu (as received): ¥500/t for each 0.01\u00a0% beyond 0.25\u00a0%, fractions pro rata"
    assert marked == ["¥44,000/t DAP", deduction]
    assert status == "agreed"
    assert [
        words
        for words in ("≤\u00a00.25\u00a0% → 0.27\u00a0%", "takes out 51.6\u00a0% of Cu", deduction)
        if words not in contract
    ] == []
    assert offer["terms"]["contract"]["deductions"][0]["amount"] == 500


async def test_a_refusal_unfolds_what_hides_its_field(console: Console, browser_page: Opens) -> None:
    async with met_on(console) as met:
        deal = str((await met.open())["id"])
        await met.post(met.yard, f"deals/{deal}/take-up")
        await approve(met, deal)
        tab = await browser_page(met.parties[2])
        tab.refusals.add(422)
        await tab.visit(f"/console/deals/{deal}/offer")
        await write(tab, "/price/amount", "45000")
        summary = tab.page.locator("#contract > summary")
        await go(tab, summary)
        await write(tab, "/contract/claim_days", "0")
        await summary.click()
        await tab.page.focus("[name='/price/amount']")
        await tab.press("Enter")
        await tab.page.wait_for_selector("#contract[open] [name='/contract/claim_days'][aria-invalid='true']")
        told = await tab.page.locator("#problem").inner_text()
        await tab.accessible()
    assert "Claims after the receipt" in told
