"""The first page of each persona, and that the harness notices what it is there to notice."""

import pytest

from tests.browser.conftest import PERSONAS, Console, Opens


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("persona", PERSONAS)
async def test_everyone_has_a_start_in_both_languages(browser_page: Opens, persona: str, language: str) -> None:
    tab = await browser_page(persona, language)
    await tab.visit("/console")
    assert await tab.page.locator("html").get_attribute("lang") == language
    assert await tab.page.locator("h1").count() == 1


async def test_whoever_is_not_signed_in_is_asked_to(console: Console) -> None:
    tab = await console.stranger("en")
    await tab.visit("/console")
    await tab.page.context.close()
    assert tab.path().startswith("/console/sign-in")
    assert tab.faults == []


async def test_a_page_that_breaks_the_policy_is_noticed(console: Console) -> None:
    tab = await console.stranger("en")
    await tab.visit("/console/sign-in")
    await tab.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    await tab.page.evaluate("fetch('/console/nowhere')")
    await tab.page.context.close()
    assert [fault.partition(":")[0] for fault in tab.faults] == ["console", "404"]
