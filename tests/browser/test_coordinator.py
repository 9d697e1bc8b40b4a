"""A coordinator's day in a browser: from the sign-in link to an approval by keyboard, live, on a phone, on paper."""

import pytest

from market.parties.structs import NewOrganisation
from tests.browser.conftest import Console, Opens, met_on
from tests.support.browser import PHONE, Tab
from tests.support.deals import Scene


async def in_review(met: Scene, lot: int = 0) -> str:
    deal = await met.open(lot=lot)
    await met.post(met.yards[lot], f"deals/{deal['id']}/take-up")
    return str(deal["id"])


def desk(met: Scene) -> NewOrganisation:
    return met.parties[1]


async def focused(tab: Tab) -> str | None:
    found: str | None = await tab.page.evaluate("document.activeElement.getAttribute('href')")
    return found


@pytest.mark.parametrize(("language", "approved"), [("en", "The deal is approved."), ("ja", "取引を承認しました。")])
async def test_a_deal_is_approved_by_keyboard_from_the_link_on(console: Console, language: str, approved: str) -> None:
    async with met_on(console) as met:
        deal = await in_review(met)
        tab = await console.stranger(language)
        await tab.visit(await console.link(desk(met).id))
        await tab.page.locator("main button").focus()
        await tab.press("Enter")
        await tab.page.wait_for_url("**/console")
        await tab.accessible()
        await tab.page.locator("nav a[href='/console/reviews']").focus()
        await tab.press("Enter")
        await tab.page.wait_for_url("**/console/reviews")
        await tab.accessible()
        await tab.press("j")
        assert await focused(tab) == f"/console/deals/{deal}"
        await tab.press("a")
        await tab.page.locator("dialog[open] button.main").wait_for()
        await tab.accessible()
        await tab.press("Enter")
        await tab.page.wait_for_url("**/console/reviews?done=approve")
        assert await tab.page.locator("p.notice").text_content() == approved
        found = (await met.mill.get(f"/v1/deals/{deal}")).json()
        await tab.page.context.close()
    assert found["status"] == "negotiating"
    assert tab.faults == []


async def test_enter_opens_the_deal_and_its_own_keys_decide_it(console: Console, browser_page: Opens) -> None:
    async with met_on(console) as met:
        deal = await in_review(met)
        tab = await browser_page(desk(met))
        await tab.visit("/console/reviews")
        await tab.press("j", "Enter")
        await tab.page.wait_for_url(f"**/console/deals/{deal}")
        await tab.press("x")
        await tab.page.locator("dialog[open] select").select_option("evidence")
        await tab.page.locator("dialog[open] button.danger").click()
        await tab.page.get_by_text("rejected").first.wait_for()
        await tab.accessible()
        found = (await met.mill.get(f"/v1/deals/{deal}")).json()
    assert found["status"] == "rejected"


async def test_j_and_k_move_and_stop_at_the_ends(console: Console, browser_page: Opens) -> None:
    async with met_on(console, yards=2) as met:
        deals = {await in_review(met, 0), await in_review(met, 1)}
        tab = await browser_page(desk(met))
        await tab.visit("/console/reviews")
        seen = []
        for key in ("j", "j", "j", "k", "k"):
            await tab.press(key)
            seen.append(await focused(tab))
    first, second = seen[0], seen[1]
    assert {first, second} == {f"/console/deals/{deal}" for deal in deals}
    assert seen == [first, second, second, first, first]


async def test_whoever_decides_goes_on_at_the_next_deal(console: Console, browser_page: Opens) -> None:
    async with met_on(console, yards=3) as met:
        for lot in range(3):
            await in_review(met, lot)
        tab = await browser_page(desk(met))
        await tab.visit("/console/reviews")
        deals = [await row.get_attribute("data-row") for row in await tab.page.locator("[data-row]").all()]
        await tab.press("j", "j", "a")
        await tab.page.locator("dialog[open] button.main").wait_for()
        await tab.press("Enter")
        await tab.page.wait_for_url("**/console/reviews?done=approve")
        await tab.page.locator("#announce", has_text="The deal is approved.").wait_for(state="attached")
        after = await focused(tab)
        # another decides what one is on, and the row goes
        await met.post(met.coordinator, f"deals/{deals[2]}/review", {"act": "approve"})
        await tab.page.locator(f"[data-row='{deals[2]}']").wait_for(state="detached")
        left = await focused(tab)
    assert (after, left) == (f"/console/deals/{deals[2]}", f"/console/deals/{deals[0]}")


async def test_all_that_may_be_approved_together_is_chosen_at_once(console: Console, browser_page: Opens) -> None:
    assays = [{"analyte": name, "value": 0.01, "unit": "%"} for name in ("Cu", "Cr", "Ni", "Mo")]
    async with met_on(console, yards=3, lots=[{"assays": assays}, {"assays": assays}, {}]) as met:
        for lot in range(3):
            await in_review(met, lot)
        tab = await browser_page(desk(met))
        await tab.visit("/console/reviews")
        await tab.page.locator("[data-all]").check()
        await tab.accessible()
        await tab.page.get_by_role("button", name="Approve those chosen").click()
        await tab.page.get_by_role("heading", name="Approve 2 deals?").wait_for()


