"""A form that is sent twice does once what it says, and leads twice to the same page."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest_asyncio

from market.app import Application
from tests.support.console import Browser, signed_in
from tests.support.market import Market
from tests.support.page_forms import PageForm

SPEC = {
    "/material": "carbon_steel_scrap",
    "/limits/0/analytes": "Cu",
    "/limits/0/max": "0.3",
    "/limits/0/unit": "%",
    "/quantity/tonnes": "50",
    "/delivery/location/prefecture": "JP-13",
}
EDITOR = "/console/specs"


@pytest_asyncio.fixture(scope="module")
async def browser(api: Application, market: Market) -> AsyncIterator[Browser]:
    async with signed_in(api, market, await market.organisation("manufacturer", "Twice Steel")) as found:
        yield found


async def _form(browser: Browser) -> PageForm:
    return PageForm(await browser.page(f"{EDITOR}/new"), EDITOR)


async def _places(browser: Browser, path: str, *forms: list[tuple[str, str]]) -> list[str]:
    token = await browser.token()
    answers = await asyncio.gather(*(browser.send(path, sent, token=token) for sent in forms))
    assert [answer.status_code for answer in answers] == [303] * len(forms), [a.text[:500] for a in answers]
    return [answer.headers["location"] for answer in answers]


async def test_two_clicks_make_one_spec(browser: Browser) -> None:
    sent = (await _form(browser)).sends(**SPEC, **{"/title": "One of two clicks"})
    first, second = await _places(browser, EDITOR, sent, sent)
    assert first == second
    # in the list it is once, as a link
    assert len(re.findall(f'href="{first}"', await browser.page(EDITOR))) == 1


async def test_two_clicks_on_save_lead_to_what_is_saved(browser: Browser) -> None:
    (path,) = await _places(browser, EDITOR, (await _form(browser)).sends(**SPEC))
    form = PageForm(await browser.page(f"{path}/edit"), path)
    sent = form.sends(**{"/title": "Saved once"})
    assert await _places(browser, path, sent, sent) == [path, path]
    assert PageForm(await browser.page(f"{path}/edit"), path).field("_rev").value == "2"


async def test_two_clicks_on_publish_lead_to_the_matches(browser: Browser) -> None:
    (path,) = await _places(browser, EDITOR, (await _form(browser)).sends(**SPEC))
    sent = PageForm(await browser.page(path), f"{path}/publish").sends()
    assert await _places(browser, f"{path}/publish", sent, sent) == [f"{path}/matches"] * 2


async def test_who_goes_back_and_changes_it_sends_another_form(browser: Browser) -> None:
    form = await _form(browser)
    first, second = await _places(
        browser, EDITOR, form.sends(**SPEC, **{"/title": "This"}), form.sends(**SPEC, **{"/title": "That"})
    )
    assert first != second


async def test_a_form_that_was_refused_may_be_sent_again(browser: Browser) -> None:
    form = await _form(browser)
    answer = await browser.send(EDITOR, form.sends(**SPEC | {"/quantity/tonnes": "many"}))
    assert answer.status_code == 400
    again = PageForm(answer.text, EDITOR).sends(**{"/quantity/tonnes": "50"})
    assert len(await _places(browser, EDITOR, again)) == 1
