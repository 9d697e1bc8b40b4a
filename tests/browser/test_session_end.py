"""What a person is told while they write stays until they send again, and no word of theirs is lost."""

import pytest

from tests.browser.conftest import Opens
from tests.support.browser import Tab

TITLE = "[name='/title']"


async def _written(tab: Tab) -> None:
    """A lot in the editor, with a number that is none."""
    await tab.visit("/console/lots/new")
    await tab.page.fill(TITLE, "Busheling")
    await tab.page.fill("[name^='/quantity/tonnes']", "many")


async def _sent(tab: Tab) -> None:
    async with tab.page.expect_response(lambda answer: answer.request.method == "POST"):
        await tab.page.locator("form button.main").last.evaluate(
            "button => { button.form.noValidate = true; button.click(); }"
        )


async def test_a_refusal_stays_while_the_page_asks_by_itself(browser_page: Opens) -> None:
    tab = await browser_page("recycler", "en")
    tab.refusals.add(400)
    await _written(tab)
    await _sent(tab)
    await tab.page.wait_for_selector("#problem li")
    await tab.page.evaluate("htmx.ajax('GET', '/console/notices/badge', { target: '#announce' })")
    await tab.page.wait_for_function("performance.getEntriesByName(location.origin + '/console/notices/badge').length")
    assert await tab.page.locator("#problem li").count() > 0


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_who_signs_in_again_beside_a_form_goes_on_writing(browser_page: Opens, language: str) -> None:
    tab = await browser_page("recycler", language)
    tab.refusals |= {400, 401}
    await _written(tab)
    state = await tab.page.context.cookies()
    await tab.page.context.clear_cookies(name="capillary")
    await _sent(tab)
    await tab.page.wait_for_selector("[data-problem=signed_out]")
    await tab.accessible()
    await tab.page.context.add_cookies([dict(one) for one in state])  # type: ignore[arg-type]  # as they were read
    await tab.page.evaluate("document.querySelector('meta[name=csrf-token]').content = 'of the session before'")
    await tab.page.evaluate("window.dispatchEvent(new Event('focus'))")
    await tab.page.wait_for_selector("[data-problem=signed_out]", state="detached")
    await _sent(tab)
    await tab.page.wait_for_selector("#problem li")
    assert await tab.page.input_value(TITLE) == "Busheling"