async def test_a_server_that_is_away_is_told_where_one_looks(console: Console, browser_page: Opens) -> None:
    async with met_on(console) as met:
        await in_review(met)
        tab = await browser_page(desk(met))
        await tab.visit("/console/reviews")
        await tab.page.route("**/*", lambda route: route.abort())
        await tab.press("j", "a")
        told = tab.page.locator("#problem", has_text="The server cannot be reached.")
        await told.wait_for()
        await tab.page.unroute("**/*")
        await tab.press("a")
        await tab.page.locator("dialog[open] button.main").wait_for()
        left = await tab.page.get_by_text("The server cannot be reached.").count()
        tab.faults.clear()
    assert left == 0


async def test_single_keys_do_nothing_while_one_types_nor_when_they_are_off(
    console: Console, browser_page: Opens
) -> None:
    async with met_on(console) as met:
        await in_review(met)
        tab = await browser_page(desk(met))
        await tab.visit("/console/reviews")
        await tab.page.locator("#risk").focus()
        await tab.press("a", "?")
        typing = await tab.page.locator("dialog[open]").count()
        await tab.page.locator("#risk").blur()
        await tab.press("?")
        await tab.page.locator("dialog[open] #keys-on").uncheck()
        await tab.accessible()
        await tab.press("Escape", "?", "a")
        off = await tab.page.locator("dialog[open]").count()
    assert (typing, off) == (0, 0)


async def test_the_queue_grows_by_itself_and_says_so(console: Console, browser_page: Opens) -> None:
    async with met_on(console) as met:
        tab = await browser_page(desk(met), "ja")
        await tab.visit("/console/reviews")
        await tab.page.get_by_text("審査を待つ取引はありません。").wait_for()
        deal = await in_review(met)
        await tab.page.locator(f"a[href='/console/deals/{deal}']").wait_for()
        await tab.page.locator("#badges .badge", has_text="1").first.wait_for()
        await tab.page.locator("#announce", has_text="審査待ちが更新されました。現在 1 件。").wait_for(state="attached")
        await tab.accessible()


async def test_whoever_comes_second_is_told_in_the_dialog_what_happened(console: Console, browser_page: Opens) -> None:
    async with met_on(console) as met:
        deal = await in_review(met)
        tab = await browser_page(desk(met))
        tab.refusals.add(412)
        await tab.visit("/console/reviews")
        await tab.press("j", "a")
        await tab.page.locator("dialog[open] button.main").wait_for()
        await met.post(met.coordinator, f"deals/{deal}/review", {"act": "return", "questions": ["Which furnace?"]})
        await tab.press("Enter")
        told = tab.page.locator("dialog[open] .problem")
        await told.wait_for()
        text = await told.text_content()
        await tab.accessible()
    assert text is not None
    assert "This deal changed while you looked at it." in text
    assert "returned with questions" in text


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_queue_and_a_deal_fit_a_phone(console: Console, browser_page: Opens, language: str) -> None:
    async with met_on(console) as met:
        deal = await in_review(met)
        tab = await browser_page(desk(met), language, PHONE)
        for path in ("/console", "/console/reviews", f"/console/deals/{deal}"):
            await tab.visit(path)
            width = await tab.page.evaluate("document.documentElement.scrollWidth")
            assert (path, width) == (path, PHONE)


async def test_a_printed_deal_is_its_content_alone(console: Console, browser_page: Opens) -> None:
    async with met_on(console) as met:
        deal = await in_review(met)
        tab = await browser_page(desk(met), "ja")
        await tab.visit(f"/console/deals/{deal}")
        await tab.page.emulate_media(media="print")
        shown = {
            name: await tab.page.locator(name).first.is_visible()
            for name in ("header.bar", ".now", "h1", "#judged-title", "table.limits", ".timeline")
        }
    assert shown == {
        "header.bar": False,
        ".now": False,
        "h1": True,
        "#judged-title": True,
        "table.limits": True,
        ".timeline": True,
    }


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_every_state_of_the_demos_deals_is_accessible(browser_page: Opens, language: str) -> None:
    tab = await browser_page("coordinator", language)
    for status in (
        "in_review",
        "negotiating",
        "agreed",
        "sampling",
        "contracted",
        "delivering",
        "disputed",
        "completed",
    ):
        await tab.visit(f"/console/deals?status={status}")
        found = tab.page.locator("main table th a")
        if await found.count():
            path = await found.first.get_attribute("href")
            assert path is not None
            await tab.visit(path)


async def test_nothing_on_the_pages_needs_a_script(console: Console) -> None:
    async with met_on(console) as met:
        deal = await in_review(met)
        signed_in = await console.tab(desk(met), "en", 1280)
        state = await signed_in.page.context.storage_state()
        await signed_in.page.context.close()
        plain = await console.browser.new_context(storage_state=state, java_script_enabled=False)
        page = await plain.new_page()
        await page.goto(f"{console.address}/console/reviews")
        await page.locator("tr", has=page.locator(f"a[href='/console/deals/{deal}']")).get_by_text("Return").click()
        await page.locator("textarea").first.fill("Which furnace?\nWhose weighbridge?")
        await page.locator("button.main").click()
        await page.wait_for_url("**/console/reviews?done=return")
        await plain.close()
        found = (await met.mill.get(f"/v1/deals/{deal}/reviews")).json()["items"]
    assert found[0]["questions"] == ["Which furnace?", "Whose weighbridge?"]
