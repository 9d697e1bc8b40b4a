"""Signing in and looking after one's login, in a real browser: what forms, cookies and scripts do together."""

import re

import pyotp
import pytest

from market.parties.structs import UserRole
from tests.browser.conftest import Console
from tests.support.browser import PHONE, Tab
from tests.support.people import PASSWORD, human

FRESH = "ninety quiet harbours"


async def signed_in(tab: Tab, email: str, password: str = PASSWORD) -> None:
    """By the keyboard alone."""
    await tab.visit("/console/sign-in")
    await tab.page.locator("[name=email]").focus()
    await tab.page.keyboard.type(email)
    await tab.press("Tab")
    await tab.page.keyboard.type(password)
    await tab.press("Enter")


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_one_who_mistypes_is_told_above_the_form_and_keeps_the_address(console: Console, language: str) -> None:
    someone = await human(console.market, await console.market.organisation())
    tab = await console.stranger(language, PHONE)
    tab.refusals.add(403)
    await signed_in(tab, someone.email, "not this password")
    await tab.page.locator("#problem .problem").wait_for()
    assert await tab.page.locator("[name=email]").input_value() == someone.email
    await tab.accessible()
    await signed_in(tab, someone.email)
    await tab.page.wait_for_url("**/console")
    await tab.page.context.close()
    assert tab.faults == []


async def handed_over(console: Console, language: str) -> str:
    """The address that an administrator copies for a new colleague."""
    admin = await human(
        console.market, await console.market.organisation("recycler", "Test Yard"), "Test Administrator"
    )
    tab = await console.stranger(language)
    await signed_in(tab, admin.email)
    await tab.page.wait_for_url("**/console")
    await tab.visit("/console/people")
    await tab.page.locator("[name='/name']").fill("New Colleague")
    await tab.page.locator("[name='/email']").fill(f"new-{language}@people.test")
    await tab.page.locator("[name='/role']").select_option(UserRole.MEMBER.value)
    await tab.page.locator("form[action='/console/people'] button").click()
    await tab.page.locator("form[action$='/invitation'] button").click()
    await tab.accessible()
    address = await tab.page.locator("#handed").input_value()
    await tab.page.context.close()
    assert tab.faults == []
    return address


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_colleague_comes_by_an_invitation_and_sets_up_a_second_factor(console: Console, language: str) -> None:
    address = await handed_over(console, language)
    tab = await console.stranger(language, PHONE)
    tab.refusals |= {422, 403}
    await tab.visit(address.removeprefix(console.address))
    await tab.page.locator("[name='/password']").fill("short")
    await tab.press("Enter")
    await tab.page.locator("[aria-invalid=true]").wait_for()
    await tab.accessible()
    await tab.page.locator("[name='/password']").fill(FRESH)
    await tab.press("Enter")
    await tab.page.wait_for_url("**/console")
    await tab.visit("/console/profile")
    await tab.page.locator("a[href$='/second-factor']").click()
    await tab.page.wait_for_url("**/second-factor")
    await tab.accessible()
    assert await tab.page.locator("main img").evaluate("picture => picture.naturalWidth") > 0
    typed = await tab.page.locator("main code").inner_text()
    await tab.page.locator("[name=former]").fill(FRESH)
    await tab.page.locator("[name=code]").fill("000000")
    await tab.press("Enter")
    await tab.page.locator("#problem .problem").wait_for()
    await tab.page.locator("[name=code]").fill(pyotp.TOTP(typed.replace(" ", "")).now())
    await tab.press("Enter")
    await tab.page.locator(".codes").wait_for()
    await tab.accessible()
    codes = await tab.page.locator(".codes code").all_inner_texts()
    assert len(codes) == 8
    await tab.page.locator("button.opener").click()
    await tab.accessible()
    await tab.page.locator(".who form[action$='sign-out'] button").click()
    await tab.page.wait_for_url("**/sign-in")
    await signed_in(tab, f"new-{language}@people.test", FRESH)
    await tab.page.wait_for_url(re.compile(r"/console/sign-in/code"))
    await tab.accessible()
    await tab.page.locator("[name=code]").fill(codes[0])
    await tab.press("Enter")
    await tab.page.wait_for_url("**/console")
    await tab.page.context.close()
    assert tab.faults == []


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_one_with_two_organisations_goes_over_to_the_other(console: Console, language: str) -> None:
    market = console.market
    someone = await human(market, await market.organisation("manufacturer", "A Test Mill"))
    await human(market, await market.organisation("recycler", "B Test Yard"), email=someone.email)
    tab = await console.stranger(language)
    await signed_in(tab, someone.email)
    await tab.page.wait_for_url("**/console")
    await tab.visit("/console/profile")
    await tab.page.locator("form[action*='/organisation/'] button").click()
    await tab.page.wait_for_url("**/console")
    assert "B Test Yard" in await tab.page.locator(".who").inner_text()
    await tab.accessible()
    await tab.page.context.close()
    assert tab.faults == []
